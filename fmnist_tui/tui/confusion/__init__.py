"""The errors of a run, and what two runs disagree about."""
