"""The clues as pictures; after a wanted change: `pytest tests/tui/test_clues_snapshots.py --snapshot-update`."""

from collections.abc import Callable

import pytest
from clue_notebooks import write_six_networks
from lab_screen import LabPilot, MakeLab, shows

from fmnist_tui.lab.notebook.file import NotebookFile

SnapCompare = Callable[..., bool]
"""Compares a picture of an app with the one that is kept."""


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80x24", "140x45"])
def test_the_clues_of_six_networks(
    lab: MakeLab, notebook: NotebookFile, snap_compare: SnapCompare, size: tuple[int, int]
) -> None:
    """The second under the cursor, its numbers below it or beside the clues."""
    write_six_networks(notebook)

    async def read(pilot: LabPilot) -> None:
        await shows(pilot, "ready")
        await pilot.press("C")
        await shows(pilot, "▸ 1 clear")
        await pilot.press("j")
        await shows(pilot, "▸ 2 ")

    assert snap_compare(lab(), terminal_size=size, run_before=read)


def test_what_a_suggestion_changes_in_the_editor(
    lab: MakeLab, notebook: NotebookFile, snap_compare: SnapCompare
) -> None:
    write_six_networks(notebook)

    async def load(pilot: LabPilot) -> None:
        await shows(pilot, "ready")
        await pilot.press("C")
        await shows(pilot, "▸ 1 clear")
        await pilot.press("enter")
        await shows(pilot, "what changed")

    assert snap_compare(lab(), terminal_size=(80, 24), run_before=load)
