"""Ways of looking at charts: smoothing, zoom, cursor, legend, and the marks that experiments keep."""

import math
from itertools import accumulate

import pytest
from group_builders import made_up_group, made_up_recipe, made_up_run
from hypothesis import given
from hypothesis import strategies as st

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.run import Curves, Status
from fmnist_tui.tui.charts.experiments import Figure, Mark, assign_marks, charted_runs, experiment_series
from fmnist_tui.tui.charts.legend import legend
from fmnist_tui.tui.charts.lens import ChartContent, Lens, LensAction
from fmnist_tui.tui.charts.plot import draw
from fmnist_tui.tui.charts.series import SMOOTHINGS, Series, smoothed
from fmnist_tui.tui.charts.strokes import Marker, sample

RECIPE = made_up_recipe()

TURNS: tuple[LensAction, ...] = ("log", "smooth", "narrow", "widen", "all", "left", "right", "off")


def seeds(*val_accuracies: tuple[float, ...], name: str = "64", status: Status = "finished") -> Group:
    """Return a group with a run for each validation curve; its loss is the accuracy's distance from 1."""
    runs = [
        made_up_run(name, RECIPE, seed, curves=Curves(y, y, y, tuple(1 - each for each in y)), status=status)
        for seed, y in enumerate(val_accuracies)
    ]
    return Group(name, RECIPE, tuple(runs))


# -- smoothing


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=30), st.sampled_from(SMOOTHINGS[1:]))
def test_smoothing_is_tensorboard_s(values: list[float], weight: float) -> None:
    lasts = accumulate(values, lambda last, value: last * weight + (1 - weight) * value, initial=0.0)
    theirs = [last / (1 - weight**n) for n, last in enumerate(lasts) if n]

    assert smoothed(range(1, len(values) + 1), values, weight) == pytest.approx(theirs)


def test_points_within_an_epoch_weigh_no_more_than_the_epoch() -> None:
    # given an epoch told in 25 steps and one told once, both level
    steps = [(step + 1) / 25 for step in range(25)]

    _, *_, last = smoothed([*steps, 2.0], [0.0] * 25 + [1.0], 0.6)
    _, alone = smoothed([1.0, 2.0], [0.0, 1.0], 0.6)

    assert last == pytest.approx(alone)


def test_what_is_not_finite_is_left_out_of_the_average() -> None:
    averages = smoothed((1, 2, 3), (0.5, math.nan, 0.5), 0.9)

    assert math.isnan(averages[1])
    assert averages[::2] == pytest.approx((0.5, 0.5))


def test_a_smoothed_curve_is_drawn_over_what_was_measured_which_the_cursor_still_reads() -> None:
    measured = Series("train", tuple(map(float, range(1, 11))), (0.1, 0.9) * 5, "train", "cyan")
    smooth = measured.smoothed(0.9)

    assert smooth.value_at(4) == 0.9
    assert max(smooth.y) < 0.7
    styles = {str(span.style) for row in draw([smooth], 60, 15)[1:] for span in row.spans}
    assert styles == {"cyan", "dim cyan"}
    assert measured.smoothed(0.0) is measured


# -- experiments


@pytest.mark.parametrize(("figure", "mean"), [("accuracy", (0.5, 0.7)), ("loss", (0.5, 0.3))])
def test_seeds_become_their_mean_and_a_band_from_the_lowest_to_the_highest(
    figure: Figure, mean: tuple[float, ...]
) -> None:
    curve = experiment_series(seeds((0.4, 0.6), (0.5, 0.7), (0.6, 0.8)), Mark(1), figure, quiet=True)

    assert curve.x == (1.0, 2.0)
    assert curve.y == pytest.approx(mean)
    assert curve.low == pytest.approx([each - 0.1 for each in mean])
    assert curve.high == pytest.approx([each + 0.1 for each in mean])
    assert (curve.name, curve.letter, curve.quiet) == ("64 ×3", "b", True)


def test_a_single_run_has_no_band() -> None:
    curve = experiment_series(seeds((0.4, 0.6)), Mark(0), "accuracy", quiet=False)

    assert (curve.name, curve.y, curve.low, curve.high) == ("64", (0.4, 0.6), (), ())


