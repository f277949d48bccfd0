"""What a command prints: everything that may hold a text from a file or a person passes here, and none of it acts."""

import codecs
import sys

from fmnist_tui.lab.plain_text import json_text, visible, visible_lines

LONGEST = 1_000
"""How much of a line is printed for a person."""


def tell(words: str) -> None:
    """Write a line on standard error, as this program's."""
    print(f"fmnist-tui: {visible(words, LONGEST)}", file=sys.stderr)  # noqa: T201


def note(words: str) -> None:
    """Write a line on standard error, beside a command's output."""
    print(visible(words, LONGEST), file=sys.stderr)  # noqa: T201


def say(words: str) -> None:
    """Write a line on standard output."""
    print(visible(words, LONGEST))  # noqa: T201


def say_lines(text: str) -> None:
    """Write a text of several lines on standard output, which ends where it does."""
    print(visible_lines(text), end="")  # noqa: T201


def json_line(value: object) -> str:
    """Return a value as a JSON document on one line, with escapes for what standard output's encoding lacks."""
    return json_text(value, ascii_only=not holds_all_characters())


def say_json(value: object) -> None:
    """Write a value on standard output as one JSON document."""
    print(json_line(value))  # noqa: T201


def holds_all_characters() -> bool:
    """Return whether standard output's encoding has every character."""
    return codecs.lookup(getattr(sys.stdout, "encoding", None) or "utf-8").name.startswith("utf")
