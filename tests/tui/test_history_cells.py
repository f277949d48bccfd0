"""What stands in the history's rows, and which columns there is room for."""

import pytest
from group_builders import made_up_group, made_up_recipe
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from sample_records import RUN, a_plan, a_run
from strategies import HOSTILE, hostile_text

from fmnist_tui.lab.experiments.groups import Group, Spread
from fmnist_tui.lab.fields.distinctions import distinctions
from fmnist_tui.lab.fields.field import spread_text
from fmnist_tui.lab.fields.record import FINISHED_RUNS
from fmnist_tui.lab.fields.results import METRICS
from fmnist_tui.lab.filtering.parsing import parse_filter
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.recipe import hyperparameters
from fmnist_tui.lab.records.run import Curves, Run, Status
from fmnist_tui.lab.statistics.baseline import BaselineDifferences
from fmnist_tui.lab.statistics.intervals import Difference
from fmnist_tui.tui.history.cells import CellContext, cell, fitted, name_cells, name_prefix, name_suffix, points_text
from fmnist_tui.tui.history.columns import CHOOSABLE, COLUMNS, DEFAULT_COLUMNS, GAP, NAME, layout
from fmnist_tui.tui.history.details import details
from fmnist_tui.tui.history.hint import hint
from fmnist_tui.tui.history.rows import HistoryRow, HistoryRows
from fmnist_tui.tui.history.table import GUTTER, header, line
from fmnist_tui.tui.history.view import HistoryView, SortOrder, filter_by, fold, mark, move, show_groups

NOWHERE = CellContext({}, BaselineDifferences())


def text_of(group: Group, column: str, width: int = 60) -> str:
    """Return what a column says of a group."""
    return cell(HistoryRow(group), COLUMNS[column], NOWHERE, width).text


@pytest.mark.parametrize(
    ("known", "text"),
    [
        (None, "–"),
        (Spread(1, 0.87456, None), ".8746"),
        (Spread(3, 0.87456, 0.00213), ".8746 ±.0021"),
        (Spread(2, 1.0, 0.0), "1.0000 ±.0000"),
    ],
)
def test_a_figure_is_shown_with_its_spread_if_it_has_one(known: Spread | None, text: str) -> None:
    assert spread_text(known, "compact") == text


@pytest.mark.parametrize(
    ("statuses", "repeats", "text"),
    [
        ((), 3, "0/3"),
        (("finished",), 3, "1/3"),
        (("finished", "finished"), 2, "2"),
        (("finished", "finished"), 1, "2"),
        (("stopped", "failed", "failed", "interrupted"), None, "0"),
    ],
)
def test_finished_runs_are_counted_and_how_many_are_planned(
    statuses: tuple[Status, ...], repeats: int | None, text: str
) -> None:
    runs = tuple(a_run(f"r{seed}", seed=seed, status=status) for seed, status in enumerate(statuses))
    plan = a_plan(repeats=repeats) if repeats else None

    assert FINISHED_RUNS.show(Group("64 units", RUN.recipe, runs, plan)) == text


def test_a_name_says_what_it_is_marked_with_and_what_its_runs_cannot_be_compared_with() -> None:
    pinned = Group("a", RUN.recipe, plan=a_plan("a", starred=True, baseline=True))

    assert text_of(pinned, "name") == "★ ⚑ a"
    assert text_of(Group("a", RUN.recipe.on("synthetic")), "name") == "a (synthetic)"
    assert text_of(Group("b", RUN.recipe, older=True), "name") == "b (older)"


def test_a_name_that_another_has_too_says_how_they_differ_as_far_as_there_is_room() -> None:
    usual, faster = (
        Group("a network", made_up_recipe("64", hyperparameters(learning_rate=rate))) for rate in (0.001, 0.002)
    )
    around = CellContext({}, BaselineDifferences(), distinctions=distinctions((usual, faster)))

    def shown(width: int) -> list[str]:
        return [cell(HistoryRow(group), NAME, around, width).text for group in (usual, faster)]

    assert shown(40) == ["a network · lr=0.001", "a network · lr=0.002"]
    assert shown(16) == ["a network · lr=…"] * 2
    assert name_cells(usual, around.distinctions) == len("a network · lr=0.001")
    assert name_cells(usual, {}) == len("a network")


def test_a_long_name_is_cut_but_not_its_marks() -> None:
    group = Group("x" * 100, RUN.recipe, plan=a_plan("x" * 100, starred=True), older=True)

    name = text_of(group, "name", 30)
    assert name.startswith("★ x")
    assert name.endswith("x… (older)")
    assert cell_len(name) == 30


