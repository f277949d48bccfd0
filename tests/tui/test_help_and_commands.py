"""Every key is told: in the help of the pane it belongs to, and as a command that can be searched for."""

import re
from collections.abc import Iterator

import pytest
from lab_screen import MakeLab, opened, screen_text, shows, until
from textual.binding import Binding
from textual.command import CommandList, CommandPalette
from textual.dom import DOMNode
from textual.keys import _character_to_key
from textual.widgets import Input

from fmnist_tui.lab.explanations.topics import explain
from fmnist_tui.tui.app import LabApp
from fmnist_tui.tui.keys import shown_key


def described(node: DOMNode) -> Iterator[Binding]:
    """Yield a widget's own keys that have a description."""
    for binding in vars(type(node)).get("BINDINGS", ()):
        if isinstance(binding, Binding) and binding.description:
            yield binding


def nodes(app: LabApp) -> dict[str, tuple[DOMNode, ...]]:
    """Return what takes keys, by the pane it belongs to; those of the screen are no pane's."""
    panes = {str(pane.id): (pane, pane.focus_target) for pane in app.main.panes.values()}
    return {"": (app.main,), **panes}


@pytest.mark.parametrize("pane", ["architecture", "training", "history"])
async def test_help_opens_on_all_keys_of_the_pane_in_focus_then_on_those_that_work_everywhere(
    lab: MakeLab, pane: str
) -> None:
    app = lab()
    async with opened(app, columns=100, rows=120) as pilot:
        app.main.action_enter(pane)
        await pilot.press("question_mark")
        await shows(pilot, "Everywhere.*Go to the next pane")

        own, _, everywhere = screen_text(pilot).partition("Everywhere")
        assert f"{app.main.panes[pane].heading} pane" in own
        told = [active for active in app.main.active_bindings.values() if active.binding.id]
        for holders, text in ((nodes(app)[pane], own), ((app.main,), everywhere)):
            here = [active.binding for active in told if active.node in holders]
            assert len(here) > 5
            for binding in here:
                key = shown_key(binding)
                assert any(f" {key} " in line for line in text.splitlines()), binding

        assert "half-page-down" in own
        await pilot.press("escape")
        await shows(pilot, r"\A(?!.*Everywhere)")


@pytest.mark.parametrize("pane", ["architecture", "training", "history"])
async def test_the_second_tab_of_the_help_explains_what_is_under_the_cursor_and_the_pane(
    lab: MakeLab, pane: str
) -> None:
    app = lab()
    async with opened(app, columns=100, rows=60) as pilot:
        app.main.action_enter(pane)
        await pilot.press("question_mark", "tab")
        await shows(pilot, re.escape(app.main.panes[pane].about[:40]))
        assert ("Under the cursor" in screen_text(pilot)) == (pane == "architecture")
        assert "Everywhere" not in screen_text(pilot)

        await pilot.press("tab")
        await shows(pilot, "Everywhere")
        await pilot.click("#tabs")
        await shows(pilot, re.escape(app.main.panes[pane].about[:40]))


@pytest.mark.parametrize(("columns", "rows"), [(60, 20), (80, 24)])
async def test_help_on_a_small_screen_scrolls_and_has_no_room_for_ids(lab: MakeLab, columns: int, rows: int) -> None:
    async with opened(lab(), columns=columns, rows=rows) as pilot:
        await pilot.press("question_mark")
        await shows(pilot, "Architecture pane.*Add a layer below the cursor")
        assert "Everywhere" not in screen_text(pilot)
        assert "editor.add" not in screen_text(pilot)

        await pilot.press("G")
        await shows(pilot, r"\A(?!.*Add a layer).*Find any command by its name")
        await pilot.press("g")
        await shows(pilot, "Add a layer below the cursor")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("revers sort", "Reverse sort.*3 History"),
        ("heaviest", "Go to the next of the five heaviest errors.*Errors"),
        ("%", "Switch between counts and percent.*Errors"),
        ("srivastava 2014", "nothing has the words"),
        ("dropout", re.escape(explain("dropout").lines[0])),
        ("cross-entropy", re.escape(explain("sparse categorical cross-entropy").title)),
        ("half-page-down", "Move down by half a page"),
    ],
)
async def test_a_word_typed_into_the_help_finds_any_command_or_term(lab: MakeLab, words: str, found: str) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("question_mark", "slash")
        await pilot.press(*(_character_to_key(letter) for letter in words))

        await shows(pilot, found)


