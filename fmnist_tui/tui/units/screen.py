"""The units screen: a layer's units as pictures of their weights, those first that matter most."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from textual import work
from textual.binding import BindingType
from textual.message import Message
from textual.notifications import SeverityLevel
from textual.widgets import Static

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.jobs import seed_name
from fmnist_tui.lab.inside.unit_layers import UnitLayer, unit_layers
from fmnist_tui.lab.inside.unit_pictures import pictures
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.weights import LayerWeights, TrainedWeights
from fmnist_tui.tui.images.drawing import drawing_mode
from fmnist_tui.tui.images.image_grid import SelectableImageGrid
from fmnist_tui.tui.units.cards import fires_words, name_of, order, summary_words, unit_cards
from fmnist_tui.tui.units.image_screen import ImageScreen
from fmnist_tui.tui.units.keras_model import write_keras_model
from fmnist_tui.tui.units.keys import UNITS_KEYS
from fmnist_tui.tui.units.layer_words import layer_name, left_out_words
from fmnist_tui.tui.units.learning_screen import LearningScreen
from fmnist_tui.tui.units.number_dialog import ask_for_image
from fmnist_tui.tui.units.pair_screen import PairScreen
from fmnist_tui.tui.units.picture_dialog import PictureDialog
from fmnist_tui.tui.units.study import (
    Epoch,
    Images,
    LayerStudy,
    held_out,
    kept_weights,
    needs_data,
    of_epoch,
    unit_classes,
)
from fmnist_tui.tui.units.unit_screen import UnitScreen
from fmnist_tui.tui.units.weight_picture import legend
from fmnist_tui.tui.units.weight_pictures_screen import WeightPicturesScreen


class UnitsScreen(WeightPicturesScreen[None]):
    """Shows the units of a layer of a run's network, the first layer to begin with."""

    heading = "inside the network"
    about = (
        "Each picture is one unit of a layer: its weight for each of the 28 × 28 pixels. Where a picture is light, a "
        "bright pixel raises the unit's output; where it is dark, it lowers it. A filter of a convolution is "
        "enlarged; the output has a unit for each class. w goes to the next layer: there a picture is the product of "
        "the weights back to the pixels. The units that matter most come first: the percentage is the unit's share of "
        "standard deviation of its output × length of its outgoing weights, over the validation images. Beneath it: "
        "on how many of them its output is above 0."
    )
    topics = (
        "weights as pictures",
        "units that matter",
        "dead units",
        "combined weights",
        "images that excite a unit",
        "maps of a filter",
        "watching it learn",
        "through the layers",
        "occlusion",
        "two networks",
        "your own picture",
        "unlike the data",
        "a saved model",
    )

    DEFAULT_CSS = """
    UnitsScreen {
        &.-with-words #facts { height: 3; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = UNITS_KEYS

    @dataclass
    class Opened(Message):
        """The weights were read, or could not be."""

        weights: TrainedWeights | None
        problem: str = ""

    @dataclass
    class ImagesFound(Message):
        """The images to measure on, which can be followed before all units are measured."""

        images: Images

    @dataclass
    class Measured(Message):
        study: LayerStudy
        problem: str = ""

    @dataclass
    class ModelWritten(Message):
        words: str
        failed: bool = False

    def __init__(self, run: Run, folder: Path, data: Dataset | None, other: Run | None = None) -> None:
        """Create the screen.

        Args:
            run: the run whose network is shown.
            folder: the notebook's `runs` folder.
            data: the loaded dataset, if any.
            other: a run to compare it with.
        """
        super().__init__()
        self.run = run
        self.other = other
        self.folder = folder
        self.data = data
        self.epoch: Epoch = "last"
        self.unit_layers = unit_layers(run.recipe.architecture)
        self.unit_layer: UnitLayer = self.unit_layers[0]
        self.weights: TrainedWeights | None = None
        self.study: LayerStudy | None = None
        self.on: Images | None = None
        self.pictures: NDArray[np.float32] | None = None
        self.left_out = ""
        self.units: list[int] = []
        self.problem = ""

    def on_mount(self) -> None:
        self.grid.focus()
        self.entitle(f"{seed_name(self.run)} · reading the weights …")
        self.open()

    @work(thread=True, group="units", name="reading the weights", exit_on_error=False)
    def open(self) -> None:
        try:
            self.post_message(self.Opened(kept_weights(self.run, self.folder)))
        except UserError as error:
            self.post_message(self.Opened(None, str(error)))

    def on_units_screen_opened(self, event: Opened) -> None:
        self.weights = event.weights
        if event.weights is None:
            self.entitle(f"{seed_name(self.run)} · no weights")
            self.add_class("-words-alone")
            self.say(event.problem)
        else:
            self.refresh_bindings()
            self.show_layer()

    def show_layer(self) -> None:
        """Show the pictures of a layer and an epoch at once, and its figures when they are measured."""
        if self.weights is None:
            return
        architecture, weights = self.run.recipe.architecture, of_epoch(self.weights, self.epoch)
        self.study = LayerStudy(self.run, self.folder, self.epoch, weights, self.unit_layer)
        self.pictures = pictures(architecture, weights, self.unit_layer)
        self.left_out = left_out_words(architecture, weights, self.unit_layer)
        self.set_class(bool(self.left_out), "-with-words")
        self.query_one("#legend", Static).update(legend(drawing_mode(self.app)))
        self.show_units()
        self.measure(self.study)

    @work(thread=True, group="units", name="measuring the units", exit_on_error=False)
    def measure(self, study: LayerStudy) -> None:
        try:
            on = self.on or held_out(self.run, self.data)
            self.post_message(self.ImagesFound(on))
            self.post_message(self.Measured(study.measured(on)))
        except UserError as error:
            self.post_message(self.Measured(study, str(error)))

    def on_units_screen_images_found(self, event: ImagesFound) -> None:
        self.on = event.images

    def on_units_screen_measured(self, event: Measured) -> None:
        if self.study and (event.study.epoch, event.study.layer) == (self.study.epoch, self.study.layer):
            self.study, self.problem = event.study, event.problem
            self.show_units()

    def show_units(self) -> None:
        if self.pictures is None or self.study is None:
            return
        figures, is_output = self.study.figures, self.unit_layer.is_output
        self.units = order(figures, self.unit_layer.units, is_output=is_output)
        self.grid.show(unit_cards(self.pictures, figures, self.units, unit_classes(self.run, self.unit_layer)))
        self.grid.point_at(0)

    def on_selectable_image_grid_moved(self, event: SelectableImageGrid.Moved) -> None:
        at, layers = self.unit_layers.index(self.unit_layer), len(self.unit_layers)
        which = f" · layer {at + 1} of {layers}" if layers > 1 else ""
        shown = f"{event.rack.first + 1:,}–{event.rack.last:,} of {self.unit_layer.units:,}"
        self.entitle(f"{seed_name(self.run)} · {layer_name(self.unit_layer)}{which} · {shown} · {self.epoch_words}")
        if self.study is None or self.study.figures is None or self.study.on is None:
            self.say(self.problem or "measuring on the validation images …", self.left_out)
            return
        unit, is_output = self.units[event.rack.cursor or 0], self.unit_layer.is_output
        words = fires_words(unit, self.study.figures, self.study.on.words, self.unit_layer)
        about = summary_words(self.study.figures, self.study.on.words, is_output=is_output)
        self.say(f"{name_of(unit, unit_classes(self.run, self.unit_layer))}: {words}", about, self.left_out)

    @property
    def epoch_words(self) -> str:
        curves = self.run.curves
        number = curves.best_epoch if self.epoch == "best" else curves.epochs
        return f"epoch {number}, the {self.epoch}"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "epoch":
                return bool(self.weights and self.weights.best)
            case "layer":
                return self.weights is not None and len(self.unit_layers) > 1
            case "compare":
                return self.other is not None
        return True

    def action_layer(self, by: int) -> None:
        self.unit_layer = self.unit_layers[(self.unit_layers.index(self.unit_layer) + by) % len(self.unit_layers)]
        self.show_layer()

    def action_epoch(self) -> None:
        self.epoch = "best" if self.epoch == "last" else "last"
        self.show_layer()

    def action_film(self) -> None:
        self.app.push_screen(LearningScreen(self.run, self.folder))

    def action_inside(self) -> None:
        if self.on is not None:
            self.follow(self.on)
        else:
            self.say_why_not()

    def say_why_not(self) -> None:
        self.notify(self.problem or "measuring on the validation images …", severity="warning", markup=False)

    def follow(self, images: Images, at: int = 0) -> None:
        self.app.push_screen(ImageScreen(self.run, self.folder, images, at, self.epoch, self.other))

    def action_number(self) -> None:
        problem = needs_data(self.run, self.data)
        if self.data is None or problem:
            self.notify(problem, severity="warning", markup=False)
        else:
            ask_for_image(self, self.data, self.on.array if self.on else "x_train", self.follow)

    def action_compare(self) -> None:
        if self.on is not None and self.other is not None:
            self.app.push_screen(PairScreen((self.run, self.other), self.folder, self.on, epoch=self.epoch))
        else:
            self.say_why_not()

    def action_picture(self) -> None:
        if self.weights is not None:
            self.app.push_screen(PictureDialog(self.run, of_epoch(self.weights, self.epoch), self.data))

    def action_model(self) -> None:
        if self.weights is not None:
            self.notify("writing the Keras model …")
            self.write_model(of_epoch(self.weights, self.epoch), self.epoch)

    @work(thread=True, group="model", name="writing a Keras model", exclusive=True, exit_on_error=False)
    def write_model(self, weights: LayerWeights, epoch: Epoch) -> None:
        try:
            self.post_message(self.ModelWritten(write_keras_model(self.run, self.folder, weights, epoch)))
        except UserError as error:
            self.post_message(self.ModelWritten(str(error), failed=True))

    def on_units_screen_model_written(self, event: ModelWritten) -> None:
        severity: SeverityLevel = "warning" if event.failed else "information"
        self.notify(visible(event.words, 400), severity=severity, markup=False)

    def on_selectable_image_grid_chosen(self, event: SelectableImageGrid.Chosen) -> None:
        if self.study is None:
            return
        event.stop()

        def go_on(at: int | None) -> None:
            if at is not None:
                self.grid.point_at(at)

        self.app.push_screen(UnitScreen(self.study, self.units, event.at), go_on)