def test_a_run_says_its_figures_its_best_epoch_and_why_it_did_not_finish() -> None:
    curves = Curves((0.8, 0.9), (0.6, 0.5), (0.88, 0.86), (0.4, 0.45))
    run = a_run("abc", seed=7, curves=curves, status="stopped", reason="by hand", starred=True)
    _, row = HistoryRows((Group("64", RUN.recipe, (run,)),), {HistoryRow(Group("64", RUN.recipe)).key}, {})
    said = {key: cell(row, COLUMNS[key], NOWHERE, 60).text.strip() for key in ("name", *CHOOSABLE)}

    assert said["name"] == "seed 7 ★ abc"
    assert said["status"] == "■ stopped"
    assert (said["acc"], said["best"], said["best_epoch"], said["test"]) == (".8600", ".8800", "1", ".8510")
    assert (said["params"], said["seconds"], said["epochs"]) == ("50,890", "7.2", "2")
    assert (said["when"], said["note"]) == ("2024-11-24 08:30", "by hand")


def test_a_difference_to_the_baseline_is_told_in_points_with_a_sign_for_its_verdict() -> None:
    baseline = Group("base", RUN.recipe, _runs("base", 0.86, 0.861, 0.859), a_plan("base", baseline=True))
    better = Group("better", RUN.recipe, _runs("better", 0.88, 0.882, 0.878))
    same = Group("same", RUN.recipe, _runs("same", 0.861, 0.858, 0.862))
    single = Group("single", RUN.recipe, _runs("single", 0.9))
    view = show_groups(HistoryView(), (baseline, better, same, single))
    around = CellContext(view.ongoing, view.differences)

    told = [cell(row, COLUMNS["vs"], around, 13).text for row in view.rows]

    assert told == ["baseline", "+2.00 ±0.25 ▲", "+0.03 ±0.76 ≈", "–"]
    assert cell(view.rows[1], COLUMNS["vs"], CellContext({}, view.differences, statistics=False), 13).text == "…"


def test_a_verdict_is_corrected_for_all_experiments_whatever_is_shown_and_says_so() -> None:
    baseline = Group("base", RUN.recipe, _runs("base", 0.86, 0.861, 0.859), a_plan("base", baseline=True))
    better = Group("better", RUN.recipe, _runs("better", 0.8630, 0.8667, 0.8638))
    same = Group("same", RUN.recipe, _runs("same", 0.861, 0.858, 0.862))
    both = show_groups(HistoryView(), (baseline, better, same))
    one = filter_by(both, parse_filter("name~better"))

    signs = [
        cell(row, COLUMNS["vs"], CellContext({}, view.differences), 13).text[-1]
        for view, row in ((both, both.rows[1]), (one, one.rows[0]))
    ]

    assert signs == ["△", "△"]
    told = "(p = 0.059 corrected for 2 differences, paired over 3 seeds)"
    assert told in told_of(both.rows[1], both)
    assert told in told_of(one.rows[0], one)


def test_the_line_at_the_foot_has_the_verdict_where_a_narrow_screen_does_not_cut_it_off() -> None:
    baseline = Group("base", RUN.recipe, _runs("base", 0.86, 0.861, 0.859), a_plan("base", baseline=True))
    same = Group("same", RUN.recipe, _runs("same", 0.861, 0.858, 0.862))
    view = mark(move(show_groups(HistoryView(), (baseline, same)), 1))

    text = hint(view, statistics=True).plain

    verdict = "not resolved at n = 3, over 100 seeds"
    assert text == f"{verdict}: +0.03 ±0.76 points against base · ● 1 marked: v compares, Esc unmarks"


@pytest.mark.parametrize(
    ("status", "epochs", "words"),
    [
        ("interrupted", 2, "r resumes it"),
        ("interrupted", 0, "r trains it again, from epoch 1"),
        ("stopped", 2, "r trains it again, from epoch 1"),
        ("failed", 2, "r trains it again, from epoch 1"),
        ("finished", 2, ""),
    ],
)
def test_the_line_at_the_foot_says_what_r_does_with_a_run(status: Status, epochs: int, words: str) -> None:
    run = a_run(status=status, curves=RUN.curves if epochs else Curves())
    view = move(fold(show_groups(HistoryView(), (Group("64", run.recipe, (run,)),))), 1)

    text = hint(view, statistics=True).plain

    assert text.endswith(words) if words else "epoch 1" not in text


def test_the_details_of_an_experiment_and_of_a_run_have_every_metric() -> None:
    group = Group("64", RUN.recipe, _runs("64", 0.86, 0.88))
    view = show_groups(HistoryView(), (group,))
    first = HistoryRows((group,), {HistoryRow(group).key}, {})[1]

    of_group, of_run = told_of(view.rows[0], view), told_of(first, view)

    assert first.run
    for metric in METRICS:
        assert metric.show(group, "compact") in of_group, metric.key
        assert metric.show_run(first.run, "compact") in of_run, metric.key


