"""Every key is told: in the help of the pane it belongs to, and as a command that can be searched for."""

from collections.abc import Iterator
from operator import attrgetter

import pytest
from lab_screen import MakeLab, opened, screen_text, shows
from textual.binding import Binding
from textual.dom import DOMNode

from fmnist_tui.tui.app import LabApp


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
async def test_help_tells_what_the_pane_in_focus_is_for_and_all_its_keys(lab: MakeLab, pane: str) -> None:
    app = lab()
    async with opened(app, columns=100, rows=120) as pilot:
        app.main.action_enter(pane)
        await pilot.press("question_mark")
        await shows(pilot, "help")

        holders = (*nodes(app)[pane], app.main)
        told = [active.binding for active in app.main.active_bindings.values() if active.node in holders]
        assert len(told) > 10
        for binding in filter(attrgetter("description"), told):
            key = binding.key_display or app.get_key_display(binding)
            assert any(f" {key} " in line for line in screen_text(pilot).splitlines()), binding
        assert app.main.panes[pane].about[:40] in screen_text(pilot)
        assert "Go to the next pane" in screen_text(pilot)

        await pilot.press("escape")
        assert "help" not in screen_text(pilot).lower().replace("? help", "")


async def test_help_on_a_small_screen_scrolls(lab: MakeLab) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("question_mark")
        await shows(pilot, "help")
        assert "Quit" not in screen_text(pilot).partition("Esc closes")[0]

        await pilot.press("end")
        await shows(pilot, "Quit.*Esc closes")


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
