"""Every read of the client file that others may make."""
