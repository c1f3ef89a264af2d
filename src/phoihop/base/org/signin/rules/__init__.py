"""What signing in rests on, in plain Python."""
