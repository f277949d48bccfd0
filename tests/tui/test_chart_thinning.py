"""A curve of very many epochs is drawn as fast as an ordinary one, and looks the same."""

import math

import pytest

from fmnist_tui.tui.charts.plot import draw
from fmnist_tui.tui.charts.series import MOST_POINTS, Series, thinned

EPOCHS = 100_000


def long_curve(spike: int | None = None) -> Series:
    """Return a falling loss of very many epochs, with a band about it, and with one spike."""
    y = [1 / (1 + epoch / 10_000) for epoch in range(EPOCHS)]
    if spike is not None:
        y[spike] = 3.0
    low, high = tuple(value - 0.1 for value in y), tuple(value + 0.1 for value in y)
    return Series("loss", tuple(map(float, range(1, EPOCHS + 1))), tuple(y), "experiment", low=low, high=high)


def test_a_long_curve_is_thinned_and_keeps_its_ends_and_its_spikes() -> None:
    curve = thinned(long_curve(spike=54_321), None)

    assert len(curve.x) <= 2 * MOST_POINTS
    assert len({len(curve.x), len(curve.y), len(curve.low), len(curve.high)}) == 1
    assert (curve.x[0], curve.x[-1]) == (1.0, float(EPOCHS))
    assert 3.0 in curve.y
    assert curve.y[curve.x.index(54_322.0)] == 3.0


def test_of_what_is_seen_of_a_long_curve_every_point_stays_where_there_is_room() -> None:
    curve = thinned(long_curve(), (500.0, 2_500.0))

    assert curve.x == tuple(map(float, range(500, 2_501)))


def test_an_ordinary_curve_is_left_as_it_is() -> None:
    curve = Series("loss", (1.0, 2.0), (math.nan, 0.5))

    assert thinned(curve, (0.0, 1.0)) is curve


@pytest.mark.parametrize("log", [False, True])
def test_a_long_curve_is_drawn_with_its_spike_and_read_at_any_epoch(log: bool) -> None:
    spiked = long_curve(spike=54_321)
    rows = draw([spiked], 70, 16, title="loss", log=log)

    assert [row.cell_len for row in rows] == [70] * 16
    assert spiked.value_at(54_322.0) == 3.0
    smooth = draw([long_curve()], 70, 16, title="loss", log=log)
    assert "".join(row.plain for row in rows[1:]) != "".join(row.plain for row in smooth[1:])
