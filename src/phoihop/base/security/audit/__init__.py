"""What is recorded: who did or read what, when and why; sealed every minute, and checked by anybody."""
