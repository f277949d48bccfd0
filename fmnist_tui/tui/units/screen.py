"""The units screen: the first layer's units as pictures of their weights, those first that matter most."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Static

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.inside.units import FirstLayer, UnitFigures, first_layer, pictures
from fmnist_tui.lab.layers import describe
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.weights import TrainedWeights
from fmnist_tui.tui.garments.drawing import drawing_mode
from fmnist_tui.tui.garments.image_grid import SelectableImageGrid
from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.units.cards import fires_words, name_of, order, summary_words, unit_cards
from fmnist_tui.tui.units.image_screen import ImageScreen
from fmnist_tui.tui.units.study import Epoch, Images, figures, held_out, kept_weights, of_epoch
from fmnist_tui.tui.units.unit_screen import UnitScreen
from fmnist_tui.tui.units.weight_picture import legend
from fmnist_tui.tui.widgets.overlay import Overlay


class UnitsScreen(Overlay[None]):
    """Shows the units of a run's first layer."""

    heading = "inside the network"
    about = (
        "Each picture is one unit of the first hidden layer: its weight for each of the 28 × 28 pixels. Where a "
        "picture is light, a bright pixel raises the unit's output; where it is dark, it lowers it. A filter of a "
        "convolution is enlarged; a network without hidden layers shows its ten outputs. The units that matter "
        "most come first: the percentage is the unit's share of standard deviation of its output × length of its "
        "outgoing weights, over the validation images. Beneath it: on how many of them its output is above 0."
    )
    topics = ("weights as pictures", "units that matter", "dead units")

    DEFAULT_CSS = """
    UnitsScreen {
        #legend, #facts { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        #facts { height: 2; }
        &.-without-weights #facts { height: auto; text-wrap: wrap; }
        ImageGrid { padding: 0 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("next", "next", "Show the weights of the best epoch, or of the last", word="Best epoch", show=True),
        global_key("inside", "inside", "Follow images through the network", word="One image", show=True),
    ]

    @dataclass
    class Opened(Message):
        """The weights were read, or could not be."""

        weights: TrainedWeights | None
        problem: str = ""

    @dataclass
    class Measured(Message):
        epoch: Epoch
        figures: UnitFigures | None
        on: Images | None
        problem: str = ""

    def __init__(self, run: Run, folder: Path, data: Dataset | None) -> None:
        """Create the screen.

        Args:
            run: the run whose network is shown.
            folder: the notebook's `runs` folder.
            data: the loaded dataset, if any.
        """
        super().__init__()
        self.run = run
        self.folder = folder
        self.data = data
        self.epoch: Epoch = "last"
        self.first: FirstLayer = first_layer(run.recipe.architecture)
        self.weights: TrainedWeights | None = None
        self.figures: UnitFigures | None = None
        self.on: Images | None = None
        self.pictures: NDArray[np.float32] | None = None
        self.units: list[int] = []
        self.problem = ""

    def compose_body(self) -> ComposeResult:
        yield Static(id="legend")
        yield SelectableImageGrid()
        yield Static(id="facts")

    def on_mount(self) -> None:
        self.grid.focus()
        self.entitle(f"{self.whose} · reading the weights …")
        self.open()

    @property
    def grid(self) -> SelectableImageGrid:
        return self.query_one(SelectableImageGrid)

    @property
    def output_classes(self) -> Classes | None:
        """Those that the units stand for; None for hidden units."""
        return self.run.recipe.classes if self.is_output else None

    @property
    def is_output(self) -> bool:
        return self.first.next_place is None

    @property
    def whose(self) -> str:
        return f"{visible(self.run.experiment, 40)} seed {self.run.seed}"

    @work(thread=True, group="units", name="reading the weights", exit_on_error=False)
    def open(self) -> None:
        try:
            self.post_message(self.Opened(kept_weights(self.run, self.folder)))
        except UserError as error:
            self.post_message(self.Opened(None, str(error)))

    def on_units_screen_opened(self, event: Opened) -> None:
        self.weights = event.weights
        if event.weights is None:
            self.entitle(f"{self.whose} · no weights")
            self.add_class("-without-weights")
            self.say(event.problem)
        else:
            self.show_epoch()

    def show_epoch(self) -> None:
        """Show the pictures of an epoch at once, and its figures when they are measured."""
        if self.weights is None:
            return
        self.pictures = pictures(self.run.recipe.architecture, of_epoch(self.weights, self.epoch))
        self.figures = None
        self.query_one("#legend", Static).update(legend(drawing_mode(self.app)))
        self.show_units()
        self.measure(self.weights, self.epoch)

    @work(thread=True, group="units", name="measuring the units", exit_on_error=False)
    def measure(self, weights: TrainedWeights, epoch: Epoch) -> None:
        try:
            on = self.on or held_out(self.run, self.data)
            found = figures(self.run, of_epoch(weights, epoch), on)
            self.post_message(self.Measured(epoch, found, on))
        except UserError as error:
            self.post_message(self.Measured(epoch, None, None, str(error)))

    def on_units_screen_measured(self, event: Measured) -> None:
        if event.epoch == self.epoch:
            self.figures, self.on, self.problem = event.figures, event.on, event.problem
            self.show_units()

    def show_units(self) -> None:
        if self.pictures is None:
            return
        self.units = order(self.figures, self.first.units, is_output=self.is_output)
        self.grid.show(unit_cards(self.pictures, self.figures, self.units, self.output_classes))
        self.grid.point_at(0)

    def on_selectable_image_grid_moved(self, event: SelectableImageGrid.Moved) -> None:
        layer = "the output" if self.is_output else describe(self.run.recipe.architecture.layers[self.first.place])
        shown = f"{event.rack.first + 1:,}–{event.rack.last:,} of {self.first.units:,}"
        self.entitle(f"{self.whose} · {layer} · {self.epoch_words} · {shown}")
        if self.figures is None or self.on is None:
            self.say(self.problem or "measuring on the validation images …")
            return
        unit = self.units[event.rack.cursor or 0]
        words = fires_words(unit, self.figures, self.on.words, is_output=self.is_output)
        about = summary_words(self.figures, self.on.words, is_output=self.is_output)
        self.say(f"{name_of(unit, self.output_classes)}: {words}", about)

    @property
    def epoch_words(self) -> str:
        curves = self.run.curves
        number = curves.best_epoch if self.epoch == "best" else curves.epochs
        return f"epoch {number}, the {self.epoch}"

    def say(self, *lines: str) -> None:
        self.query_one("#facts", Static).update(Text("\n".join(visible(line, 400) for line in lines)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "next" or bool(self.weights and self.weights.best)

    def action_next(self) -> None:
        self.epoch = "best" if self.epoch == "last" else "last"
        self.show_epoch()

    def action_inside(self) -> None:
        if self.on is None:
            self.notify(self.problem or "measuring on the validation images …", severity="warning", markup=False)
        else:
            self.app.push_screen(ImageScreen(self.run, self.folder, self.on, epoch=self.epoch))

    def on_selectable_image_grid_chosen(self, event: SelectableImageGrid.Chosen) -> None:
        if self.weights is None or self.pictures is None:
            return
        event.stop()

        def go_on(at: int | None) -> None:
            if at is not None:
                self.grid.point_at(at)

        weights = of_epoch(self.weights, self.epoch)
        screen = UnitScreen(self.run, self.folder, self.epoch, weights, self.figures, self.on, self.units, event.at)
        self.app.push_screen(screen, go_on)
