"""What in a notebook reads as a mistake without being one: keys that are probably mistyped."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from fmnist_tui.lab.notebook.locating import spoken_place
from fmnist_tui.lab.plain_text import counted, visible

Owner = tuple[str, int]
"""The kind of a record and its number from 0; the top of the file is `("", 0)`."""

_MOST = 10
"""How many are named; a slip of a script may be in every run."""

_LIKE = 0.8
"""How alike (difflib's ratio) a key must be to one that is known: `note2` is, `mood` is not."""


def remarks(
    document: Mapping[str, Any],
    unknown: Mapping[Owner, dict[str, Any]],
    known: Mapping[str, set[str]],
    text: str,
    name: str,
) -> tuple[str, ...]:
    """Return a line for each unknown key that is like a known one which its record lacks.

    Args:
        document: the file's values.
        unknown: the keys that mean nothing, by record.
        known: the keys that mean something, by kind of record.
        text: the whole file, for the line.
        name: the file's name.
    """
    mistyped = [
        (kind, number, key, near)
        for (kind, number), keys in unknown.items()
        for key in keys
        if (
            near := _near(
                key, tuple(sorted(each for each in known[kind] if not kind or each not in document[kind][number]))
            )
        )
    ]
    lines = [
        f"{name}{spoken_place(text, kind, number, key)}: {f'{kind} {number + 1}: ' if kind else ''}"
        f"`{visible(key, 60)}` is not known; did you mean `{near}`?"
        for kind, number, key, near in mistyped[:_MOST]
    ]
    if more := len(mistyped) - len(lines):
        lines.append(f"{name}: {counted(more, 'more key')} that {'is' if more == 1 else 'are'} probably mistyped")
    return tuple(lines)


@lru_cache(maxsize=1024)
def _near(key: str, known: tuple[str, ...]) -> str | None:
    return next(iter(get_close_matches(key[:100].lower(), known, n=1, cutoff=_LIKE)), None)
