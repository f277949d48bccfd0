from collections.abc import Callable

from rich.text import Text
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Static

from fmnist_tui.lab.filtering.filter import Filter
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.tui.history.input_line import InputLine

MOST_CHOICES = 12


class FilterLine(InputLine):
    """Posts each valid filter. What reads filters is imported when it is first opened."""

    class Understood(Message):
        """The text is a filter, or begins with one."""

        def __init__(self, filter: Filter) -> None:
            super().__init__()
            self.filter = filter

    def __init__(self, names: Callable[[], tuple[str, ...]], id: str) -> None:
        super().__init__(id)
        self._names = names
        self.count = ""

    def make_suggester(self) -> Suggester:
        from fmnist_tui.tui.history.typed_filter import Completion

        return Completion(self._names)

    def begin(self, text: str) -> None:
        self.ask("filter", text, self._is_understood)

    def say(self, text: str) -> None:
        """Post the filter; if it is invalid, post the valid part and mark the fault."""
        from fmnist_tui.lab.filtering.tokens import FilterError
        from fmnist_tui.tui.history.typed_filter import as_typed, before_fault, wrong

        try:
            found = as_typed(text)
        except FilterError as error:
            self.post_message(self.Understood(before_fault(text, error)))
            self.query_one(".beneath", Static).update(wrong(text, error, len(self.label) + 1))
        else:
            self.post_message(self.Understood(found))
            self.tell()

    def tell(self) -> None:
        from fmnist_tui.lab.filtering.completion import complete
        from fmnist_tui.tui.history.typed_filter import valid

        text = self.input.value
        if valid(text) is None:
            return
        words = Text(self.count, "bold", no_wrap=True, overflow="ellipsis")
        choices = complete(text, len(text), self._names())
        if choices:
            shown = "  ".join(visible(choice, 30) for choice in choices[:MOST_CHOICES])
            words.append(f"  Tab: {shown}", "not bold dim")
        self.query_one(".beneath", Static).update(words)

    def action_complete(self) -> None:
        from fmnist_tui.lab.filtering.completion import complete, completed

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
        from fmnist_tui.tui.history.typed_filter import valid

        found = valid(text)
        if found is not None:
            self.post_message(self.Understood(found))
        return found is not None
