"""One unit: its picture, its weights towards the classes, and the images that excite it most."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from rich.console import Group
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from fmnist_tui.lab.inside.units import UnitFigures, first_layer, most_exciting, outgoing_by_class, pictures
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.weights import LayerWeights
from fmnist_tui.tui.garments.drawing import CELLS
from fmnist_tui.tui.garments.enlarged import EnlargedImage, ImageDetails
from fmnist_tui.tui.garments.image_grid import Card, SelectableImageGrid
from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.units.cards import exciting_cards, fires_words, name_of, outgoing_bars
from fmnist_tui.tui.units.image_screen import ImageScreen
from fmnist_tui.tui.units.study import Epoch, Images
from fmnist_tui.tui.units.weight_picture import draw_weights
from fmnist_tui.tui.widgets.overlay import Overlay

FACTS_COLUMNS = 50
"""Room for the bars of the classes beside a picture."""

ONE_ROW = 9
"""Rows of a row of small images with captions."""


class UnitScreen(Overlay[int]):
    """Shows one of several units; returns the place of the last one."""

    heading = "a unit"
    about = (
        "On the left the unit's weights for the pixels, light positive, dark negative. Beside it its weights towards "
        "the ten classes: to the right it speaks for a class, to the left against it. Where more dense layers follow, "
        "that is the product of their weights, which leaves out what the activations in between cut off. Below: the "
        "images that excite it most, with its output."
    )
    topics = ("weights as pictures", "units that matter", "images that excite a unit")

    DEFAULT_CSS = """
    UnitScreen {
        Horizontal { height: auto; padding: 0 1; }
        ImageDetails { margin-right: 2; }
        #facts { width: 1fr; height: auto; }
        ImageGrid { padding: 0 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("next", "next(1)", "Show the next unit", word="Next unit", show=True),
        global_key("previous", "next(-1)", "Show the unit before", word="Unit before", show=True),
        global_key("inside", "inside", "Follow the image through the network", word="Follow", show=True),
    ]

    @dataclass
    class Found(Message):
        """The images that excite a unit most."""

        unit: int
        images: Images
        cards: tuple[Card, ...]

    def __init__(
        self,
        run: Run,
        folder: Path,
        epoch: Epoch,
        weights: LayerWeights,
        figures: UnitFigures | None,
        on: Images | None,
        units: Sequence[int],
        at: int,
    ) -> None:
        """Create the screen.

        Args:
            run: the run whose network is shown.
            folder: the notebook's `runs` folder.
            epoch: whose weights are shown.
            weights: these weights.
            figures: what was measured of its units, if anything was.
            on: the images that it was measured on, if any.
            units: the units in the order in which they are paged.
            at: the place of the first one shown.
        """
        super().__init__()
        self.run = run
        self.folder = folder
        self.epoch = epoch
        architecture = self.architecture = run.recipe.architecture
        self.weights = weights
        self.figures = figures
        self.on = on
        self.units = units
        self.at = at
        self.exciting: Images | None = None
        self.first = first_layer(architecture)
        self.pictures = pictures(architecture, weights)
        self.by_class = outgoing_by_class(architecture, weights)

    def compose_body(self) -> ComposeResult:
        with Horizontal():
            yield ImageDetails()
            yield Static(id="facts")
        yield SelectableImageGrid()

    def on_mount(self) -> None:
        self.query_one(SelectableImageGrid).focus()
        self.show_unit()

    def on_resize(self) -> None:
        self.show_picture()

    @property
    def unit(self) -> int:
        return self.units[self.at]

    @property
    def is_output(self) -> bool:
        return self.first.next_place is None

    def show_unit(self) -> None:
        name = name_of(self.unit, self.run.recipe.classes if self.is_output else None)
        self.entitle(
            f"{visible(self.run.experiment, 40)} seed {self.run.seed} · {name} · {self.at + 1:,} of {len(self.units):,}"
        )
        self.show_picture()
        self.query_one("#facts", Static).update(Group(*self.facts()))
        self.query_one(SelectableImageGrid).show(())
        if self.on is not None:
            self.find(self.unit, self.on)

    def show_picture(self) -> None:
        columns, rows = CELLS["double"]
        roomy = self.size.width >= columns + FACTS_COLUMNS and self.size.height >= rows + ONE_ROW + 2
        self.query_one(ImageDetails).show(self.pictures[self.unit], "double" if roomy else "whole", draw_weights)

    def facts(self) -> list[Text]:
        lines = []
        if self.figures is not None and self.on is not None:
            if not self.is_output:
                share = self.figures.matters[self.unit]
                lines.append(Text(f"matters {share:.1%}, place {self.at + 1:,} of {len(self.units):,}"))
            lines.append(Text(fires_words(self.unit, self.figures, self.on.words, is_output=self.is_output)))
        if self.by_class is not None:
            lines.append(Text("its weights towards the classes:", "dim"))
            lines.append(outgoing_bars(self.by_class[self.unit], self.run.recipe.classes))
        return lines

    @work(thread=True, group="unit", name="finding images", exclusive=True, exit_on_error=False)
    def find(self, unit: int, on: Images) -> None:
        order, heights = most_exciting(self.architecture, self.weights, on.images, unit)
        self.post_message(self.Found(unit, on.chosen(order), exciting_cards(on, order, heights)))

    def on_unit_screen_found(self, event: Found) -> None:
        if event.unit == self.unit:
            self.exciting = event.images
            grid = self.query_one(SelectableImageGrid)
            grid.show(event.cards)
            grid.point_at(0)

    def on_selectable_image_grid_chosen(self, event: SelectableImageGrid.Chosen) -> None:
        event.stop()
        title = f"what excites {name_of(self.unit, self.run.recipe.classes if self.is_output else None)}"
        self.app.push_screen(EnlargedImage(title, event.rack.cards, event.at))

    def action_inside(self) -> None:
        if self.exciting is not None:
            at = self.query_one(SelectableImageGrid).cursor or 0
            self.app.push_screen(ImageScreen(self.run, self.folder, self.exciting, at, self.epoch))

    def action_next(self, by: int) -> None:
        if 0 <= self.at + by < len(self.units):
            self.at += by
            self.show_unit()

    def action_back(self) -> None:
        self.dismiss(self.at)
