"""One key, one meaning: in the bindings, in docs/keys.md, and under the fingers."""

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterator

import pytest
from fake_trainer import FakeTrainer
from keys_page import PAGE, page
from lab_screen import MakeLab, line_with, opened, screen_text, shows, until
from sample_records import a_plan, a_run
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import ModalScreen
from textual.widgets import Input

import fmnist_tui.tui
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.tui.app import LabApp
from fmnist_tui.tui.default_settings import command_ids
from fmnist_tui.tui.global_keys import GLOBAL_KEYS
from fmnist_tui.tui.history.input_line import InputLine
from fmnist_tui.tui.main_screen import MainScreen
from fmnist_tui.tui.palette import KeyPlace, places

SHARED = {"q": {"quit", "back"}, "escape": {"cancel", "back"}}
"""Keys of two commands: `q` leaves the screen or the app, Escape cancels or leaves the screen."""


def test_the_page_of_all_keys_says_what_the_bindings_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "`python tests/keys_page.py` writes it anew"


def test_the_keys_that_everyone_knows_are_theirs() -> None:
    known = {
        "1": "pane.architecture",
        "2": "pane.training",
        "3": "pane.history",
        "tab": "pane.next",
        "t": "train",
        "s": "stop",
        "p": "pause",
        "u": "undo",
        "U": "redo",
        "d": "delete",
        "y": "copy",
        "n": "note",
        "slash": "filter",
        "f": "full-screen",
        "question_mark": "help",
        "colon": "commands",
        "x": "export",
        "g": "first",
        "G": "last",
        "ctrl+d": "half-page-down",
        "ctrl+u": "half-page-up",
    }
    moves = {"h": "left", "j": "down", "k": "up", "l": "right"} | {way: way for way in ("left", "down", "up", "right")}

    assert {key: commands_of(key) for key in known | moves} == {
        key: {command} for key, command in (known | moves).items()
    }
    assert {key: commands_of(key) for key in SHARED} == SHARED


def commands_of(key: str) -> set[str]:
    return {id for id, found in GLOBAL_KEYS.items() if key in found.keys.split(",")}


@pytest.mark.parametrize("place", places(), ids=lambda place: place.heading)
def test_no_pane_or_screen_gives_a_global_key_another_meaning(place: KeyPlace) -> None:
    for binding in place.bindings:
        for key in binding.key.split(","):
            assert binding.id in commands_of(key) or not commands_of(key), f"{key} means {commands_of(key)} elsewhere"


@pytest.mark.parametrize("place", places(), ids=lambda place: place.heading)
def test_in_a_pane_or_screen_each_key_and_each_command_is_bound_once(place: KeyPlace) -> None:
    actions, keys = defaultdict(set), defaultdict(list)
    for binding in place.bindings:
        actions[binding.id].add(binding.action)
        for key in binding.key.split(","):
            keys[key].append(binding.id)

    assert all(len(found) == 1 for found in actions.values()), actions
    assert all(len(found) == 1 for found in keys.values()), keys


def test_a_command_s_key_is_the_same_wherever_it_is_bound() -> None:
    keys = defaultdict(set)
    for place in places():
        for binding in place.bindings:
            keys[binding.id].add(binding.key)

    assert all(len(found) == 1 for found in keys.values()), keys


def test_every_widget_with_keys_is_in_the_table_but_dialogs_and_lines_to_type_in() -> None:
    told = {id(binding) for place in places() for binding in place.bindings}
    for node in nodes_with_keys():
        if not issubclass(node, ModalScreen | Input | InputLine):
            bindings = [binding for binding in node.__dict__["BINDINGS"] if isinstance(binding, Binding)]
            assert all(id(binding) in told for binding in bindings), node


def nodes_with_keys() -> Iterator[type[DOMNode]]:
    for found in pkgutil.walk_packages(fmnist_tui.tui.__path__, "fmnist_tui.tui."):
        module = importlib.import_module(found.name)
        for each in vars(module).values():
            own = isinstance(each, type) and issubclass(each, DOMNode) and each.__module__ == module.__name__
            if own and "BINDINGS" in each.__dict__:
                yield each


def test_the_settings_know_the_commands_of_all_bindings() -> None:
    assert command_ids() == {binding.id for place in places() for binding in place.bindings}


@pytest.fixture
def tested(notebook: NotebookFile) -> NotebookFile:
    """A notebook with two experiments, of which one has a tested run."""
    notebook.append_experiments((a_plan("mine"), a_plan("other")))
    notebook.append_run(a_run(experiment="mine"))
    return notebook


def current(app: LabApp) -> str:
    """Return the pane in use, or the class of the screen over the panes."""
    return app.main.current if isinstance(app.screen, MainScreen) else type(app.screen).__name__


async def test_on_a_fresh_start_digits_go_to_the_panes_and_change_nothing(lab: MakeLab) -> None:
    app = lab()
    async with opened(app) as pilot:
        for key, pane in (("3", "history"), ("2", "training"), ("1", "architecture"), ("3", "history")):
            await pilot.press(key)
            assert current(app) == pane
        await pilot.press("tab")
        assert current(app) == "architecture"
        assert "dense 64 relu" in line_with(pilot, "▸")


@pytest.mark.parametrize("row", ["down", "right", "G"], ids=["a word", "an activation", "a number"])
@pytest.mark.parametrize(("key", "pane"), [("2", "training"), ("3", "history"), ("tab", "training")])
async def test_from_every_row_of_the_editor_a_digit_or_tab_goes_to_a_pane(
    lab: MakeLab, row: str, key: str, pane: str
) -> None:
    app = lab()
    async with opened(app) as pilot:
        before = app.main.editor.draft
        await pilot.press(row, key)

        assert current(app) == pane
        assert (app.main.editor.draft.layers, app.main.editor.draft.seeds) == (before.layers, before.seeds)


@pytest.mark.parametrize(
    ("keys", "screen", "key", "pane"),
    [
        (("D",), "DataScreen", "1", "architecture"),
        (("D", "enter", "enter"), "EnlargedImage", "3", "history"),
        (("3", "D", "enter"), "Gallery", "tab", "architecture"),
        (("2", "enter"), "ChartScreen", "tab", "history"),
        (("3", "space", "j", "v"), "ComparisonScreen", "2", "training"),
        (("3", "e"), "ErrorsScreen", "shift+tab", "training"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
async def test_from_every_screen_over_the_panes_a_digit_or_tab_goes_to_a_pane(
    lab: MakeLab, tested: NotebookFile, keys: tuple[str, ...], screen: str, key: str, pane: str
) -> None:
    app = lab()
    async with opened(app) as pilot:
        for pressed in keys:
            await pilot.press(pressed)
            if current(app) == "DataScreen":
                await shows(pilot, "set: 1–")
        await until(pilot, lambda: current(app) == screen)
        await pilot.press(key)

        await until(pilot, lambda: current(app) == pane)


async def test_a_training_is_paused_and_stopped_from_its_chart_on_the_whole_screen(
    lab: MakeLab, trainer: FakeTrainer
) -> None:
    trainer.may_end.clear()
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("t")
        await shows(pilot, "▶ training")
        await pilot.press("2", "enter", "p")
        await until(pilot, lambda: all(training.control.paused for training in app.runner.active))
        assert current(app) == "ChartScreen"
        await pilot.press("p", "s")
        assert "Stop the training?" in screen_text(pilot)

        await pilot.press("s")
        await until(pilot, lambda: not app.runner.busy)
