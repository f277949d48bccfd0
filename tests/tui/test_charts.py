"""Charts: whatever they are given, they have their exact size, and say without colour which curve is which."""

import math
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab_screen import until
from rich.text import Text
from textual.app import App, ComposeResult
from textual.geometry import Size

from fmnist_tui.tui.charts import chart as chart_module
from fmnist_tui.tui.charts import strokes
from fmnist_tui.tui.charts.axes import drawable, epoch_ticks, fit, fit_epochs, value_ticks
from fmnist_tui.tui.charts.chart import Chart
from fmnist_tui.tui.charts.plot import SMALLEST, draw
from fmnist_tui.tui.charts.series import Series
from fmnist_tui.tui.charts.strokes import GLYPHS, Marker, Point, Stroke, curve, thin

MARKERS: tuple[Marker, ...] = get_args(Marker)
STROKES: tuple[Stroke, ...] = get_args(Stroke)

numbers = st.floats() | st.floats(-2, 12) | st.sampled_from([0.0, -0.0, math.nan, math.inf, 5e-324, 1.7e308])
ranges = st.none() | st.tuples(numbers, numbers)
many_numbers = st.lists(numbers, max_size=60).map(tuple)
many_series = st.lists(
    st.builds(
        Series,
        name=st.text(max_size=12),
        x=many_numbers,
        y=many_numbers,
        stroke=st.sampled_from(STROKES),
        colour=st.sampled_from(["", "cyan", "bold magenta"]),
        letter=st.sampled_from(["", "a"]),
        line_style=st.integers(0, 5),
        quiet=st.booleans(),
        low=many_numbers,
        high=many_numbers,
        raw=many_numbers,
    ),
    max_size=4,
)


def accuracy(epochs: int, per_epoch: int = 25) -> tuple[Series, Series]:
    """Training accuracy within the epochs, and validation accuracy at the end of each."""
    x = tuple((step + 1) / per_epoch for step in range(epochs * per_epoch))
    at_ends = tuple(float(epoch) for epoch in range(1, epochs + 1))
    return (
        Series("train", x, tuple(0.93 - 0.5 * math.exp(-2 * epoch) for epoch in x), "train", "cyan"),
        Series("val", at_ends, tuple(0.89 - 0.2 * math.exp(-epoch) for epoch in at_ends), "validation", "magenta"),
    )


def canvas(rows: Sequence[Text]) -> list[str]:
    """The part of a chart that curves are drawn on."""
    corner = min(position for position in map(rows[-2].plain.find, "└+") if position >= 0)
    return [row.plain[corner + 1 :] for row in rows[1:-2]]


def ink(rows: Sequence[str]) -> set[str]:
    return set("".join(rows)) - {" "}


def y_labels(rows: Sequence[Text]) -> list[str]:
    return [label for row in rows[1:-2] if (label := row.plain.partition("┤")[0].strip()) and "│" not in label]


# -- thinning


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), max_size=200), st.integers(4, 80))
def test_thinning_stays_within_its_limit_and_keeps_ends_and_extremes_in_order(points: list[Point], limit: int) -> None:
    thinned = thin(points, limit)

    assert len(thinned) <= limit
    remaining = iter(points)
    assert all(point in remaining for point in thinned), "each is one of the points, in their order"
    if points:
        assert (thinned[0], thinned[-1]) == (points[0], points[-1])
        for extreme in (min, max):
            assert extreme(y for _, y in thinned) == extreme(y for _, y in points)


def test_what_is_within_the_limit_is_not_thinned() -> None:
    points = [(0.1 * step, math.sin(step)) for step in range(30)]
    assert thin(points, 30) == tuple(points)
    assert 4 <= len(thin(points, 29)) < 30


# -- scales and ticks


