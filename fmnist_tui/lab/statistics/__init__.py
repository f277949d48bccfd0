"""Intervals, differences, verdicts, power and class scores, with SciPy."""
