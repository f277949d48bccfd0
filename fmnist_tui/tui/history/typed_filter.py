"""A filter while it is typed: what it means already, how it may go on, and where it is wrong."""

import re
from collections.abc import Callable

from rich.cells import cell_len
from rich.text import Text
from textual.suggester import Suggester

from fmnist_tui.lab.fields.registry import FIELDS
from fmnist_tui.lab.filtering.completion import complete, completed
from fmnist_tui.lab.filtering.filter import Filter
from fmnist_tui.lab.filtering.parsing import parse_filter
from fmnist_tui.lab.filtering.tokens import FilterError
from fmnist_tui.lab.plain_text import visible_in_place, visible_lines

_LAST_WORD = re.compile(r"(?<!\S)[A-Za-z_]+\Z")
_WORD = re.compile(r"\S+")


class Completion(Suggester):
    def __init__(self, names: Callable[[], tuple[str, ...]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._names = names

    async def get_suggestion(self, value: str) -> str | None:
        return likeliest(value, self._names())


def likeliest(text: str, names: tuple[str, ...]) -> str | None:
    """Complete a filter's last word with the first choice that continues it."""
    if not text.strip():
        return None
    for choice in complete(text, len(text), names):
        longer, _ = completed(text, len(text), choice)
        if longer.startswith(text) and longer != text:
            return longer
    return None


def valid(text: str) -> Filter | None:
    """Return the filter; None where the text is none."""
    try:
        return parse_filter(text)
    except FilterError:
        return None


def as_typed(text: str) -> Filter:
    """Ignore a last word that may become a key; FilterError if the text is invalid."""
    word = _LAST_WORD.search(text)
    if word and any(key != word[0].lower() and key.startswith(word[0].lower()) for key in FIELDS):
        found = valid(text[: word.start()])
        if found is not None:
            return found
    return parse_filter(text)


def before_fault(text: str, error: FilterError) -> Filter:
    """Return the longest valid filter before the fault.

    The start of a wrong condition could hide every row: `foo`, of `foo>1`, would be a search in names.
    """
    ends = [error.position, *(word.start() for word in reversed([*_WORD.finditer(text, 0, error.position)]))]
    found = (valid(text[:end]) for end in ends)
    return next((each for each in found if each is not None), Filter(""))


def wrong(text: str, error: FilterError, lead: int) -> Text:
    before = lead + cell_len(visible_in_place(text[: error.position]))
    return Text(f"{' ' * before}^\n{visible_lines(error.problem)}", "red")
