"""Experiments side by side: only what differs, in settings, layers, environment and results."""
