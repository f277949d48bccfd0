"""How figures are kept."""

from typing import SupportsFloat

DIGITS = 6
"""Decimals of an accuracy or a loss: a hundredth of one image in 10,000."""


def rounded(value: SupportsFloat) -> float:
    """Return a figure as it is reported and recorded."""
    return round(float(value), DIGITS)
