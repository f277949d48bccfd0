import re
from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.keys import _character_to_key
from textual.message import Message
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, Static

from fmnist_tui.lab.fields.registry import FIELDS
from fmnist_tui.lab.filtering.completion import complete, completed
from fmnist_tui.lab.filtering.parsing import Filter, parse_filter
from fmnist_tui.lab.filtering.tokens import FilterError
from fmnist_tui.lab.plain_text import visible, visible_in_place, visible_lines
from fmnist_tui.tui.widgets.text import OneLineInput

PRINTABLE = "".join(map(chr, range(32, 127)))


class PendingKeysInput(OneLineInput):
    """Also takes, in order, the keys pressed while it opens."""

    # Such a key was sent to the table, and bubbles here as a binding that nothing else handled.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(_character_to_key(each), f"type({each!r})", show=False) for each in PRINTABLE
    ]

    def action_type(self, letter: str) -> None:
        self.insert_text_at_cursor(letter)


class InputLine(Container):
    """A line to type in, and one of words beneath; both are made when it is first opened."""

    DEFAULT_CSS = """
    InputLine {
        display: none; height: auto;
        layout: grid; grid-size: 2; grid-columns: auto 1fr; grid-rows: auto;
        &.-open { display: block; }
        & > .label { width: auto; text-style: bold; padding-right: 1; }
        & > Input { width: 1fr; background: $boost; }
        & > .beneath { height: auto; column-span: 2; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("tab,shift+tab", "complete", "Complete", show=False),
    ]

    class Closed(Message):
        """Closed by Enter or Escape."""

    def __init__(self, id: str, *, suggester: Suggester | None = None) -> None:
        super().__init__(id=id)
        self._suggester = suggester
        self._came_from: Widget | None = None
        self._take: Callable[[str], bool] = lambda text: True

    def _make_content(self) -> None:
        self.mount(
            Static(classes="label"),
            PendingKeysInput(compact=True, select_on_focus=False, suggester=self._suggester),
            Static(classes="beneath"),
        )

    @property
    def input(self) -> Input:
        return self.query_one(Input)

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    def ask(self, what: str, text: str, take: Callable[[str], bool]) -> None:
        """On Enter `take` receives the text and returns whether to close the line."""
        for other in self.screen.query(InputLine):
            other.close()
        if not self.children:
            self._make_content()
        self._take = take
        self._came_from = self.screen.focused
        self.label = what
        self.query_one(".label", Static).update(Text(what))
        self.add_class("-open")
        self.input.value = text
        self.input.cursor_position = len(text)
        self.say(text)
        self.screen.set_focus(self.input)  # at once: the next keys are meant for it

    def say(self, text: str) -> None:
        self.query_one(".beneath", Static).update(Text("Enter saves · Esc cancels", "dim"))

    def close(self) -> None:
        """Hide the line; restore the focus unless it has moved elsewhere."""
        if self.is_open:
            self.remove_class("-open")
            if self.input.has_focus:
                self.screen.set_focus(self._came_from)
            self.post_message(self.Closed())

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_open:
            self.say(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._take(event.value):
            self.close()
        else:
            self.app.bell()

    def action_leave(self) -> None:
        self.close()

    def action_complete(self) -> None:
        """Free text has no completions."""


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


class FilterLine(InputLine):
    """Posts each valid filter."""

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
    """Ignore a last word that may become a key; FilterError if the text is invalid."""
    word = _LAST_WORD.search(text)
    if word and any(key != word[0].lower() and key.startswith(word[0].lower()) for key in FIELDS):
        try:
            return parse_filter(text[: word.start()])
        except FilterError:
            pass  # the text is invalid without its last word
    return parse_filter(text)


def before_fault(text: str, error: FilterError) -> Filter:
    """Return the longest valid filter before the fault.

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
