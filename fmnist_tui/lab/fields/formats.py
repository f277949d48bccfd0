"""How field values are written."""

from datetime import datetime
from typing import Any, Literal

from fmnist_tui.lab.experiments.groups import Spread
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.plain_text import visible

NOTHING = "–"

Style = Literal["plain", "compact", "report"]
"""`0.8746 ±0.0021` for a terminal, `.8746 ±.0021` for a narrow column, `0.8746 ± 0.0021` for a report."""


def spread_text(known: Spread | None, style: Style = "plain", decimals: int = 4) -> str:
    """Return a mean with its standard deviation, if any; `–` for None."""
    if known is None:
        return NOTHING
    mean = decimal_text(known.mean, style, decimals)
    if known.sd is None:
        return mean
    return f"{mean} ±{' ' if style == 'report' else ''}{decimal_text(known.sd, style, decimals)}"


def decimal_text(value: float, style: Style = "plain", decimals: int = 4) -> str:
    """Return a number with fixed decimals; compact drops the leading zero: `.8746`."""
    text = fixed(value, decimals)
    if style != "compact":
        return text
    return f"-{text[2:]}" if text.startswith("-0.") else text.removeprefix("0")


def number_text(value: float) -> str:
    """Return the shortest text that loses no digit: `0.001`, `1e-05`."""
    short = f"{value:g}"
    return short if float(short) == value else str(value)


def value_text(value: Any) -> str:
    """Return a value as text that is safe to print; empty for None."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case int():
            return str(value)
        case float():
            return number_text(value)
        case tuple():
            return ", ".join(map(value_text, value))
    return visible(str(value))
