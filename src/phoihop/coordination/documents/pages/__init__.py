"""The pages of this room: sending files in, checking what was read, the register."""
