"""Intervals, differences, verdicts, power, standings and confusion, by SciPy and scikit-learn."""
