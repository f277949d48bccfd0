"""A dialog that asks for the number of an image."""

import re
from collections.abc import Callable
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.lab.errors import UserError
from fmnist_tui.tui.units.study import Images, images_of
from fmnist_tui.tui.widgets.text import OneLineInput

Place = tuple[str, int]
"""An array, `x_train` or `x_test`, and an index in it."""

_TYPED = re.compile(r"(?:(?:x_)?(train|test))?[\s\[]*(\d[\d,]{0,11})\s*\]?", re.IGNORECASE)


def typed_place(text: str, array: str, data: Dataset) -> Place:
    """Return the place of an image as it was typed: `123` in an array, `test 123`, `x_train[123]`.

    Raises:
        UserError: it is no number, or there is no such image.
    """
    found = _TYPED.fullmatch(text.strip())
    if found is None:
        raise UserError(f"type a number, such as 123, or test 123; {range_words(array, data)}")
    array = f"x_{found[1].lower()}" if found[1] else array
    number = int(found[2].replace(",", ""))
    if number >= _length(array, data):
        raise UserError(f"there is no {array}[{number}]; {range_words(array, data)}")
    return array, number


def range_words(array: str, data: Dataset) -> str:
    return f"{array} has 0 to {_length(array, data) - 1:,}"


def _length(array: str, data: Dataset) -> int:
    return len(data.x_test if array == "x_test" else data.x_train)


class NumberDialog(ModalScreen[Place | None]):
    DEFAULT_CSS = """
    NumberDialog { align: center middle; }
    NumberDialog > Vertical {
        width: 90%; max-width: 64; height: 5; border: round $accent; background: $surface; padding: 0 1;
    }
    NumberDialog Input { background: $boost; }
    NumberDialog Static { height: 2; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Cancel", show=False)]

    def __init__(self, array: str, data: Dataset) -> None:
        """Create the dialog.

        Args:
            array: the array that a number alone is an index of.
            data: the dataset whose images can be chosen.
        """
        super().__init__()
        self.array = array
        self.data = data

    def compose(self) -> ComposeResult:
        other = "train" if self.array == "x_test" else "test"
        with Vertical() as box:
            box.border_title = "an image by its number"
            box.border_subtitle = "Enter shows it · Esc cancels"
            yield OneLineInput(placeholder=f"123, or {other} 123", compact=True)
            yield Static(Text(f"{range_words(self.array, self.data)}, {range_words(f'x_{other}', self.data)}", "dim"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if not event.value.strip():
            return
        try:
            self.dismiss(typed_place(event.value, self.array, self.data))
        except UserError as error:
            self.query_one(Static).update(Text(str(error), "red"))


def ask_for_image(screen: Screen[Any], data: Dataset, array: str, show: Callable[[Images, int], object]) -> None:
    """Ask for a number, and call `show` with all images of its array and its place among them."""

    def found(place: Place | None) -> None:
        if place is not None:
            show(images_of(data, place[0]), place[1])

    screen.app.push_screen(NumberDialog(array, data), found)
