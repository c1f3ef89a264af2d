"""Every read of substitution treatment."""
