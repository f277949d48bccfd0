"""Every command of every pane, for the command palette."""

from collections.abc import Iterator
from functools import partial

from textual.app import SystemCommand
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from fmnist_tui.tui.editor.pane import ArchitecturePane
from fmnist_tui.tui.editor.table import RecipeTable
from fmnist_tui.tui.history.pane import HistoryPane, HistoryTable
from fmnist_tui.tui.main_screen import MainScreen
from fmnist_tui.tui.training.pane import TrainingPane


def pane_commands(screen: Screen[object]) -> Iterator[SystemCommand]:
    """Yield a command for each described key of the main screen, its panes and what they hold."""
    if not isinstance(screen, MainScreen):
        return
    for pane in screen.panes.values():
        for node in (pane, pane.entrance):
            yield from _commands(screen, node, f"{pane.name_shown}: ", str(pane.id))
    yield from _commands(screen, screen, "", None)


def command_ids() -> frozenset[str]:
    """Return the ids that keys can be given to in the settings."""
    classes = (MainScreen, ArchitecturePane, RecipeTable, TrainingPane, HistoryPane, HistoryTable)
    return frozenset(binding.id for each in classes for binding in _own(each) if binding.id)


def _own(node: type[DOMNode]) -> list[Binding]:
    return [binding for binding in node.__dict__.get("BINDINGS", ()) if isinstance(binding, Binding)]


def _commands(screen: MainScreen, node: DOMNode, lead: str, pane: str | None) -> Iterator[SystemCommand]:
    seen: set[str] = set()
    for binding in _own(type(node)):
        if binding.description and binding.action not in seen:
            seen.add(binding.action)
            keys = binding.key_display or binding.key.replace(",", " ")
            run = partial(_run, screen, node, binding.action, pane)
            yield SystemCommand(
                f"{lead}{binding.description}", f"{binding.tooltip or binding.description} · key {keys}", run
            )


async def _run(screen: MainScreen, node: DOMNode, action: str, pane: str | None) -> None:
    if pane is not None:
        screen.action_enter(pane)
    await screen.app.run_action(action, default_namespace=node)
