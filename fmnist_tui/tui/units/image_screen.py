"""One image through a network: each layer's activations, the probabilities, and the pixels that decide."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from fmnist_tui.lab.inside.one_image import PATCH, Network, Passage, follow, nearest_wrong, occlusion
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.weights import LayerWeights
from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.images.drawing import CELLS
from fmnist_tui.tui.images.enlarged import ImageDetails
from fmnist_tui.tui.units.image_pages import ImagePages, Where
from fmnist_tui.tui.units.pair_screen import PairScreen
from fmnist_tui.tui.units.passage import answer_words, drawn_fall, layer_lines, occlusion_words, probability_bars
from fmnist_tui.tui.units.picture_dialog import PictureDialog
from fmnist_tui.tui.units.study import Epoch, Images, kept_weights, of_epoch
from fmnist_tui.tui.units.weight_picture import draw_weights
from fmnist_tui.tui.widgets.moving import ScrolledText


class ImageScreen(ImagePages):
    heading = "one image"
    about = (
        f"The image, and beside it which pixels decide: light where hiding a patch of {PATCH} × {PATCH} pixels makes "
        "the network's answer less probable, dark where it makes it more probable. Then the ten probabilities: ▸ is "
        "the answer, ✓ the true class. Below, layer by layer, how large each unit's output is; of a filter, the "
        "largest anywhere. Bars of a layer are scaled to its largest."
    )
    topics = ("through the layers", "occlusion", "softmax", "your own picture", "unlike the data")

    DEFAULT_CSS = """
    ImageScreen {
        Horizontal { height: 14; padding: 0 1; }
        ImageDetails { margin-right: 1; }
        #probabilities { width: 1fr; height: 14; }
        #words { height: 2; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        &.-without-weights #words { height: auto; text-wrap: wrap; }
        ScrolledText { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("next", "next(1)", "Go to the next image that the network gets wrong", word="Next wrong", show=True),
        global_key("previous", "next(-1)", "Go to the previous image that the network gets wrong", word="Wrong before"),
        global_key("compare", "compare", "Send the image through the other run's network too", show=True),
        global_key("picture", "picture", show=True),
    ]

    @dataclass
    class WrongFound(Message):
        """The nearest image that the network gets wrong, if there is one in that direction."""

        images: Images
        at: int | None

    @dataclass
    class Followed(Message):
        where: Where
        passage: Passage
        fall: NDArray[np.float32] | None
        """None while the occlusion is computed."""

    def __init__(
        self,
        run: Run,
        folder: Path,
        images: Images,
        at: int = 0,
        epoch: Epoch = "last",
        other: Run | None = None,
    ) -> None:
        """Create the screen.

        Args:
            run: the run whose network answers.
            folder: the notebook's `runs` folder.
            images: the images to page through.
            at: the place of the first one shown.
            epoch: whose weights.
            other: a run to compare it with.
        """
        super().__init__((run,), folder, images, at)
        self.run = run
        self.epoch = epoch
        self.other = other
        self.passage: Passage | None = None
        self.fall: NDArray[np.float32] | None = None

    def compose_body(self) -> ComposeResult:
        with Horizontal():
            yield ImageDetails(id="image")
            yield ImageDetails(id="fall")
            yield Static(id="probabilities")
        yield Static(id="words")
        with ScrolledText():
            yield Static(id="layers")

    @property
    def weights(self) -> LayerWeights | None:
        return self.networks[0][1] if self.networks else None

    def read_networks(self) -> tuple[Network, ...]:
        return ((self.run.recipe.architecture, of_epoch(kept_weights(self.run, self.folder), self.epoch)),)

    def show_image(self) -> None:
        self.show_title()
        self.query_one("#image", ImageDetails).show(self.images.images[self.at])
        self.passage = self.fall = None
        self.query_one("#fall", ImageDetails).show(None)
        if self.weights is not None:
            self.follow_image(self.where, self.weights)

    @work(thread=True, group="image", name="one image", exclusive=True, exit_on_error=False)
    def follow_image(self, where: Where, weights: LayerWeights) -> None:
        images, at = where
        image, architecture = images.images[at], self.run.recipe.architecture
        passage = follow(architecture, weights, image)
        self.post_message(self.Followed(where, passage, None))
        if where == self.where:  # else another image is shown by now
            fall = occlusion(architecture, weights, image, int(passage.ranking[0]))
            self.post_message(self.Followed(where, passage, fall))

    def on_image_screen_followed(self, event: Followed) -> None:
        if event.where == self.where:
            self.passage, self.fall = event.passage, event.fall
            self.show_answers()

    def show_answers(self) -> None:
        if self.passage is None:
            return
        label, answer = self.label, int(self.passage.ranking[0])
        room = self.size.width - 2 * (CELLS["whole"][0] + 1) - 2
        classes = self.run.recipe.classes
        bars = probability_bars(self.passage, label, min(room, 60), classes)
        self.query_one("#probabilities", Static).update(bars)
        self.query_one("#fall", ImageDetails).show(drawn_fall(self.fall), paint=draw_weights)
        words = "which pixels decide: …" if self.fall is None else occlusion_words(self.fall, answer, classes)
        self.query_one("#words", Static).update(Text(f"{answer_words(self.passage, label, classes)}\n{words}"))
        self.query_one("#layers", Static).update(layer_lines(self.passage, self.size.width - 3))

    def action_next(self, by: int) -> None:
        if self.weights is not None:
            self.find_wrong(self.where, by, self.weights)

    @work(thread=True, group="wrong", name="finding what is wrong", exclusive=True, exit_on_error=False)
    def find_wrong(self, where: Where, by: int, weights: LayerWeights) -> None:
        images, at = where
        found = nearest_wrong(self.run.recipe.architecture, weights, images.images, images.labels, at, by)
        self.post_message(self.WrongFound(images, found))

    def on_image_screen_wrong_found(self, event: WrongFound) -> None:
        if event.at is None:
            self.notify("no further one of these images is wrong")
        elif event.images is self.images:
            self.go_to(event.images, event.at)

    def action_picture(self) -> None:
        if self.weights is not None:
            self.app.push_screen(PictureDialog(self.run, self.weights, self.images.data))

    def action_compare(self) -> None:
        if self.other is None:
            return

        def go_on(where: Where | None) -> None:
            if where is not None:
                self.go_to(*where)

        self.app.push_screen(PairScreen((self.run, self.other), self.folder, self.images, self.at, self.epoch), go_on)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.other is not None if action == "compare" else True
