from collections.abc import Callable, Mapping, Sequence
from string import ascii_lowercase
from typing import ClassVar

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from fmnist_tui.lab.plain_text import visible_lines
from fmnist_tui.tui.widgets.moving import ScrolledText, half
from fmnist_tui.tui.widgets.text import OneLineInput

Question = tuple[str, Mapping[str, str]]
"""A question and its answers by letter."""

RENEW_SECONDS = 0.25
"""How often a dialog checks whether its question still stands."""


KEY_WIDTH = len(" Esc   ")


class Answer(Static):
    """One of a question's answers; None cancels."""

    class Clicked(Message):
        def __init__(self, letter: str | None) -> None:
            super().__init__()
            self.letter = letter

    def __init__(self, letter: str | None, key: str, meaning: str) -> None:
        words = Text(visible_lines(meaning))
        row = Table.grid()
        row.add_column(width=KEY_WIDTH)
        row.add_column()
        row.add_row(Text.assemble((f" {key} ", "bold reverse")), words)
        super().__init__(row)
        self.letter = letter
        self._width = KEY_WIDTH + words.cell_len

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """Return the width on one line; Textual measures no table where its container's width is not known yet."""
        return self._width

    def on_click(self) -> None:
        self.post_message(self.Clicked(self.letter))


class QuestionDialog(ModalScreen[str | None]):
    DEFAULT_CSS = """
    QuestionDialog { align: center middle; }
    QuestionDialog > Vertical { width: auto; max-width: 90%; height: auto; border: round $accent; background: $surface;
                     padding: 1 2; }
    QuestionDialog Static { width: auto; max-width: 100%; }
    QuestionDialog.-error > Vertical { border: heavy $error; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Cancel"),
        *(Binding(letter, f"answer('{letter}')", show=False) for letter in ascii_lowercase),
    ]

    def __init__(
        self,
        title: str,
        question: str,
        answers: Mapping[str, str],
        *,
        error: bool = False,
        renew: Callable[[], Question | None] | None = None,
    ) -> None:
        """`renew` returns question and answers as they are now, or None to close the dialog."""
        super().__init__(classes="-error" if error else None)
        self.shown_title = title
        self.question = question
        self.answers = answers
        self._renew = renew

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = self.shown_title
            yield Static(Text(f"{visible_lines(self.question)}\n"))
            for letter, meaning in self.answers.items():
                yield Answer(letter, letter, meaning)
            yield Answer(None, "Esc", "cancel" if self.answers else "close")

    def on_answer_clicked(self, event: Answer.Clicked) -> None:
        self.dismiss(event.letter)

    def on_mount(self) -> None:
        if self._renew:
            self.set_interval(RENEW_SECONDS, self.renew)

    def renew(self) -> None:
        now = self._renew() if self._renew and self.is_current else (self.question, self.answers)
        if now is None:
            self.dismiss(None)
        elif now != (self.question, self.answers):
            self.question, self.answers = now
            self.refresh(recompose=True)

    def action_answer(self, letter: str) -> None:
        if letter in self.answers:
            self.dismiss(letter)


class PickerDialog(ModalScreen[int | None]):
    DEFAULT_CSS = """
    PickerDialog { align: center middle; }
    PickerDialog > Vertical {
        width: 90%; max-width: 90; height: auto; max-height: 96%; border: round $accent;
        background: $surface; padding: 0 1;
    }
    PickerDialog Input { background: $boost; }
    PickerDialog OptionList {
        border: none; height: auto; max-height: 18; padding: 0; scrollbar-size-vertical: 1;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Cancel", show=False),
        Binding("down", "move(1)", "Down", show=False, priority=True),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
        Binding("pagedown,ctrl+d", "half_page(1)", "Half a page down", show=False, priority=True),
        Binding("pageup,ctrl+u", "half_page(-1)", "Half a page up", show=False, priority=True),
    ]

    def __init__(self, title: str, items: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.shown_title = title
        self.items = items

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = self.shown_title
            box.border_subtitle = "↑↓ · Enter selects · Esc cancels"
            yield OneLineInput(placeholder="type to filter", compact=True)
            yield OptionList()

    def on_mount(self) -> None:
        self.show_matches("")

    def show_matches(self, words: str) -> None:
        wanted = words.lower().split()
        column = max((len(name) for name, _ in self.items), default=0)
        options = [
            Option(Text.assemble((f"{name:<{column}}", "bold"), "  ", (about, "dim")), id=str(place))
            for place, (name, about) in enumerate(self.items)
            if all(word in f"{name} {about}".lower() for word in wanted)
        ]
        menu = self.query_one(OptionList)
        menu.clear_options()
        menu.add_options(options)
        menu.highlighted = 0 if options else None

    def on_input_changed(self, event: Input.Changed) -> None:
        self.show_matches(event.value)

    def on_input_submitted(self) -> None:
        menu = self.query_one(OptionList)
        if menu.highlighted is not None:
            self.dismiss(int(str(menu.get_option_at_index(menu.highlighted).id)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(int(str(event.option_id)))

    def action_move(self, by: int) -> None:
        menu = self.query_one(OptionList)
        if by > 0:
            menu.action_cursor_down()
        else:
            menu.action_cursor_up()

    def action_half_page(self, by: int) -> None:
        menu = self.query_one(OptionList)
        if menu.highlighted is not None:
            menu.highlighted = min(max(menu.highlighted + by * half(menu.size.height), 0), menu.option_count - 1)


def room(columns: int) -> int:
    """Return the width of the text on a screen `columns` wide."""
    border_padding_and_scrollbar = 5
    return min(columns * 96 // 100, 100) - border_padding_and_scrollbar


class TextDialog(ModalScreen[None]):
    DEFAULT_CSS = """
    TextDialog { align: center middle; }
    TextDialog > ScrolledText {
        width: 96%; max-width: 100; height: auto; max-height: 96%; border: round $accent;
        background: $surface; padding: 0 1; scrollbar-size-vertical: 1;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,question_mark,f1", "dismiss", "Close", show=False),
    ]

    def __init__(self, title: str, *texts: RenderableType) -> None:
        super().__init__()
        self.shown_title = title
        self.texts = texts

    def compose(self) -> ComposeResult:
        with ScrolledText() as box:
            box.border_title = self.shown_title.replace("[", r"\[")
            box.border_subtitle = "arrows scroll · Esc closes"
            for text in self.texts:
                yield Static(text)