@given(many_numbers, ranges, st.booleans(), st.integers(0, 12))
def test_a_scale_is_never_empty_and_shows_all_values_between_ticks_that_differ(
    values: tuple[float, ...], wanted: tuple[float, float] | None, log: bool, count: int
) -> None:
    scale = fit(values, log=log)
    shown = [value for value in values if drawable(value, log=log)]
    assert scale.low < scale.high
    assert all(-1e-6 <= scale.position(value) <= 1 + 1e-6 for value in shown)

    for one in (scale, fit(values, wanted, log=log)):
        ticks = value_ticks(one, count)
        labels = [tick.label for tick in ticks]
        positions = [tick.position for tick in ticks]
        assert ticks
        assert len(set(labels)) == len(labels)
        assert positions == sorted(positions)
        assert all(0 <= position <= 1 for position in positions)


@given(many_numbers, ranges, st.integers(0, 90))
def test_epochs_are_labelled_with_whole_numbers_only(
    values: tuple[float, ...], wanted: tuple[float, float] | None, columns: int
) -> None:
    scale = fit_epochs(values, wanted)
    assert scale.low < scale.high
    for tick in epoch_ticks(scale, columns):
        assert float(tick.label) == int(float(tick.label))


@pytest.mark.parametrize(
    ("low", "high", "count", "labels"),
    [
        (0.80, 0.93, 5, ["0.80", "0.85", "0.90"]),
        (0.0, 1.0, 3, ["0.0", "0.5", "1.0"]),
        (0.81, 0.89, 2, ["0.82", "0.86"]),
        (0.0, 2_000_000.0, 3, ["0", "1e6", "2e6"]),
    ],
)
def test_ticks_are_few_and_round(low: float, high: float, count: int, labels: list[str]) -> None:
    assert [tick.label for tick in value_ticks(fit([], (low, high)), count)] == labels


# -- drawing


@settings(deadline=None, max_examples=200)
@given(
    series=many_series,
    width=st.integers(0, 90),
    height=st.integers(0, 24),
    title=st.text(max_size=20),
    x_range=ranges,
    y_range=ranges,
    log=st.booleans(),
    empty=st.text(max_size=30),
    marker=st.sampled_from(MARKERS),
    cursor=st.none() | numbers,
)
def test_whatever_is_drawn_has_its_exact_size(series: list[Series], width: int, height: int, **options: Any) -> None:
    rows = draw(series, width, height, **options)

    assert len(rows) == height
    assert [row.cell_len for row in rows] == [width] * height
    assert not any("\n" in row.plain or "\x1b" in row.plain for row in rows)


@pytest.mark.parametrize("marker", MARKERS)
def test_curves_are_told_apart_without_colour(marker: Marker) -> None:
    # given one curve, drawn with each stroke, and as six experiments
    x = tuple(float(epoch) for epoch in range(11))
    y = tuple(math.sqrt(epoch) for epoch in x)
    hands: list[tuple[Stroke, int]] = [
        ("train", 0),
        ("validation", 0),
        ("raw", 0),
        *(("experiment", line_style) for line_style in range(6)),
    ]
    curves = [Series("run", x, y, stroke, line_style=line_style) for stroke, line_style in hands]

    # when it is drawn alone, without colour
    drawn = [canvas(draw([one], 60, 15, marker=marker, settled=0.0)) for one in curves]
    samples = {strokes.sample(stroke, line_style, marker) for stroke, line_style in hands}

    # then all differ, on the canvas and in the legend
    assert len({tuple(rows) for rows in drawn}) == len(samples) == len(hands)
    point = GLYPHS[marker, "validation"].point
    marked = ["".join(rows).count(point) for rows in drawn]
    assert marked == [0, len(x), *[0] * 7], "only validation has its points marked"
    gaps = [sum(set(column) == {" "} for column in zip(*rows, strict=True)) for rows in drawn]
    assert gaps[0] == 0, "a solid line reaches from end to end"
    assert min(gaps[1:]) > 5, "the others have gaps"


@pytest.mark.parametrize(("marker", "characters"), [("dot", "•"), ("ascii", "*")])
def test_a_font_without_braille_has_a_marker(marker: Marker, characters: str) -> None:
    train, _ = accuracy(10)
    assert ink(canvas(draw([train], 60, 15, marker=marker))) == set(characters)
    rows = draw(accuracy(10), 60, 15, title="accuracy", marker="ascii")
    assert all(row.plain.isascii() for row in rows)


