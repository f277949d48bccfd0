"""Print text from files and people with control characters made visible."""

import codecs
import sys

from fmnist_tui.lab.plain_text import json_text, visible, visible_lines

LONGEST = 1_000


def tell(words: str) -> None:
    """Print a message of the program on standard error."""
    print(f"fmnist-tui: {visible(words, LONGEST)}", file=sys.stderr)  # noqa: T201


def note(words: str) -> None:
    """Print a remark about a command's output on standard error."""
    print(visible(words, LONGEST), file=sys.stderr)  # noqa: T201


def say(words: str) -> None:
    print(visible(words, LONGEST))  # noqa: T201


def say_lines(text: str) -> None:
    """Print a text of several lines as it is."""
    print(visible_lines(text), end="")  # noqa: T201


def json_line(value: object) -> str:
    """Return a value as JSON on one line, with escapes for what standard output's encoding lacks."""
    return json_text(value, ascii_only=not holds_all_characters())


def say_json(value: object) -> None:
    print(json_line(value))  # noqa: T201


def holds_all_characters() -> bool:
    """Whether standard output's encoding has every character."""
    return codecs.lookup(getattr(sys.stdout, "encoding", None) or "utf-8").name.startswith("utf")
