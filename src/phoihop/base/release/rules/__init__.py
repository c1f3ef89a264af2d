"""The decisions of this room over plain values: no Django, no database."""