def told_of(row: HistoryRow, view: HistoryView) -> str:
    """Return what the details say of a row."""
    console = Console(width=200)
    with console.capture() as capture:
        console.print(details(row, view))
    return capture.get()


def _runs(name: str, *accuracies: float) -> tuple[Run, ...]:
    return tuple(
        a_run(
            f"{name}{seed}",
            experiment=name,
            seed=seed,
            curves=Curves((0.9,), (0.3,), (accuracy,), (0.4,)),
            dead_units_by_layer=(seed,),
        )
        for seed, accuracy in enumerate(accuracies)
    )


@given(
    st.one_of(hostile_text(), st.sampled_from(HOSTILE), st.sampled_from(("漢字" * 9, "👩‍👩‍👧" * 4))), st.integers(1, 40)
)
def test_any_text_is_given_exactly_its_cells(text: str, width: int) -> None:
    printable = "".join(each for each in text if each.isprintable())

    assert cell_len(fitted(printable, width)) == width
    assert cell_len(fitted(printable, width, right=True)) == width


@given(hostile_text().filter(bool), st.integers(20, 160), st.booleans())
def test_a_row_is_as_wide_as_the_table_whatever_its_texts(name: str, width: int, marked: bool) -> None:
    group = made_up_group(name, (0.8, 0.9), note=name)
    fit = layout(DEFAULT_COLUMNS, width - GUTTER)

    for row in HistoryRows((group,), {HistoryRow(group).key}, {}):
        segments = line(row, fit, NOWHERE, width, marked=marked, style=Style.null())
        assert sum(cell_len(each.text) for each in segments) == width
        text = "".join(each.text for each in segments)
        assert visible(text, len(text)) == text
    assert cell_len("".join(each.text for each in header(fit, SortOrder("acc", True), width, Style.null()))) == width


@given(st.lists(st.sampled_from(CHOOSABLE), unique=True), st.integers(0, 200), st.integers(0, 30), st.integers(0, 60))
def test_columns_fit_into_the_cells_there_are(keys: list[str], width: int, first: int, longest: int) -> None:
    fit = layout(tuple(keys), width, first, longest)

    shown = [placed.column.key for placed in fit.placed]
    cells = sum(placed.width for placed in fit.placed) + GAP * (len(fit.placed) - 1)
    assert shown[0] == "name"
    assert shown[1:] == keys[keys.index(shown[1]) :][: len(shown) - 1] if shown[1:] else True
    assert cells <= max(width, NAME.width)
    assert fit.before == (len(shown) > 1 and shown[1] != keys[0]) or len(shown) == 1
    assert all(placed.width >= placed.column.width for placed in fit.placed)


@pytest.mark.parametrize("width", [53, 60, 73, 90, 133, 300])
def test_every_column_can_be_scrolled_to(width: int) -> None:
    seen: set[str] = set()
    for first in range(len(CHOOSABLE)):
        fit = layout(CHOOSABLE, width, first)
        seen |= {placed.column.key for placed in fit.placed}

    assert seen == {"name", *CHOOSABLE}
    assert not layout(CHOOSABLE, width, len(CHOOSABLE)).after


def test_at_eighty_columns_the_figures_that_matter_are_seen_with_a_baseline_and_without() -> None:
    with_baseline = [placed.column.key for placed in layout(DEFAULT_COLUMNS, 73 - 1, longest=40).placed]
    without = [
        placed.column.key
        for placed in layout(tuple(k for k in DEFAULT_COLUMNS if k != "vs"), 73 - 1, longest=40).placed
    ]

    assert with_baseline == ["name", "n", "status", "acc", "vs"]
    assert without == ["name", "n", "status", "acc", "test"]


def test_the_heading_says_by_what_the_rows_are_sorted_and_that_there_are_more_columns() -> None:
    fit = layout(DEFAULT_COLUMNS, 60, 1)
    text = "".join(each.text for each in header(fit, SortOrder("acc", True), 63, Style.null()))

    assert text.startswith("‹ ›experiment")
    assert "val acc▼" in text
    assert "val acc▲" in "".join(each.text for each in header(fit, SortOrder("acc", False), 63, Style.null()))


def test_marks_and_asides_of_a_group_without_a_plan_are_none() -> None:
    group = made_up_group(planned=False, recipe=made_up_recipe("32"))

    assert (name_prefix(group), name_suffix(group)) == ("", "")


def test_points_keep_to_their_cells() -> None:
    assert points_text(Difference(0.0052, 0.0021, 0.0083, 0.01, 5, True, 0.002)) == "+0.52 ±0.31"
    assert points_text(Difference(-0.152, -0.192, -0.112, 0.01, 5, True, 0.002)) == "-15.2 ±4.0"
