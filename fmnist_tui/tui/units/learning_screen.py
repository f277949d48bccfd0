"""How the first layer's weights grew with the epochs; live while the run is trained."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from fmnist_tui.lab.experiments.jobs import seed_name
from fmnist_tui.lab.inside.unit_layers import unit_layers
from fmnist_tui.lab.records.run import Curves, Run
from fmnist_tui.lab.report.protocol import train_command
from fmnist_tui.lab.runs.files import RunFolderError
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.lab.runs.pending import is_active
from fmnist_tui.lab.runs.snapshots import Snapshot, read_snapshots, snapshots_changed
from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.images.drawing import drawing_mode
from fmnist_tui.tui.images.enlarged import Gallery
from fmnist_tui.tui.images.image_grid import SelectableImageGrid
from fmnist_tui.tui.units.cards import name_of
from fmnist_tui.tui.units.epoch_cards import epochs_of_unit, epochs_strip, units_at, weight_words
from fmnist_tui.tui.units.layer_words import layer_name
from fmnist_tui.tui.units.study import unit_classes
from fmnist_tui.tui.units.weight_picture import legend
from fmnist_tui.tui.units.weight_pictures_screen import WeightPicturesScreen

LOOK_SECONDS = 0.5
"""Between two looks for a new epoch."""

PLAY_SECONDS = 0.4
"""How long an epoch is shown."""


class UnitEpochs(Gallery):
    heading = "one unit, epoch by epoch"
    about = (
        "The pictures of one unit of the first layer before the training and after each epoch that is kept, each "
        "scaled to its own strongest weight, which stands below it: pictures of noise have weak weights."
    )
    topics = ("watching it learn",)


class LearningScreen(WeightPicturesScreen[None]):
    heading = "watch it learn"
    about = (
        "The first layer's units as pictures of their weights, before the training (epoch 0) and after each epoch; "
        "each picture is scaled to its own strongest weight, which stands below it. While the run is trained, each new "
        "epoch is shown as it ends. w and W go through the epochs, F plays them from the first, Enter shows all "
        "epochs of one unit. Of a layer wider than 64 units the first 64 are kept, of more than 40 epochs those up to "
        "20 and ever fewer after them."
    )
    topics = ("watching it learn", "weights as pictures")

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("next", "epoch(1)", "Show the next epoch", word="Next epoch", show=True),
        global_key("previous", "epoch(-1)", "Show the epoch before"),
        global_key("film", "play", "Play the epochs from the first, or stop", word="Play", show=True),
    ]

    @dataclass
    class Looked(Message):
        live: bool
        snapshots: tuple[Snapshot, ...] | None
        """None if they are those of the last look."""
        curves: Curves | None = None
        problem: str = ""

    def __init__(self, run: Run, folder: Path) -> None:
        """Create the screen.

        Args:
            run: the run, trained or being trained.
            folder: the notebook's `runs` folder.
        """
        super().__init__()
        self.run = run
        self.folder = folder / run.id
        self.unit_layer = unit_layers(run.recipe.architecture)[0]
        self.curves = run.curves
        self.snapshots: tuple[Snapshot, ...] = ()
        self.at = 0
        self.live = False
        self._seen: object = ...  # not looked yet
        self._looking: Timer | None = None
        self._playing: Timer | None = None

    def on_mount(self) -> None:
        self.grid.focus()
        self.query_one("#legend", Static).update(legend(drawing_mode(self.app)))
        self.entitle(f"{seed_name(self.run)} · reading the snapshots …")
        self._looking = self.set_interval(LOOK_SECONDS, self.look)
        self.look()

    @property
    def is_newest(self) -> bool:
        return self.at >= len(self.snapshots) - 1

    @work(thread=True, group="snapshots", name="reading the snapshots", exclusive=True, exit_on_error=False)
    def look(self) -> None:
        live = is_active(self.folder)  # before reading: what ended meanwhile is looked at once more
        recipe = self.run.recipe
        try:
            changed = snapshots_changed(self.folder)
            if changed == self._seen and live == self.live:
                return
            found = read_snapshots(self.folder, recipe.architecture, recipe.training.epochs)
            journal = RunFolder(self.folder).read() if live or not self.curves.epochs else None
        except RunFolderError as error:
            self.post_message(self.Looked(live, None, problem=str(error)))
        else:
            self._seen = changed
            self.post_message(self.Looked(live, found, journal.run.curves if journal else None))

    def on_learning_screen_looked(self, event: Looked) -> None:
        newest = self.is_newest
        self.live = event.live
        if event.curves is not None:
            self.curves = event.curves
        if event.snapshots is not None:
            self.snapshots = event.snapshots
            if newest and self._playing is None:
                self.at = len(self.snapshots) - 1
            self.at = min(max(self.at, 0), max(len(self.snapshots) - 1, 0))
        if not event.live and self._looking is not None:
            self._looking.stop()
        self.set_class(not self.snapshots, "-words-alone")
        self.refresh_bindings()
        if self.snapshots:
            self.show_epoch()
        else:
            self.entitle(f"{seed_name(self.run)} · {'waiting for the training' if self.live else 'no snapshots'}")
            self.say(event.problem or self._why_none())

    def _why_none(self) -> str:
        if self.live:
            return "the training has not begun yet …"
        return f"no snapshots of this run are kept; `{train_command(self.run)}` trains it again and keeps them"

    def show_epoch(self) -> None:
        classes = unit_classes(self.run, self.unit_layer)
        cards = units_at(self.run.recipe.architecture, self.unit_layer, self.snapshots[self.at], classes)
        first = not self.grid.cards
        self.grid.show(cards, self.grid.first)
        self.grid.point_at(0 if first else self.grid.cursor or 0)

    def on_selectable_image_grid_moved(self, event: SelectableImageGrid.Moved) -> None:
        if not self.snapshots:
            return
        rack, snapshot = event.rack, self.snapshots[self.at]
        now = ", live" if self.live else ""
        kept, units = len(rack.cards), self.unit_layer.units
        of = f"{kept:,} kept of {units:,}" if units > kept else f"{units:,}"
        self.entitle(
            f"{seed_name(self.run)} · {layer_name(self.unit_layer)} · epoch {snapshot.epoch:,} of "
            f"{self.run.recipe.training.epochs:,}{now} · {rack.first + 1:,}–{rack.last:,} of {of}"
        )
        strip = epochs_strip([each.epoch for each in self.snapshots], self.at, self.curves, self.size.width - 2)
        classes = unit_classes(self.run, self.unit_layer)
        self.say(weight_words(self.snapshots, self.at, rack.cursor or 0, classes), strip)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action not in ("epoch", "play") or len(self.snapshots) > 1

    def action_epoch(self, by: int) -> None:
        self._stop_playing()
        self._go(by)

    def action_play(self) -> None:
        if self._playing is not None:
            self._stop_playing()
            return
        self.at = 0
        self.show_epoch()
        self._playing = self.set_interval(PLAY_SECONDS, self._play_on)

    def _play_on(self) -> None:
        self._go(1)
        if self.is_newest:
            self._stop_playing()

    def _stop_playing(self) -> None:
        if self._playing is not None:
            self._playing.stop()
            self._playing = None

    def _go(self, by: int) -> None:
        if 0 <= self.at + by < len(self.snapshots):
            self.at += by
            self.show_epoch()

    def on_selectable_image_grid_chosen(self, event: SelectableImageGrid.Chosen) -> None:
        event.stop()
        if self.snapshots:
            self._stop_playing()
            name = name_of(event.at, unit_classes(self.run, self.unit_layer))
            cards = epochs_of_unit(self.run.recipe.architecture, self.unit_layer, self.snapshots, event.at)
            self.app.push_screen(UnitEpochs(f"{seed_name(self.run)} · {name}, epoch by epoch", cards))
