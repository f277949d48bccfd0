"""A picture of a person's own: what the network sees of it, its three likeliest classes, and a warning."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from rich.console import Group
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.lab.inside.familiarity import Nearness, distance_words, doubts, nearness
from fmnist_tui.lab.inside.one_image import Passage, follow
from fmnist_tui.lab.inside.picture import Picture, PictureError, read_picture
from fmnist_tui.lab.plain_text import visible, visible_lines
from fmnist_tui.lab.records.dataset import shown_name
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.weights import LayerWeights
from fmnist_tui.tui.images.enlarged import ImageDetails
from fmnist_tui.tui.units.passage import likeliest_bars
from fmnist_tui.tui.units.study import known_images_of
from fmnist_tui.tui.widgets.path_input import PathInput

ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".bmp")

MOST_CHOICES = 6


class PictureDialog(ModalScreen[None]):
    """Asks for a path and answers; then for the next."""

    DEFAULT_CSS = """
    PictureDialog { align: center top; }  /* where the line stays in its place when an answer comes */
    PictureDialog > Vertical {
        margin-top: 1;
        width: 96%; max-width: 100; height: auto; max-height: 100%; border: round $accent; padding: 0 1;
        background: $surface;
    }
    PictureDialog Input { background: $boost; }
    PictureDialog #beneath { height: auto; max-height: 3; }
    PictureDialog Horizontal { height: 14; display: none; }
    PictureDialog.-answered Horizontal { display: block; }
    PictureDialog ImageDetails { margin-right: 2; }
    PictureDialog #answer { width: 1fr; height: 14; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Cancel", show=False)]

    @dataclass
    class Refused(Message):
        problem: str

    @dataclass
    class Answered(Message):
        path: Path
        picture: Picture
        passage: Passage
        near: Nearness | None
        compared: str
        """Why `near` is None."""

    def __init__(self, run: Run, weights: LayerWeights, data: Dataset | None) -> None:
        """Create the dialog.

        Args:
            run: the run whose network answers.
            weights: its weights.
            data: the loaded dataset, if any; its training images say whether a picture is like them.
        """
        super().__init__()
        self.run = run
        self.weights = weights
        self.data = data if data is not None and data.name == run.recipe.dataset else None
        self.answered: PictureDialog.Answered | None = None

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "your own picture"
            box.border_subtitle = "Tab completes · Enter asks · Esc closes"
            yield PathInput(ENDINGS, placeholder="path of a PNG, JPEG, GIF or BMP file", compact=True)
            yield Static(id="beneath")
            with Horizontal():
                yield ImageDetails()
                yield Static(id="answer")

    def on_mount(self) -> None:
        self.show_choices()

    def on_resize(self) -> None:
        self.call_after_refresh(self.show_answer)

    def on_input_changed(self) -> None:
        self.show_choices()

    def show_choices(self) -> None:
        choices = self.query_one(PathInput).choices
        names = [visible(choice.rstrip("/").rpartition("/")[2] + "/" * choice.endswith("/"), 30) for choice in choices]
        more = f"  and {len(names) - MOST_CHOICES:,} more" if len(names) > MOST_CHOICES else ""
        self.say(Text("  ".join(names[:MOST_CHOICES]) + more, "dim", no_wrap=True, overflow="ellipsis"))

    def say(self, words: Text) -> None:
        self.query_one("#beneath", Static).update(words)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.say(Text("reading the picture …", "dim"))
            self.ask(self.query_one(PathInput).path)

    @work(thread=True, group="picture", name="reading a picture", exclusive=True, exit_on_error=False)
    def ask(self, path: Path) -> None:
        try:
            picture = read_picture(path)
        except PictureError as error:
            self.post_message(self.Refused(str(error)))
            return
        passage = follow(self.run.recipe.architecture, self.weights, picture.image)
        if self.data is None:
            why = f"not compared with the training images: {shown_name(self.run.recipe.dataset)} is not loaded"
            self.post_message(self.Answered(path, picture, passage, None, why))
            return
        self.post_message(self.Answered(path, picture, passage, None, "comparing it with the training images …"))
        near = nearness(known_images_of(self.data), picture.image)
        self.post_message(self.Answered(path, picture, passage, near, ""))

    def on_picture_dialog_refused(self, event: Refused) -> None:
        self.answered = None
        self.remove_class("-answered")
        self.say(Text(visible_lines(event.problem), "red"))

    def on_picture_dialog_answered(self, event: Answered) -> None:
        self.answered = event
        self.add_class("-answered")
        notes = f": {'; '.join(event.picture.notes)}" if event.picture.notes else ""
        self.say(Text(f"{visible(event.path.name, 60)}{notes}", no_wrap=True, overflow="ellipsis"))
        self.query_one(ImageDetails).show(event.picture.image)
        self.call_after_refresh(self.show_answer)

    def show_answer(self) -> None:
        if self.answered is None:
            return
        found = doubts(self.answered.passage, self.answered.near)
        answer = self.query_one("#answer", Static)
        lines = [likeliest_bars(self.answered.passage, answer.size.width, self.run.recipe.classes), Text()]
        if found:
            lines.append(Text("⚠ it looks like nothing that this network knows:", "bold"))
            lines += [Text(f"{each}.") for each in found]
        if self.answered.near is None:
            lines.append(Text(self.answered.compared, "dim"))
        elif not self.answered.near.is_far:
            lines.append(Text(distance_words(self.answered.near), "dim"))
        answer.update(Group(*lines))
