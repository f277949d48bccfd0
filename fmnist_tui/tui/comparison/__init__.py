"""Experiments side by side, over the screen: what differs, in figures and in curves."""