def test_the_title_row_holds_a_legend_with_a_piece_of_each_line() -> None:
    title, *_ = draw(accuracy(10), 60, 15, title="accuracy")
    assert title.plain.startswith("accuracy  ")
    assert title.plain.endswith("  ⠤⠤⠤ train  ⠤•⠤ val")


def test_a_legend_gives_way_to_the_title() -> None:
    assert draw(accuracy(10), 24, 10, title="accuracy")[0].plain == "accuracy       ⠤⠤⠤ train"
    assert draw(accuracy(10), 14, 10, title="accuracy")[0].plain == "accuracy      "


def test_axes_have_few_labels_and_whole_epochs() -> None:
    rows = draw(accuracy(10), 60, 15, title="accuracy", x_range=(0, 10))
    assert y_labels(rows) == ["0.90", "0.85", "0.80"]
    assert rows[-1].plain.split() == [str(epoch) for epoch in range(11)]
    assert draw(accuracy(10), 30, 8, x_range=(0, 100))[-1].plain.split() == ["0", "20", "40", "60", "80", "100"]


def test_the_climb_of_the_first_epoch_leaves_room_for_the_rest() -> None:
    assert float(y_labels(draw(accuracy(1), 60, 15))[-1]) < 0.6
    assert float(y_labels(draw(accuracy(3), 60, 15))[-1]) >= 0.8
    assert float(y_labels(draw(accuracy(3), 60, 15, settled=0.0))[-1]) < 0.6


def test_values_that_are_not_finite_are_left_out() -> None:
    train, validation = accuracy(10)
    holes = replace(
        validation,
        x=(*validation.x, 3.0, math.nan, 11.0, 4.0),
        y=(*validation.y, math.nan, 0.5, math.inf, -math.inf),
    )
    clean = draw([train, validation], 60, 15, x_range=(0, 10))
    assert [row.plain for row in draw([train, holes], 60, 15, x_range=(0, 10))] == [row.plain for row in clean]


