"""Comparisons as pictures; after a wanted change: `pytest tests/tui/test_comparison_snapshots.py --snapshot-update`."""

from collections.abc import Callable

import pytest
from comparison_groups import eight_experiments, three_experiments
from lab_screen import LabPilot, shows
from single_screen import Ground

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.tui.comparison.screen import ComparisonScreen

SnapCompare = Callable[..., bool]
"""Compares a picture of an app with the one that is kept."""

SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80x24", "140x45"])


def pictured(groups: tuple[Group, ...]) -> Ground:
    """Return an app that shows nothing but a comparison."""
    app = Ground(ComparisonScreen(groups))
    app.title = "fmnist-tui"
    return app


@SIZES
def test_three_experiments(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    """Their curves read at an epoch, each with the band of its seeds."""

    async def read(pilot: LabPilot) -> None:
        await shows(pilot, "verdict")
        await pilot.press("left", "left", "left")
        await shows(pilot, "at epoch 10")

    assert snap_compare(pictured(three_experiments()), terminal_size=size, run_before=read)


@SIZES
def test_eight_experiments_and_all_that_is_equal_too(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    """More than there are columns for: the letters stand before the values."""

    async def read_to_the_end(pilot: LabPilot) -> None:
        await shows(pilot, "verdict")
        await pilot.press("E", "S", "end")
        await shows(pilot, "smoothed 0.6.*machine|machine.*smoothed 0.6")

    assert snap_compare(pictured(eight_experiments()), terminal_size=size, run_before=read_to_the_end)
