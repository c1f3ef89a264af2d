"""Reading the room's tables. Every query is a door: the viewer comes first, and sees what is in reach."""