@pytest.mark.parametrize("series", [[], [Series("train", (), ())], [Series("train", (1.0,), (math.nan,))]])
def test_without_data_the_axes_stand_and_say_so(series: list[Series]) -> None:
    rows = draw(series, 40, 10, title="accuracy", x_range=(0, 10), empty="no training yet")
    assert ink(canvas(rows)) == set("no training yet") - {" "}
    assert "no training yet" in rows[1 + 7 // 2].plain
    assert rows[-1].plain.split() == ["0", "2", "4", "6", "8", "10"]
    assert not y_labels(rows)


def test_one_point_is_seen() -> None:
    assert ink(canvas(draw([Series("val", (1.0,), (0.85,), "validation")], 40, 10))) == {"•"}
    assert len(ink(canvas(draw([Series("train", (0.04,), (0.1,))], 40, 10)))) == 1


def test_a_constant_curve_is_level_and_between_labels() -> None:
    rows = draw([Series("train", (0.0, 5.0, 10.0), (0.5, 0.5, 0.5))], 40, 10)
    assert len([row for row in canvas(rows) if row.strip()]) == 1
    labels = [float(label) for label in y_labels(rows)]
    assert min(labels) < max(labels)
    assert min(labels) <= 0.5 <= max(labels)


@pytest.mark.parametrize(("width", "height"), [(SMALLEST[0] - 1, 10), (40, SMALLEST[1] - 1), (1, 1), (0, 0)])
def test_where_there_is_no_room_there_is_the_title(width: int, height: int) -> None:
    rows = [row.plain for row in draw(accuracy(10), width, height, title="accuracy")]
    assert "".join(rows).strip() in {"accuracy", "…", ""}
    assert ("accuracy" in "".join(rows)) is (width >= len("accuracy"))


def test_on_a_logarithmic_scale_equal_ratios_take_equal_room_and_what_is_not_positive_is_left_out() -> None:
    # given a loss that falls to a tenth with each epoch, and two values that have no logarithm
    loss = Series("loss", (0.0, 1.0, 2.0, 2.5, 3.0, 3.5), (1.0, 0.1, 0.01, 0.0, 0.001, -1.0), "validation")

    rows = draw([loss], 60, 16, title="loss", log=True)

    # then its four points lie on a straight line, and the axis is labelled by decades
    marked = [number for number, row in enumerate(canvas(rows)) if "•" in row]
    assert sum(row.count("•") for row in canvas(rows)) == len(marked) == 4
    steps = [after - before for before, after in pairwise(marked)]
    assert max(steps) - min(steps) <= 1
    assert y_labels(rows) == ["1", "0.1", "0.01", "0.001"]
    assert rows[0].plain.startswith("loss · log")


def test_a_curve_is_cut_off_where_the_range_ends() -> None:
    spike = Series("train", (0.0, 4.0, 5.0, 6.0, 10.0), (0.2, 0.2, 1e90, 0.2, 0.2))
    rows = canvas(draw([spike], 60, 15, y_range=(0.0, 1.0)))
    assert rows[0].strip(), "it leaves by the upper edge"
    assert ink([row[:20] for row in rows]) == ink([row[40:] for row in rows]), "and lies level beside the spike"


def test_no_more_points_are_plotted_than_twice_the_columns_and_none_far_outside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plotted: list[Sequence[Point]] = []

    def counted(points: Sequence[Point], columns: int, rows: int, marker: Marker) -> tuple[str, ...]:
        plotted.append(points)
        return curve(points, columns, rows, marker)

    monkeypatch.setattr(strokes, "curve", counted)
    train, validation = accuracy(40, per_epoch=100)
    draw([replace(train, y=(1e90, *train.y[1:-1], -1e90)), validation], 60, 15, y_range=(0.8, 1.0))
    assert len(plotted) == 2
    assert 60 < len(plotted[0]) <= 2 * 60
    assert all(0 <= x <= 1 and -1 <= y <= 2 for points in plotted for x, y in points)


def test_experiments_beneath_are_dim_and_have_their_letter_on_the_line() -> None:
    train, _ = accuracy(10)
    under = Series("64-32", (1.0, 10.0), (0.8, 0.82), "experiment", letter="a", quiet=True)
    rows = draw([under, train], 60, 15)
    assert "".join(canvas(rows)).count("a") > 1, "on the way, not only where lines meet at the end"
    assert "64-32" not in rows[0].plain, "it has more room below the chart"
    assert any(span.style == "dim" and "a" in row.plain[span.start : span.end] for row in rows for span in row.spans)


def test_curves_under_the_others_are_beneath_them_whatever_their_order() -> None:
    train = Series("train", (0.0, 10.0), (0.5, 0.5), "train", "cyan")
    under = Series("64-32", (0.0, 10.0), (0.5, 0.5), "experiment", "magenta", quiet=True)
    for series in ([train, under], [under, train]):
        styles = {str(span.style) for row in draw(series, 60, 15)[1:] for span in row.spans}
        assert styles == {"cyan"}


def test_where_curves_cross_the_dots_of_both_are_seen() -> None:
    flat, steep = Series("", (0.0, 10.0), (0.5, 0.5)), Series("", (0.0, 10.0), (0.0, 1.0))
    alone = [canvas(draw([one], 40, 10, y_range=(0, 1))) for one in (flat, steep)]
    for row, *lines in zip(canvas(draw([flat, steep], 40, 10, y_range=(0, 1))), *alone, strict=True):
        for both, *each in zip(row, *lines, strict=True):
            dots = [ord(one) & 0xFF for one in each if one != " "]
            assert both == " " if not dots else ord(both) & 0xFF == dots[0] | dots[-1]


def test_nothing_but_the_curves_has_a_colour() -> None:
    rows = draw(accuracy(10), 60, 15, title="accuracy", cursor=4.0)
    styles = {str(span.style) for row in rows for span in row.spans} | {str(row.style) for row in rows}
    assert styles == {"cyan", "magenta", "bold", "dim", ""}


def test_names_are_never_markup_nor_control_codes() -> None:
    train, _ = accuracy(2)
    rows = draw([replace(train, name="[@click=app.quit]x[/]\x1b[31m")], 60, 12, title="[b]a\nb")
    assert rows[0].plain.startswith("[b]a�b")
    assert rows[0].plain.endswith("[@click=app.quit]x[/]�[31m")


def test_the_cursor_reads_the_values_nearest_to_it() -> None:
    train, validation = accuracy(10)
    title, *rows = draw([train, validation], 60, 15, title="accuracy", cursor=4.2, x_range=(0, 10))
    read = (train.value_at(4.2), validation.value_at(4.2))
    assert read == (train.y[104], validation.y[3])
    assert title.plain.endswith(f"⠤⠤⠤ train {read[0]:.4g}  ⠤•⠤ val {read[1]:.4g}")
    assert sum("│" in row.plain[10:] for row in rows) > 5, "an upright line"
    assert Series("", (1.0,), (math.nan,)).value_at(1) is None
    assert Series("", (1.0, 2.0), (0.5, 0.6)).value_at(5) is None, "a run that ended says nothing of later epochs"


def test_a_narrow_chart_drops_the_names_rather_than_the_values_at_the_cursor() -> None:
    title, *_ = draw(accuracy(10), 36, 10, title="accuracy", cursor=4.0)
    assert title.plain == "accuracy      ⠤⠤⠤ 0.9298  ⠤•⠤ 0.8863"
    title, *_ = draw(accuracy(10), 33, 10, title="accuracy · log", cursor=4.0)
    assert title.plain == "accuracy…  ⠤⠤⠤ 0.9298  ⠤•⠤ 0.8863"


# -- plotext


def test_plotext_is_left_as_it_was_found_even_by_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    from plotext import figure

    blank, size = figure.build().string(), figure.size()
    draw(accuracy(10), 60, 15)
    assert (figure.build().string(), figure.size()) == (blank, size)

    def fail() -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(figure, "build", fail)
        with pytest.raises(MemoryError):
            draw(accuracy(9), 60, 15)
    assert (figure.build().string(), figure.size()) == (blank, size)


def test_plotext_is_not_loaded_before_the_first_curve() -> None:
    code = "import sys, fmnist_tui.tui.charts.chart; sys.exit('plotext' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# -- the widget


class ChartApp(App[None]):
    def compose(self) -> ComposeResult:
        yield Chart("accuracy", empty_text="no training yet")

    @property
    def chart(self) -> Chart:
        return self.query_one(Chart)

    @property
    def picture(self) -> str:
        return "\n".join(self.chart.render_line(row).text for row in range(self.chart.size.height))


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch, all_drawn: None) -> list[tuple[Series, ...]]:
    """The series of each drawing that a chart makes, as they come."""
    drawings: list[tuple[Series, ...]] = []

    def counted(series: tuple[Series, ...], width: int, height: int, **options: Any) -> tuple[Text, ...]:
        drawings.append(series)
        return draw(series, width, height, **options)

    monkeypatch.setattr(chart_module, "draw", counted)
    return drawings


