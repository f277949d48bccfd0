from dataclasses import dataclass
from math import isnan
from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.events import Click, MouseEvent, MouseScrollDown, MouseScrollUp
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.records.dataset import shown_name
from fmnist_tui.tui.images.enlarged import Gallery, ImageDetails
from fmnist_tui.tui.images.image_grid import Card, ImageGrid
from fmnist_tui.tui.images.keys import DATA_KEYS
from fmnist_tui.tui.images.survey import PARTS, Part, Survey, duplicate_words, known, samples, survey
from fmnist_tui.tui.widgets.dialogs import TextDialog
from fmnist_tui.tui.widgets.moving import half
from fmnist_tui.tui.widgets.overlay import Overlay

WIDTHS: dict[Part, int] = {"training": 9, "validation": 11, "test": 8}

NAME_WIDTH, MEAN_WIDTH = 13, 7

HERE = Style(bold=True, reverse=True)


class DataScreen(Overlay[None]):
    heading = "the data"
    about = (
        "The images by class, as the default settings split them: a fifth of the training set is held out for "
        "validation (split seed 42). The mean is the grey level, 0 to 255, over both. Enlarged: the first of the "
        "images below, or the mean of the class."
    )

    DEFAULT_CSS = """
    DataScreen {
        #top { height: 14; }
        #table { width: 50; height: 14; }
        #facts { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        ImageGrid { padding: 0 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = DATA_KEYS

    label: reactive[int] = reactive(0, init=False)
    part: reactive[Part] = reactive[Part]("training", init=False)
    mean_shown: reactive[bool] = reactive(False, init=False)

    @dataclass
    class Surveyed(Message):
        survey: Survey

    def __init__(self, data: Dataset) -> None:
        super().__init__()
        self.data = data
        self.survey: Survey | None = None
        self.cards: tuple[Card, ...] = ()

    def compose_body(self) -> ComposeResult:
        with Horizontal(id="top"):
            yield Static(id="table")
            yield ImageDetails()
        yield Static(id="facts")
        yield ImageGrid()

    def on_mount(self) -> None:
        self.entitle(f"{shown_name(self.data.name)} · counting …")
        self.show_class()
        self.count()

    @work(thread=True, group="survey", name="counting the data", exit_on_error=False)
    def count(self) -> None:
        self.post_message(self.Surveyed(survey(self.data)))

    def on_data_screen_surveyed(self, event: Surveyed) -> None:
        self.survey = event.survey
        trained, tested = len(self.data.y_train), len(self.data.y_test)
        self.entitle(f"{shown_name(self.data.name)} · {trained:,} + {tested:,} images · {self.data.source}")
        self.show_class()

    def show_class(self) -> None:
        self.query_one("#table", Static).update(class_table(self.survey, self.label, self.part, self.data.classes))
        self.cards = samples(self.data, self.survey, self.part, self.label) if self.survey else ()
        self.shelf.show(self.cards)
        self.show_image()

    def show_image(self) -> None:
        mean = self.survey.mean_images[self.label] if self.survey and self.mean_shown else None
        first = self.cards[self.shelf.first].image if self.cards else None
        self.query_one(ImageDetails).show(mean if self.mean_shown else first)
        self.query_one("#facts", Static).update(Text(self.facts()))

    def facts(self) -> str:
        if self.survey is None:
            return "counting …"
        whose = f"{self.data.classes.names[self.label]}, {self.part} set"
        if not self.cards:
            return f"{whose}: none"
        return f"{whose}: {self.shelf.first + 1:,}–{self.shelf.last:,} of {len(self.cards):,}"

    @property
    def shelf(self) -> ImageGrid:
        return self.query_one(ImageGrid)

    def on_resize(self) -> None:
        self.call_after_refresh(self.show_image)

    def watch_label(self) -> None:
        self.show_class()

    def watch_part(self) -> None:
        self.show_class()

    def watch_mean_shown(self) -> None:
        self.show_image()

    def on_click(self, event: Click) -> None:
        at = event.get_content_offset(self.query_one("#table"))
        if at is None:
            return
        if 0 < at.y <= len(self.data.classes.names):
            self.label = at.y - 1
        elif at.y == 0 and (part := _part_at(at.x)) is not None:
            self.part = part

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        self._wheel(event, 1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        self._wheel(event, -1)

    def _wheel(self, event: MouseEvent, by: int) -> None:
        event.stop()
        if self.shelf.region.contains_point(event.screen_offset):
            self.action_leaf(by * self.shelf.grid.columns)
        else:
            self.action_next_class(by)

    def action_next_class(self, by: int) -> None:
        self.label = min(max(self.label + by, 0), len(self.data.classes.names) - 1)

    def action_go_first(self) -> None:
        self.label = 0

    def action_go_last(self) -> None:
        self.label = len(self.data.classes.names) - 1

    def action_half_page(self, by: int) -> None:
        self.action_next_class(by * half(len(self.data.classes.names)))

    def action_next(self, by: int) -> None:
        self.part = PARTS[(PARTS.index(self.part) + by) % len(PARTS)]

    def action_leaf(self, by: int) -> None:
        if 0 <= self.shelf.first + by < len(self.cards):
            self.mean_shown = False
            self.shelf.first += by
            self.show_image()

    def action_page(self, by: int) -> None:
        self.action_leaf(by * self.shelf.grid.capacity)

    def action_mean(self) -> None:
        self.mean_shown = not self.mean_shown

    def action_info(self) -> None:
        duplicates = self.survey.duplicates if self.survey else None
        self.app.push_screen(TextDialog(f"about {shown_name(self.data.name)}", known(self.data.name, duplicates)))

    def action_gallery(self) -> None:
        if self.cards:
            self.app.push_screen(Gallery(f"{self.data.classes.names[self.label]}, {self.part}", self.cards))


def class_table(found: Survey | None, label: int, part: Part, classes: Classes) -> Text:
    heading = Text(f"{'class':<{NAME_WIDTH}}")
    for each in PARTS:
        heading.append(" " * (WIDTHS[each] - len(each))).append(each, "bold underline" if each == part else "dim")
    heading.append(f"{'mean':>{MEAN_WIDTH}}", "dim")
    marks = ("▸" if row == label else " " for row in range(len(classes.names)))
    lines = [
        Text(_line(f"{mark}{name}", found, row), HERE if row == label else "")
        for row, (mark, name) in enumerate(zip(marks, (name[: NAME_WIDTH - 2] for name in classes.names), strict=True))
    ]
    duplicates = Text(f" {duplicate_words(found.duplicates if found else None)}")
    return Text("\n").join((heading, *lines, Text(_line(" all", found, None), "dim"), Text(), duplicates))


def _part_at(x: int) -> Part | None:
    end = NAME_WIDTH
    for part, width in WIDTHS.items():
        if end <= x < (end := end + width):
            return part
    return None


def _line(name: str, found: Survey | None, row: int | None) -> str:
    if found is None:
        return f"{name:<{NAME_WIDTH}}" + "".join(f"{'…':>{width}}" for width in (*WIDTHS.values(), MEAN_WIDTH))
    counts = {part: sum(counts) if row is None else counts[row] for part, counts in found.counts.items()}
    mean = found.mean if row is None else found.means[row]
    figures = "".join(f"{counts[part]:>{WIDTHS[part]},}" for part in PARTS)
    return f"{name:<{NAME_WIDTH}}{figures}{'–' if isnan(mean) else f'{mean:.1f}':>{MEAN_WIDTH}}"
