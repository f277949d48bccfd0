"""The form that every explanation has."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explanation:
    """One word of the lab, explained in a few lines.

    Tests evaluate the formulas: `=` defines a function of x, `←` is a step of an optimizer.
    """

    title: str
    """The word, and what it is in half a line."""
    lines: tuple[str, ...]
    """Two to six lines that fit a narrow screen: what it does, its formula, its shapes, when to use it."""
    source: str
    """Where it comes from, as a citation."""
