"""A run's folder beside the notebook: its journal, locks and results."""
