"""Record types: architectures, recipes, experiments and runs."""