def test_a_mean_ends_with_the_shortest_run_so_that_it_does_not_jump() -> None:
    curve = experiment_series(seeds((0.4, 0.6, 0.9), (0.6, 0.8)), Mark(0), "accuracy", quiet=True)

    assert curve.y == pytest.approx((0.5, 0.7))


def test_a_seed_whose_loss_was_not_finite_leaves_the_others_standing() -> None:
    curve = experiment_series(seeds((math.nan, 0.6), (0.5, 0.8)), Mark(0), "accuracy", quiet=True)

    assert curve.y == pytest.approx((0.5, 0.7))


def test_an_experiment_without_finished_runs_shows_those_it_has_and_says_so() -> None:
    stopped = seeds((0.4,), (0.5,), status="stopped")

    assert len(charted_runs(stopped)) == 2
    assert experiment_series(stopped, Mark(0), "accuracy", quiet=True).name == "64 ×2 (stopped)"
    assert experiment_series(seeds(), Mark(0), "loss", quiet=True).name == "64 (no runs yet)"


def test_without_validation_the_training_curve_stands_in() -> None:
    run = made_up_run("64", RECIPE, curves=Curves((0.7, 0.8), (0.9, 0.5)))

    assert experiment_series(Group("64", RECIPE, (run,)), Mark(0), "accuracy", quiet=True).y == (0.7, 0.8)


@pytest.mark.parametrize("marker", ["braille", "dot", "ascii"])
def test_a_band_is_shaded_between_its_edges_and_nowhere_else(marker: Marker) -> None:
    curve = Series("", (0.0, 10.0), (0.5, 0.5), "experiment", low=(0.4, 0.4), high=(0.6, 0.6))
    rows = [row.plain[6:] for row in draw([curve], 60, 23, y_range=(0, 1), marker=marker)[1:-2]]

    inked = [number for number, row in enumerate(rows) if row.strip()]
    assert inked == list(range(8, 12))
    assert not [row for row in rows[8:12] if row.count(" ") > 40], "it is shaded from end to end"


def test_bands_of_two_experiments_are_both_seen_where_they_overlap() -> None:
    def dots(*styles: int) -> int:
        curves = [
            Series("", (0.0, 10.0), (9.0, 9.0), line_style=line_style, low=(0.2, 0.2), high=(0.8, 0.8))
            for line_style in styles
        ]
        rows = draw(curves, 40, 12, y_range=(0, 1))[1:-2]
        return sum((ord(each) - 0x2800).bit_count() for row in rows for each in row.plain if each >= "\u2800")

    assert dots(0, 1) == dots(0) + dots(1)


# -- marks


def test_an_experiment_keeps_its_letter_for_as_long_as_it_is_marked() -> None:
    one, two, three = (made_up_group(name) for name in ("one", "two", "three"))
    first = assign_marks([one, two])
    assert [mark.letter for mark in first] == ["a", "b"]

    # when the first is not marked any more, and another is
    then = assign_marks([two, three], zip((one, two), first, strict=True))

    assert [mark.letter for mark in then] == ["b", "a"]


@pytest.mark.parametrize("runs", [(), (0.8,), (0.8, 0.9)])
def test_an_experiment_keeps_its_letter_when_it_gets_more_runs(runs: tuple[float, ...]) -> None:
    before = [(made_up_group("one", runs), Mark(1))]

    assert assign_marks([made_up_group("two"), made_up_group("one", (*runs, 0.9))], before) == (Mark(0), Mark(1))


def test_single_runs_of_one_experiment_have_a_letter_each_and_keep_it() -> None:
    runs = made_up_group("one", (0.8, 0.9, 0.7)).runs
    first, second, third = (Group("one", RECIPE, (run,)) for run in runs)
    marks = assign_marks([first, second])
    assert marks == (Mark(0), Mark(1))

    assert assign_marks([second, third], zip((first, second), marks, strict=True)) == (Mark(1), Mark(0))


def test_neighbouring_experiments_differ_in_letter_line_and_colour() -> None:
    marks = [Mark(number) for number in range(6)]

    assert len({mark.letter for mark in marks}) == len({mark.colour for mark in marks}) == 6
    assert len({sample("experiment", mark.line_style, "braille") for mark in marks}) == 6


def test_twenty_six_experiments_each_have_a_colour_and_line_of_their_own() -> None:
    looks = {(mark.colour, sample("experiment", mark.line_style, "braille")) for mark in map(Mark, range(26))}

    assert len(looks) == 26


