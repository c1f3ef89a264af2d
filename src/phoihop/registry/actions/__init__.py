"""Every write to the client file."""
