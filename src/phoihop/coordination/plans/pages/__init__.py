"""Pages of plans, agencies' work, tasks and targets."""
