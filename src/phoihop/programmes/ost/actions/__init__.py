"""Every write of substitution treatment."""
