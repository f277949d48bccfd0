"""Phrases that both clues and reports use."""

from collections.abc import Sequence

from fmnist_tui.lab.language.catalogue import translated


def enumerated(words: Sequence[str]) -> str:
    """Return `a, b and c`."""
    *first, last = words
    return translated("{first} and {last}").format(first=", ".join(first), last=last) if first else last
