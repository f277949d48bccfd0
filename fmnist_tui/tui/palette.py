from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandList, CommandPalette
from textual.dom import DOMNode
from textual.screen import Screen

from fmnist_tui.tui.editor.pane import ArchitecturePane
from fmnist_tui.tui.editor.table import RecipeTable
from fmnist_tui.tui.global_keys import key_name
from fmnist_tui.tui.history.pane import HistoryPane
from fmnist_tui.tui.history.table import HistoryTable
from fmnist_tui.tui.main_screen import MainScreen
from fmnist_tui.tui.suspending import KEYS as APP_KEYS
from fmnist_tui.tui.training.chart_screen import ChartScreen
from fmnist_tui.tui.training.log_lines import Log
from fmnist_tui.tui.training.pane import TrainingPane
from fmnist_tui.tui.widgets.moving import ScrolledText, half
from fmnist_tui.tui.widgets.overlay import Overlay


def pane_commands(screen: Screen[object]) -> Iterator[SystemCommand]:
    if isinstance(screen, Overlay):
        for node in (screen.focused, screen):
            if node is not None:
                yield from _commands(screen, node, "", None)
    if not isinstance(screen, MainScreen):
        return
    for pane in screen.panes.values():
        for node in (pane, pane.focus_target):
            yield from _commands(screen, node, f"{pane.heading}: ", str(pane.id))
    yield from _commands(screen, screen, "", None)
    yield from _commands(screen, screen.app, "", None)


class HalfPagePalette(CommandPalette):
    """Textual's command palette with the keys for half a page, which its input line would take otherwise."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+d", "half_page(1)", "Half a page down", show=False, priority=True),
        Binding("ctrl+u", "half_page(-1)", "Half a page up", show=False, priority=True),
    ]

    def action_half_page(self, by: int) -> None:
        menu = self.query_one(CommandList)
        if menu.option_count:
            options_shown = menu.size.height * menu.option_count // max(menu.virtual_size.height, 1)
            place = (menu.highlighted or 0) + by * half(options_shown)
            menu.highlighted = min(max(place, 0), menu.option_count - 1)


def open_commands(app: App[Any]) -> None:
    if not CommandPalette.is_open(app):
        app.push_screen(HalfPagePalette(id="--command-palette"))


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """The keys of the focused widget come first."""

    heading: str
    bindings: tuple[Binding, ...]


def places() -> tuple[KeyPlace, ...]:
    """Return where keys are bound; imports every screen."""
    from fmnist_tui.tui.clues.screen import ClueList, CluesScreen
    from fmnist_tui.tui.comparison.screen import ComparisonScreen
    from fmnist_tui.tui.confusion.agreement import AgreementScreen
    from fmnist_tui.tui.confusion.screen import ErrorsScreen
    from fmnist_tui.tui.confusion.sheet import CountTableView
    from fmnist_tui.tui.images.data_screen import DataScreen
    from fmnist_tui.tui.images.enlarged import EnlargedImage
    from fmnist_tui.tui.images.image_grid import SelectableImageGrid
    from fmnist_tui.tui.preflight.screen import PreflightScreen
    from fmnist_tui.tui.training.queue_screen import QueueScreen, QueueTable
    from fmnist_tui.tui.units.image_pages import ImagePages
    from fmnist_tui.tui.units.image_screen import ImageScreen
    from fmnist_tui.tui.units.learning_screen import LearningScreen
    from fmnist_tui.tui.units.maps_screen import MapsScreen
    from fmnist_tui.tui.units.pair_screen import PairScreen
    from fmnist_tui.tui.units.screen import UnitsScreen
    from fmnist_tui.tui.units.unit_screen import UnitScreen

    return (
        KeyPlace("Main screen", (*_own(MainScreen), *_described(APP_KEYS))),
        _place("1 Architecture", RecipeTable, ArchitecturePane),
        _place("2 Training", Log, TrainingPane),
        _place("3 History", HistoryTable, HistoryPane),
        _place("Every screen over the panes", Overlay),
        _place("Chart on the whole screen", ChartScreen),
        _place("Clues", ClueList, CluesScreen),
        _place("Queue", QueueTable, QueueScreen),
        _place("Comparison", ScrolledText, ComparisonScreen),
        _place("Errors", CountTableView, ErrorsScreen),
        _place("Errors of two runs", AgreementScreen),
        _place("Data", DataScreen),
        _place("Inside the network", UnitsScreen),
        _place("One unit", UnitScreen),
        _place("Watch it learn", LearningScreen),
        _place("Maps of an image", MapsScreen),
        _place("One image", ScrolledText, ImagePages, ImageScreen),
        _place("One image, two networks", ScrolledText, ImagePages, PairScreen),
        _place("Pictures", SelectableImageGrid),
        _place("An image enlarged", EnlargedImage),
        _place("Preflight", ScrolledText, PreflightScreen),
    )


def _place(heading: str, *nodes: type[DOMNode]) -> KeyPlace:
    return KeyPlace(heading, tuple(binding for node in nodes for binding in _own(node)))


def _own(node: type[DOMNode]) -> list[Binding]:
    return _described(node.__dict__.get("BINDINGS", ()))


def _described(bindings: Iterable[BindingType]) -> list[Binding]:
    return [binding for binding in bindings if isinstance(binding, Binding)]


def _commands(screen: MainScreen | Overlay[Any], node: DOMNode, lead: str, pane: str | None) -> Iterator[SystemCommand]:
    seen: set[str] = set()
    for binding in _described(APP_KEYS) if isinstance(node, App) else _own(type(node)):
        if binding.description and binding.action not in seen:
            seen.add(binding.action)
            keys = binding.key_display or " ".join(map(key_name, binding.key.split(",")))
            run = partial(_run, screen, node, binding.action, pane)
            yield SystemCommand(
                f"{lead}{binding.description}", f"{binding.tooltip or binding.description} · key {keys}", run
            )


async def _run(screen: MainScreen | Overlay[Any], node: DOMNode, action: str, pane: str | None) -> None:
    if pane is not None and isinstance(screen, MainScreen):
        screen.action_enter(pane)
    await screen.app.run_action(action, default_namespace=node)
