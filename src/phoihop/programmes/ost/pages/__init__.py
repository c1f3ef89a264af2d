"""The pages of substitution treatment."""
