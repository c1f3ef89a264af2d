"""The pages of this room. Nothing of a person and no reason stands in an address."""
