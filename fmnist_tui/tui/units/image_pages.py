from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Static

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.jobs import seed_name
from fmnist_tui.lab.inside.one_image import Network
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.units.keys import NUMBER_KEY
from fmnist_tui.tui.units.number_dialog import ask_for_image
from fmnist_tui.tui.units.study import Images, needs_data, validation_places
from fmnist_tui.tui.widgets.moving import ScrolledText
from fmnist_tui.tui.widgets.overlay import Overlay

Where = tuple[Images, int]
"""The images that are paged through, and the place of the one shown."""


class ImagePages(Overlay[Where]):
    """Pages through images; returns where it ended."""

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("right", "move(1)", "Go to the next image", word="Next", show=True),
        global_key("left", "move(-1)", "Go to the previous image", word="Previous"),
        NUMBER_KEY,
    ]

    @dataclass
    class Opened(Message):
        networks: tuple[Network, ...] | None
        """In the order of the runs."""
        validated_on: tuple[frozenset[int], ...] | None
        problem: str = ""

    def __init__(self, runs: Sequence[Run], folder: Path, images: Images, at: int = 0) -> None:
        """Create the screen.

        Args:
            runs: the runs whose networks answer.
            folder: the notebook's `runs` folder.
            images: the images to page through.
            at: the place of the first one shown.
        """
        super().__init__()
        self.runs = runs
        self.folder = folder
        self.images = images
        self.at = at
        self.networks: tuple[Network, ...] | None = None
        self.validated_on: tuple[frozenset[int], ...] | None = None
        """For each run the indices in `x_train`, once they are known."""

    def read_networks(self) -> tuple[Network, ...]:
        """Read the network of each run, in a thread; UserError says why it cannot be."""
        raise NotImplementedError

    def show_image(self) -> None:
        raise NotImplementedError

    def show_answers(self) -> None:
        """Show what the networks made of the image, if that is known yet."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.query_one(ScrolledText).focus()
        self.query_one("#words", Static).update(Text("reading the weights …"))
        self.show_image()
        self.open()

    def on_resize(self) -> None:
        self.show_title()
        self.call_after_refresh(self.show_answers)

    @work(thread=True, group="image", name="reading the weights", exit_on_error=False)
    def open(self) -> None:
        validated_on = self.find_validation_images()
        try:
            networks = self.read_networks()
        except UserError as error:
            self.post_message(self.Opened(None, validated_on, str(error)))
        else:
            self.post_message(self.Opened(networks, validated_on))

    def on_image_pages_opened(self, event: Opened) -> None:
        self.networks, self.validated_on = event.networks, event.validated_on
        self.show_image()
        if event.networks is None:
            self.add_class("-without-weights")
            self.query_one("#words", Static).update(Text(visible(event.problem, 400)))

    def find_validation_images(self) -> tuple[frozenset[int], ...] | None:
        """For a thread: it splits the data of each run."""
        data = self.images.data
        if data is None:
            return None
        return tuple(frozenset(validation_places(run, data).tolist()) for run in self.runs)

    def show_title(self) -> None:
        """Shorten the names of the experiments until the place fits beside them."""
        place, letters = self.place_words, ("A ", "B ") if len(self.runs) > 1 else ("",)
        fixed = sum(len(f"{letter} seed {run.seed} · ") for letter, run in zip(letters, self.runs, strict=True))
        most = min(max((self.size.width - 2 - len(place) - fixed) // len(self.runs), 6), 40)
        names = [f"{letter}{seed_name(run, most)}" for letter, run in zip(letters, self.runs, strict=True)]
        self.entitle(" · ".join((*names, place)))

    @property
    def where(self) -> Where:
        return self.images, self.at

    @property
    def label(self) -> int:
        return int(self.images.labels[self.at])

    @property
    def place_words(self) -> str:
        """Return `x_train[123], validation · 4 of 12,000`."""
        place = int(self.images.places[self.at])
        words = f"{self.images.array}[{place}]{self._set_words(place)}"
        return f"{words} · {self.at + 1:,} of {len(self.images.images):,}"

    def _set_words(self, place: int) -> str:
        if self.images.array == "x_test":
            return ", test"
        if self.validated_on is None:
            return ""
        sets = ["validation" if place in each else "training" for each in self.validated_on]
        if len(set(sets)) == 1:
            return f", {sets[0]}"
        return ", " + ", ".join(f"{words} for {letter}" for letter, words in zip("AB", sets, strict=False))

    def action_move(self, by: int) -> None:
        self.go_to(self.images, self.at + by)

    def go_to(self, images: Images, at: int) -> None:
        if 0 <= at < len(images.images):
            self.images, self.at = images, at
            self.show_image()

    def action_number(self) -> None:
        data, problem = self.images.data, needs_data(self.runs[0], self.images.data)
        if data is None or problem:
            self.notify(problem, severity="warning", markup=False)
        else:
            ask_for_image(self, data, self.images.array, self.go_to)

    def action_back(self) -> None:
        self.dismiss(self.where)