def growing(steps: int) -> list[tuple[Series, ...]]:
    train, _ = accuracy(10)
    return [(replace(train, x=train.x[:step], y=train.y[:step]),) for step in range(1, steps + 1)]


async def test_a_chart_shows_what_it_is_given_within_its_size() -> None:
    app = ChartApp()
    async with app.run_test(size=(60, 15)) as pilot:
        assert "no training yet" in app.picture
        app.chart.show(accuracy(10), x_range=(0, 10))
        await pilot.pause()
        assert app.picture == "\n".join(
            row.plain for row in draw(accuracy(10), 60, 15, title="accuracy", x_range=(0, 10))
        )


async def test_a_burst_is_drawn_once_at_once_and_once_at_its_end(
    drawn: list[tuple[Series, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Chart, "redraw_seconds", 3600.0)
    app = ChartApp()
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.pause()
        drawn.clear()
        burst = growing(50)

        # when fifty values come before the time of the next drawing
        timers = set()
        for series in burst:
            app.chart.show(series)
            await pilot.pause()
            timers.add(app.chart._renewal)

        # then the first is drawn, and one timer waits
        assert drawn == [burst[0]]
        assert len(timers - {None}) == 1

        # when that time has come, then the last is drawn
        let_time_pass(app.chart)
        await pilot.pause()
        assert drawn == [burst[0], burst[-1]]
        assert app.chart._renewal is None


def let_time_pass(chart: Chart) -> None:
    """Do now what the chart's timer is going to do."""
    assert chart._renewal is not None
    chart._renewal.stop()
    chart._renew()


async def test_the_last_value_is_drawn_by_itself(
    drawn: list[tuple[Series, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Chart, "redraw_seconds", 0.05)
    app = ChartApp()
    async with app.run_test(size=(60, 15)) as pilot:
        await pilot.pause()
        for series in growing(20):
            app.chart.show(series)
        while app.chart._renewal is not None:
            await pilot.pause(0.02)
        await pilot.pause()
        assert drawn[-1] == growing(20)[-1]
        assert len(drawn) <= 3


async def test_nothing_new_is_not_drawn_again(drawn: list[tuple[Series, ...]]) -> None:
    app = ChartApp()
    async with app.run_test(size=(60, 15)) as pilot:
        app.chart.show(accuracy(10))
        await pilot.pause()
        drawn.clear()
        app.chart.show(accuracy(10))
        app.chart.refresh()
        await pilot.pause()
        assert app.chart._renewal is None
        assert drawn == []


async def test_a_new_size_or_scale_or_cursor_is_drawn_at_once(drawn: list[tuple[Series, ...]]) -> None:
    app = ChartApp()
    async with app.run_test(size=(60, 15)) as pilot:
        app.chart.show(accuracy(10))
        await pilot.pause()
        drawn.clear()

        app.chart.log_scale = True
        await pilot.pause()
        assert len(drawn) == 1
        assert "accuracy · log" in app.picture

        app.chart.cursor = 5.0
        await pilot.pause()
        assert len(drawn) == 2
        assert "train 0.93" in app.picture

        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: app.chart.size == Size(80, 24) and len(drawn) > 2)
        assert len(drawn) == 3
        assert {len(line) for line in app.picture.split("\n")} == {80}


async def test_a_chart_that_is_not_seen_is_not_drawn(drawn: list[tuple[Series, ...]]) -> None:
    app = ChartApp()
    async with app.run_test(size=(60, 15)) as pilot:
        app.chart.display = False
        await pilot.pause()
        drawn.clear()
        app.chart.show(accuracy(10))
        await pilot.pause()
        assert drawn == []

        app.chart.display = True
        await pilot.pause()
        assert drawn == [tuple(accuracy(10))]


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
async def test_under_an_ansi_theme_nothing_is_black_on_black(theme: str) -> None:
    app = ChartApp()
    async with app.run_test(size=(60, 15)) as pilot:
        app.theme = theme
        app.chart.show(accuracy(10))
        await pilot.pause()
        segments = [segment for row in range(15) for segment in app.chart.render_line(row)]
        colours = {segment.style.color.name for segment in segments if segment.style and segment.style.color}
        backgrounds = {segment.style.bgcolor.name for segment in segments if segment.style and segment.style.bgcolor}
        assert colours == {"default", "cyan", "magenta"}
        assert backgrounds == {"default"}


async def test_where_no_colours_are_wanted_a_curve_is_as_bright_as_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = ChartApp()
    async with app.run_test(size=(60, 15)) as pilot:
        app.chart.show(accuracy(10))
        await pilot.pause()
        styles = {segment.style for row in range(15) for segment in app.chart.render_line(row) if segment.style}
        assert {style.color for style in styles} == {app.chart.rich_style.color}
        assert any(style.bold for style in styles), "the title stays bold"
