"""The values that everything handles: architectures, recipes, experiments and runs."""
