"""Describe values in TOML's terms for messages: `2026-01-01 (a date)`."""

from datetime import date, datetime, time
from typing import Any

from fmnist_tui.lab.toml.writing import value_text

_LONGEST = 60
_MOST_SHOWN = 30
"""Maximum entries of an array or table written before shortening."""


def kind_of(value: object) -> str:
    """Return TOML's name of a value's type, with an article."""
    match value:
        case bool():
            return "a boolean"
        case int():
            return "an integer"
        case float():
            return "a float"
        case str():
            return "a string"
        case datetime():
            return "a date and time"
        case date():
            return "a date"
        case time():
            return "a time"
        case list():
            return "an array"
        case _:
            return "a table"


def described(value: Any) -> str:
    """Return a value, shortened, and its type: `"7" (a string)`, `[1, 2] (an array)`."""
    if isinstance(value, list):
        value = value[:_MOST_SHOWN]
    if isinstance(value, dict):
        value = dict(list(value.items())[:_MOST_SHOWN])
    text = value_text(value[:_LONGEST] if isinstance(value, str) else value)
    return f"{text if len(text) <= _LONGEST else f'{text[: _LONGEST - 3]}…'} ({kind_of(value)})"


def in_quotes(value: Any) -> str:
    """Return a value as a TOML string: `"2026-01-01"`; `"…"` for an array or a table."""
    return '"…"' if isinstance(value, list | dict) else value_text(value_text(value))
