"""What the operator's commands do; the command line finds each by name. ``run`` returns the exit status."""