async def test_escape_clears_the_word_then_closes_the_help(lab: MakeLab) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("question_mark", "slash", *"sort", "enter")
        await shows(pilot, "Commands.*Reverse sort")
        await pilot.press("escape")
        await shows(pilot, "Architecture pane")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is app.main)


async def test_a_key_given_by_the_settings_is_told_by_the_help(lab: MakeLab) -> None:
    app = lab()
    async with opened(app, rows=100) as pilot:
        app.set_keymap({"editor.add": "B"})
        await pilot.press("question_mark")
        await shows(pilot, " B +Add a layer")
        await pilot.press("slash", *"add", "space", *"a", "space", *"layer")
        await shows(pilot, " B +Add a layer below the cursor · 1 Architecture")


async def test_every_described_key_is_a_command_too(lab: MakeLab) -> None:
    app = lab()
    async with opened(app):
        commands = {command.title for command in app.get_system_commands(app.screen)}

        for pane, holders in nodes(app).items():
            lead = f"{app.main.panes[pane].heading}: " if pane else ""
            for node in holders:
                for binding in described(node):
                    assert f"{lead}{binding.description}" in commands, binding


async def test_a_command_is_found_by_its_words_and_done(lab: MakeLab) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("tab", "colon", *"double")
        await shows(pilot, "Architecture: Double")
        await pilot.press("enter")

        await shows(pilot, "dense 128 relu")


async def test_keys_have_an_id_and_a_tooltip_each_so_that_they_can_be_found_and_remapped(lab: MakeLab) -> None:
    app = lab()
    async with opened(app):
        bindings = [binding for holders in nodes(app).values() for node in holders for binding in described(node)]

    assert all(binding.id and binding.tooltip for binding in bindings)


async def test_the_keys_at_the_foot_are_those_of_the_pane_in_focus(lab: MakeLab) -> None:
    async with opened(lab(), columns=120, rows=40) as pilot:
        assert "a Add" in screen_text(pilot).splitlines()[-1]
        await pilot.press("tab", "tab")

        foot = screen_text(pilot).splitlines()[-1]
        assert "a Add" not in foot
        assert "c Clone" in foot
        assert "q Quit" in foot


async def test_a_wider_screen_has_more_keys_at_its_foot_the_most_useful_first(lab: MakeLab) -> None:
    async with opened(lab(), columns=60, rows=20) as pilot:
        narrow = screen_text(pilot).splitlines()[-1].partition("? Help")[0].rstrip()
        assert narrow.startswith("a Add  ")

        await pilot.resize_terminal(200, 50)
        await until(pilot, lambda: len(screen_text(pilot).splitlines()[-1]) > 190)

        wide = screen_text(pilot).splitlines()[-1]
        assert wide.startswith(narrow)
        assert "u Undo" in wide
        assert wide.endswith("? Help  q Quit")


async def test_while_a_word_is_typed_no_letter_is_offered_at_the_foot(lab: MakeLab) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("tab", "tab", "slash")
        await shows(pilot, "Esc cancels|filter")
        await until(pilot, lambda: "q Quit" not in screen_text(pilot).splitlines()[-1])


async def test_the_list_of_commands_is_moved_through_by_half_pages(lab: MakeLab) -> None:
    def place() -> int:
        return app.screen.query_one(CommandList).highlighted or 0

    app = lab()
    async with opened(app) as pilot:
        await pilot.press("colon")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette) and app.screen._list_visible)
        await pilot.press(*"train")
        await shows(pilot, "Train")
        await until(pilot, lambda: app.screen.query_one(CommandList).option_count > 20)
        await pilot.press("ctrl+d")
        await until(pilot, lambda: place() > 1)
        half = place()
        await pilot.press("ctrl+d")
        await until(pilot, lambda: place() == 2 * half)
        await pilot.press("ctrl+u", "ctrl+u", "ctrl+u")
        await until(pilot, lambda: place() == 0)
        assert app.screen.query_one(Input).value == "train"
