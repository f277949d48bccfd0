"""Plain text for people: numbers of things in words, and text from files made safe to show."""

import re

_ACTING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def visible(text: str, longest: int = 200) -> str:
    """Return text on one line with control, bidirectional and lone surrogate characters shown as `\\x1b`, `\\u202e`.

    Args:
        text: any text.
        longest: how many characters to keep; what is cut is marked with `…`.
    """
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    return _ACTING.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def line_end(text: str | bytes) -> str:
    """Return how most lines of a text end: carriage return and line feed, as on Windows, or a line feed alone."""
    if isinstance(text, str):
        windows, all_of_them = text.count("\r\n"), text.count("\n")
    else:
        windows, all_of_them = text.count(b"\r\n"), text.count(b"\n")
    return "\r\n" if 2 * windows > all_of_them else "\n"


def counted(number: int, what: str) -> str:
    """Return how many of something there are: `1 run`, `1,200 runs`."""
    return f"{number:,} {what}{plural(number)}"


def plural(number: int) -> str:
    """Return the `s` that a word takes beside a number, or nothing."""
    return "" if number == 1 else "s"
