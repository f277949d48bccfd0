"""The errors and the data as pictures; renew them with `--snapshot-update` after a wanted change."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from lab_screen import LabPilot, shows
from single_screen import Ground, few_garments, run_with_predictions

from fmnist_tui.tui.confusion.screen import ErrorsScreen
from fmnist_tui.tui.images.data_screen import DataScreen

SnapCompare = Callable[..., bool]
"""Compares a picture of an app with the one that is kept."""

SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=["80x24", "140x45"])


def then(pattern: str, *keys: str) -> Callable[[LabPilot], Awaitable[None]]:
    """Return what waits for a pattern and then presses keys."""

    async def look(pilot: LabPilot) -> None:
        await shows(pilot, pattern)
        await pilot.press(*keys)
        await pilot.pause()

    return look


@pytest.fixture
def _sixteen_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fmnist_tui.tui.images.image_grid.drawing_mode", lambda _: "four greys")
    monkeypatch.setattr("fmnist_tui.tui.images.enlarged.drawing_mode", lambda _: "four greys")


@pytest.fixture
def _no_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")


@SIZES
@pytest.mark.usefixtures("_sixteen_colours")
def test_the_errors_of_a_run(tmp_path: Path, snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    run, other = run_with_predictions(tmp_path), run_with_predictions(tmp_path, "r1", 1)
    app = Ground(ErrorsScreen(run, tmp_path, few_garments(), other))

    assert snap_compare(app, terminal_size=size, run_before=then("▀", "w"))


@SIZES
@pytest.mark.usefixtures("_no_colour")
def test_the_data(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    app = Ground(DataScreen(few_garments()))

    assert snap_compare(app, terminal_size=size, run_before=then("1–5 of|1–6 of", "w", "w", *"jjjjjj"))
