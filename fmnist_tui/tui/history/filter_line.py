"""The filter's input line: applies, completes and checks the filter as it is typed."""

import re
from collections.abc import Callable

from rich.text import Text
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Static

from fmnist_tui.lab.fields.registry import FIELDS
from fmnist_tui.lab.filtering.completion import complete, completed
from fmnist_tui.lab.filtering.parsing import Filter, parse_filter
from fmnist_tui.lab.filtering.tokens import FilterError
from fmnist_tui.lab.plain_text import visible, visible_in_place, visible_lines
from fmnist_tui.tui.history.foot_line import FootLine

_LAST_WORD = re.compile(r"(?<!\S)[A-Za-z_]+\Z")
_WORD = re.compile(r"\S+")

MOST_CHOICES = 12


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


class FilterLine(FootLine):
    """Asks for a filter and posts each valid one."""

    class Understood(Message):
        """The text is a filter, or begins with one."""

        def __init__(self, filter: Filter) -> None:
            super().__init__()
            self.filter = filter

    def __init__(self, names: Callable[[], tuple[str, ...]], id: str) -> None:
        super().__init__(id, suggester=Completion(names))
        self._names = names
        self.count = ""

    def begin(self, text: str) -> None:
        self.ask("filter", text, self._is_understood)

    def say(self, text: str) -> None:
        """Post the filter; if it is invalid, post the valid part and mark the fault."""
        try:
            found = as_typed(text)
        except FilterError as error:
            self.post_message(self.Understood(before_fault(text, error)))
            self.query_one(".beneath", Static).update(wrong(text, error, len(self.label) + 1))
        else:
            self.post_message(self.Understood(found))
            self.tell()

    def tell(self) -> None:
        text = self.input.value
        try:
            parse_filter(text)
        except FilterError:
            return
        words = Text(self.count, "bold", no_wrap=True, overflow="ellipsis")
        choices = complete(text, len(text), self._names())
        if choices:
            shown = "  ".join(visible(choice, 30) for choice in choices[:MOST_CHOICES])
            words.append(f"  Tab: {shown}", "not bold dim")
        self.query_one(".beneath", Static).update(words)

    def action_complete(self) -> None:
        text = self.input.value
        at = self.input.cursor_position
        choices = complete(text, at, self._names())
        if not choices:
            self.app.bell()
            return
        self.input.value, self.input.cursor_position = completed(text, at, choices[0])

    def action_leave(self) -> None:
        self.post_message(self.Understood(Filter("")))
        self.close()

    def _is_understood(self, text: str) -> bool:
        try:
            found = parse_filter(text)
        except FilterError:
            return False
        self.post_message(self.Understood(found))
        return True


def as_typed(text: str) -> Filter:
    """Return the filter typed so far; a last word that may become a key is ignored.

    Raises:
        FilterError: the text is not a filter.
    """
    word = _LAST_WORD.search(text)
    if word and any(key != word[0].lower() and key.startswith(word[0].lower()) for key in FIELDS):
        try:
            return parse_filter(text[: word.start()])
        except FilterError:
            pass  # the text is invalid without its last word
    return parse_filter(text)


def before_fault(text: str, error: FilterError) -> Filter:
    """Return the longest valid filter before the fault, at worst the empty one.

    The start of a wrong condition could hide every row: `foo`, of `foo>1`, would be a search in names.
    """
    ends = [error.position, *(word.start() for word in reversed([*_WORD.finditer(text, 0, error.position)]))]
    for end in ends:
        try:
            return parse_filter(text[:end])
        except FilterError:
            pass  # still invalid
    return Filter("")


def wrong(text: str, error: FilterError, lead: int) -> Text:
    from rich.cells import cell_len

    before = lead + cell_len(visible_in_place(text[: error.position]))
    return Text(f"{' ' * before}^\n{visible_lines(error.problem)}", "red")
