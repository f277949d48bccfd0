"""Rounding of recorded metrics."""

from typing import SupportsFloat

DIGITS = 6
"""Decimals of an accuracy or a loss; an accuracy over 10,000 images needs four."""


def rounded(value: SupportsFloat) -> float:
    return round(float(value), DIGITS)
