from typing import NamedTuple


class Explanation(NamedTuple):
    """A short explanation of one term.

    Tests evaluate the formulas: `=` defines a function of x, `←` is an optimizer step.
    """

    title: str
    lines: tuple[str, ...]
    """Two to six short lines: what it does, formula, shapes, when to use it."""
    source: str
