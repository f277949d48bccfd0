"""What a command has to say to a person beside its output."""

import sys

from fmnist_tui.lab.plain_text import visible


def tell(words: str) -> None:
    """Write a line on standard error, as this program's."""
    print(f"fmnist-tui: {visible(words, longest=1_000)}", file=sys.stderr)  # noqa: T201
