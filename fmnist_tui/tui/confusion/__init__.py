"""The errors of a run, and of two runs."""
