"""One image through two networks: their probabilities beside each other, and what differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.jobs import seed_name
from fmnist_tui.lab.inside.one_image import Network, Passage, follow, nearest_disagreement, occlusion
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.images.drawing import CELLS, Size
from fmnist_tui.tui.images.enlarged import ImageDetails
from fmnist_tui.tui.units.image_pages import ImagePages, Where
from fmnist_tui.tui.units.passage import (
    answer_words,
    difference_words,
    drawn_fall,
    layer_lines,
    occlusion_words,
    paired_bars,
    paired_column,
    widest_words,
)
from fmnist_tui.tui.units.study import Epoch, Images, kept_weights, needs_data, of_epoch
from fmnist_tui.tui.units.weight_picture import draw_weights
from fmnist_tui.tui.widgets.moving import ScrolledText

ROOM_FOR_WHOLE = (100, 40)
"""Columns and rows from which the pixels that decide are drawn whole."""


class PairScreen(ImagePages):
    heading = "one image, two networks"
    about = (
        "The same image through two networks: for each class the probability that A and that B give it; ▸ is the "
        "answer of each, ✓ the true class. Below, for each, which pixels decide its own answer: light where hiding "
        "them makes it less probable. Then the first place at which they rank another class, and the class of which "
        "their probabilities differ most; further down, the layers of A and of B. w goes to the next image to which "
        "they give different answers."
    )
    topics = ("two networks", "occlusion", "through the layers", "softmax")

    DEFAULT_CSS = """
    PairScreen {
        #upper { height: 14; padding: 0 1; }
        #image { margin-right: 1; }
        #probabilities { width: 1fr; height: 14; }
        ScrolledText { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
        #lower { height: auto; }
        #lower Vertical { width: auto; height: auto; margin-right: 2; }
        #words { width: 1fr; height: auto; }
        .letter { width: auto; }
        &.-without-weights { #upper { display: none; } #lower Vertical { display: none; } }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("next", "next(1)", "Go to the next image that gets different answers", word="Next apart", show=True),
        global_key("previous", "next(-1)", "Go to the previous image that gets different answers", word="Apart before"),
    ]

    @dataclass
    class Found(Message):
        """The nearest image that gets different answers, if there is one in that direction."""

        images: Images
        at: int | None

    @dataclass
    class Followed(Message):
        where: Where
        passages: tuple[Passage, Passage]
        falls: tuple[NDArray[np.float32], ...]
        """Of A, then of B too."""

    def __init__(self, runs: Sequence[Run], folder: Path, images: Images, at: int = 0, epoch: Epoch = "last") -> None:
        """Create the screen.

        Args:
            runs: A and B.
            folder: the notebook's `runs` folder.
            images: the images to page through.
            at: the place of the first one shown.
            epoch: whose weights; the last where a run has no other best.
        """
        super().__init__(runs, folder, images, at)
        self.epoch = epoch
        self.passages: tuple[Passage, Passage] | None = None
        self.falls: tuple[NDArray[np.float32], ...] = ()

    def compose_body(self) -> ComposeResult:
        with Horizontal(id="upper"):
            yield ImageDetails(id="image")
            yield Static(id="probabilities")
        with ScrolledText():
            with Horizontal(id="lower"):
                for letter in "ab":
                    with Vertical():
                        yield Static(f"{letter.upper()} decides by", classes="letter")
                        yield ImageDetails(id=f"fall-{letter}")
                yield Static(id="words")
            yield Static(id="layers")

    @property
    def class_names(self) -> Classes:
        return self.runs[0].recipe.classes

    def read_networks(self) -> tuple[Network, ...]:
        if problem := next((words for run in self.runs if (words := needs_data(run, self.images.data))), ""):
            raise UserError(problem)
        return tuple(self._network(run) for run in self.runs)

    def _network(self, run: Run) -> Network:
        try:
            return run.recipe.architecture, of_epoch(kept_weights(run, self.folder), self.epoch)
        except UserError as error:
            raise UserError(f"{seed_name(run, 40)}: {error}") from error

    def show_image(self) -> None:
        self.show_title()
        self.query_one("#image", ImageDetails).show(self.images.images[self.at])
        self.passages, self.falls = None, ()
        if self.networks is not None:
            self.follow_image(self.where, self.networks)

    @work(thread=True, group="image", name="one image", exclusive=True, exit_on_error=False)
    def follow_image(self, where: Where, networks: tuple[Network, ...]) -> None:
        images, at = where
        image = images.images[at]
        one, other = (follow(*network, image) for network in networks)
        falls: tuple[NDArray[np.float32], ...] = ()
        self.post_message(self.Followed(where, (one, other), falls))
        for network, passage in zip(networks, (one, other), strict=True):
            if where == self.where:  # else another image is shown by now
                falls = (*falls, occlusion(*network, image, int(passage.ranking[0])))
                self.post_message(self.Followed(where, (one, other), falls))

    def on_pair_screen_followed(self, event: Followed) -> None:
        if event.where == self.where:
            self.passages, self.falls = event.passages, event.falls
            self.show_answers()

    def show_answers(self) -> None:
        if self.passages is None:
            return
        one, other = self.passages
        room = min(self.size.width - CELLS["whole"][0] - 3, 100)
        a, b = (seed_name(run, max(paired_column(room) - 10 - len(str(run.seed)), 3)) for run in self.runs)
        bars = paired_bars(one, other, self.label, (f"A {a}", f"B {b}"), room, self.class_names)
        self.query_one("#probabilities", Static).update(bars)
        columns, rows = ROOM_FOR_WHOLE
        large: Size = "whole" if self.size.width >= columns and self.size.height >= rows else "small"
        for at, letter in enumerate("ab"):
            fall = self.falls[at] if at < len(self.falls) else None
            self.query_one(f"#fall-{letter}", ImageDetails).show(drawn_fall(fall), large, draw_weights)
        self.query_one("#words", Static).update(self.words(one, other))
        self.query_one("#layers", Static).update(self.layer_lines(one, other))

    def words(self, one: Passage, other: Passage) -> Text:
        answers = (answer_words(each, self.label, self.class_names) for each in (one, other))
        lines = [
            Text(difference_words(one, other, self.class_names), "bold"),
            *(Text(f"{letter} {words}") for letter, words in zip("AB", answers, strict=True)),
            Text(widest_words(one, other, self.class_names)),
        ]
        return Text("\n").join(lines)

    def layer_lines(self, one: Passage, other: Passage) -> Text:
        parts = []
        for at, passage in enumerate((one, other)):
            fall = "which pixels decide: …"
            if at < len(self.falls):
                fall = occlusion_words(self.falls[at], int(passage.ranking[0]), self.class_names)
            parts += [Text(f"\n{'AB'[at]} {fall}"), layer_lines(passage, self.size.width - 3)]
        return Text("\n").join(parts)

    def action_next(self, by: int) -> None:
        if self.networks is not None:
            self.find(self.where, by, self.networks)

    @work(thread=True, group="apart", name="finding different answers", exclusive=True, exit_on_error=False)
    def find(self, where: Where, by: int, networks: tuple[Network, ...]) -> None:
        (images, at), (a, b) = where, networks
        self.post_message(self.Found(images, nearest_disagreement(a, b, images.images, at, by)))

    def on_pair_screen_found(self, event: Found) -> None:
        if event.at is None:
            self.notify("no further one of these images gets different answers")
        elif event.images is self.images:
            self.go_to(event.images, event.at)