# -- the lens


@given(st.lists(st.sampled_from(TURNS), max_size=40), st.integers(1, 60), st.integers(0, 60))
def test_whatever_keys_are_pressed_some_epochs_are_shown_and_the_cursor_is_on_one_of_them(
    turns: list[LensAction], epochs: int, done: int
) -> None:
    latest = min(done, epochs)
    lens = Lens()
    for turn in turns:
        lens = lens.turned(turn, epochs, latest)
        start, end = lens.span(epochs, latest)

        assert 0 <= start < end <= epochs
        assert lens.cursor is None or (start <= lens.cursor <= end and 1 <= lens.cursor <= max(latest, 1))


def test_zoom_halves_what_is_shown_and_follows_the_latest_epoch() -> None:
    lens = Lens().turned("narrow", 40, 10).turned("narrow", 40, 10)

    assert lens.span(40, 10) == (0, 10)
    assert lens.span(40, 25) == (15, 25)
    assert lens.turned("widen", 40, 25).span(40, 25) == (5, 25)
    assert lens.turned("all", 40, 25).span(40, 25) == (0, 40)


def test_zoom_is_about_the_cursor() -> None:
    lens = Lens(width=10, cursor=20)

    assert lens.span(40, 40) == (15, 25)
    assert lens.turned("left", 40, 40).span(40, 40) == (14, 24)


def test_the_cursor_begins_at_the_latest_epoch() -> None:
    lens = Lens().turned("left", 10, 6)

    assert lens.cursor == 6
    assert lens.turned("left", 10, 6).cursor == 5
    assert lens.turned("right", 10, 6).cursor == 6, "what is not trained yet has no values"
    assert lens.turned("off", 10, 6).cursor is None


def test_smoothing_goes_round() -> None:
    lens, seen = Lens(), []
    for _ in range(4):
        lens = lens.turned("smooth", 10, 10)
        seen.append(lens.smoothing)

    assert seen == [0.6, 0.9, 0.0, 0.6]


# -- the legend


def marked(*groups: Group) -> ChartContent:
    """Return a sheet of experiments alone."""
    return ChartContent(
        "accuracy",
        tuple(experiment_series(group, Mark(number), "accuracy", quiet=True) for number, group in enumerate(groups)),
    )


def test_the_legend_says_what_each_letter_is_and_its_value_at_the_cursor() -> None:
    sheet = marked(seeds((0.4, 0.6), name="wide"), seeds((0.5, 0.7), name="deep"))

    (row,) = legend((sheet,), Lens(), 76)
    assert row.plain == "⠤⠤⠤⠤⠤⠤a wide   ⠤⠤⠤  ⠤b deep"

    (row,) = legend((sheet, sheet), Lens(cursor=2), 90)
    assert row.plain == "at epoch 2   ⠤⠤⠤⠤⠤⠤a wide 0.6000 / 0.6000   ⠤⠤⠤  ⠤b deep 0.7000 / 0.7000"


def test_the_legend_says_how_the_curves_are_looked_at() -> None:
    sheet = ChartContent("accuracy", planned=10)

    assert legend((sheet,), Lens(), 76) == ()
    (row,) = legend((sheet,), Lens(smoothing=0.6, width=4), 76)
    assert row.plain == "smoothed 0.6 · epochs 0–4 of 10"


@given(st.integers(1, 8), st.integers(10, 100), st.integers(1, 4))
def test_a_legend_has_its_room_and_says_what_it_leaves_out(many: int, width: int, rows: int) -> None:
    sheet = marked(*(seeds((0.5,), name=f"experiment {number}") for number in range(many)))
    lines = legend((sheet,), Lens(), width, rows=rows)

    assert 1 <= len(lines) <= rows
    assert all(line.cell_len <= width for line in lines)
    if width > 40:
        told = sum(line.plain.count("experiment ") for line in lines)
        assert told == many or f"… {many - told} more" in lines[-1].plain


def test_names_in_a_legend_are_never_markup_nor_control_codes() -> None:
    (row,) = legend((marked(seeds((0.5,), name="[b]x[/]\x1b[2J")),), Lens(), 76)

    assert row.plain.endswith("a [b]x[/]\\x1b[2J")
