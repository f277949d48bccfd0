"""The comparison as a person at a terminal meets it: what differs, the curves, and each key."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache

import pytest
from comparison_groups import eight_experiments, three_experiments, trained, trained_runs
from hypothesis import given
from hypothesis import strategies as st
from lab_screen import LabPilot, line_with, screen_text, shows
from rich.text import Text
from single_screen import Ground, standing
from textual.binding import Binding
from textual.widgets import Static

from fmnist_tui.lab.comparison.comparison import Comparison, compare
from fmnist_tui.lab.comparison.text_tables import as_markdown
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.tui.charts.chart import Chart
from fmnist_tui.tui.charts.experiments import Mark
from fmnist_tui.tui.comparison.screen import ComparisonScreen, title
from fmnist_tui.tui.comparison.table import lead_rows, table_rows
from fmnist_tui.tui.widgets.pane import Pane


@asynccontextmanager
async def compared(
    groups: Sequence[Group], *, columns: int = 80, rows: int = 24, shown: ComparisonScreen | None = None
) -> AsyncIterator[LabPilot]:
    """Show a comparison, worked out."""
    async with standing(shown or ComparisonScreen(groups), columns=columns, rows=rows) as pilot:
        await shows(pilot, "verdict")
        yield pilot


def told(pilot: LabPilot) -> str:
    """Return the whole table, what is scrolled out of sight too."""
    shown = pilot.app.screen.query_one("#rows", Static).content
    assert isinstance(shown, Text)
    return shown.plain


def chart(pilot: LabPilot) -> Chart:
    return pilot.app.screen.query_one(Chart)


async def test_each_experiment_has_a_letter_a_line_and_its_size() -> None:
    async with compared(three_experiments()) as pilot:
        assert re.search(r"⠤{6} +a one layer of 64 +64 +50,890 +5", line_with(pilot, "50,890"))
        assert re.search(r"⠤⠤⠤  ⠤ +b three layers +64-32-16 +53,018 +3", line_with(pilot, "53,018"))
        assert "compared with one layer of 64" in screen_text(pilot)


async def test_the_headings_are_whole_above_the_shortest_names() -> None:
    async with compared((trained("64", "64", 5), trained("32", "32", 5))) as pilot:
        assert re.search(r"experiment +layers +parameters +runs", told(pilot).splitlines()[0])


def test_names_have_the_room_that_short_verdicts_leave() -> None:
    groups = [trained(f"512 units, seed {seed}", "512", 1) for seed in (0, 1)]
    marks = [Mark(0), Mark(1)]
    first, *lines = (line.plain for line in lead_rows(compare(groups), marks, "accuracy", 78))

    assert first.split() == ["experiment", "mean", "±sd", "vs", "a", "verdict"]
    assert [f"512 units, seed {seed}" in line for seed, line in enumerate(lines)] == [True, True]


def test_the_title_says_whether_runs_of_one_experiment_or_experiments_are_compared() -> None:
    group = trained("64 units", "64", 2)
    runs = [replace(group, runs=(run,)) for run in group.runs]

    assert title(runs) == "2 runs of 64 units · compared with seed 0"
    assert title([group, runs[1]]) == "2 experiments · compared with 64 units"


async def test_figures_stand_with_their_spread_and_their_difference_to_the_first() -> None:
    async with compared(three_experiments(), columns=140, rows=45) as pilot:
        row = compare(three_experiments()).metrics[0]
        first, second, _ = row.cells
        assert first.spread
        assert second.spread
        assert second.difference
        assert second.verdict

        lines = told(pilot).splitlines()
        at = lines.index("validation accuracy")
        assert lines[at + 1].split()[-3:] == [f"{first.spread.mean:.4f}", f"±{first.spread.sd:.4f}", "5"]
        assert f"{second.spread.mean:.4f} ±{second.spread.sd:.4f}    3" in lines[at + 2]
        assert f"{100 * second.difference.mean:+.2f} pp" in lines[at + 2]
        assert second.verdict.word in lines[at + 2]


async def test_only_what_differs_is_told_until_everything_is_wanted() -> None:
    async with compared(three_experiments(), columns=140, rows=60) as pilot:
        table = told(pilot)
        assert re.search(r"≠ epochs +10 +10 +12", table)
        assert "batch size" not in table
        assert re.search(r"≠ layer 2 +dense 64 relu +dense 64 relu +dense 256 relu", table)
        assert "1 layer the same" in table
        assert "environment" not in table

        await pilot.press("E")
        everything = told(pilot)
        assert re.search(r"  batch size +64 +64 +64", everything)
        assert re.search(r"  layer 1 +flatten +flatten +flatten", everything)
        assert "environment ─" in everything
        assert "the same" not in everything

        await pilot.press("E")
        assert told(pilot) == table


async def test_where_the_columns_do_not_fit_the_letters_stand_before_the_values() -> None:
    async with compared(eight_experiments()) as pilot:
        table = told(pilot)

        assert re.search(r"≠ epochs +a b d e f g h +10\n +c +12", table)
        assert max(map(len, table.splitlines())) <= 80


@given(st.integers(2, 8), st.integers(56, 140), st.booleans())
def test_whatever_is_compared_no_row_is_wider_than_its_room_but_a_note(many: int, width: int, everything: bool) -> None:
    marks = tuple(map(Mark, range(many)))
    rows = list(table_rows(crowded(many, everything), marks, width, everything=everything))

    assert all(row.cell_len <= width for row in rows if not row.plain.startswith("! "))
    assert [mark.letter in "".join(row.plain for row in rows) for mark in marks] == [True] * many


@cache
def crowded(many: int, everything: bool) -> Comparison:
    return compare(eight_experiments()[:many], everything=everything)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (60, 20)])
async def test_chart_and_differences_are_seen_together_without_paging(columns: int, rows: int) -> None:
    for groups in (three_experiments()[:2], eight_experiments()[:6]):
        async with compared(groups, columns=columns, rows=rows) as pilot:
            lines = screen_text(pilot).splitlines()
            for letter in "abcdef"[: len(groups)]:
                (line,) = (each for each in lines[:9] if re.match(rf" [⠤⠄ ]{{6}}  {letter} ", each))
                assert re.search(r"\d\.\d{4}", line), "its mean"
                assert letter == "a" or re.search(r"[+-]\d+\.\d\d pp +(clear|possible|not resolved)", line)
            assert chart(pilot).size.height >= 8
            assert "validation accuracy" in screen_text(pilot)


async def test_the_rows_above_the_chart_follow_its_metric() -> None:
    async with compared(three_experiments()) as pilot:
        await pilot.press("w")
        await shows(pilot, r"c a wide one +0\.\d{4} ±0\.\d{4} +-0\.\d{4} ")


async def test_the_curves_stand_above_the_table_or_beside_it_where_there_is_room() -> None:
    for columns, beside in ((80, False), (140, True)):
        async with compared(three_experiments(), columns=columns, rows=40) as pilot:
            told = pilot.app.screen.query_one("#table").region
            curves = pilot.app.screen.query_one("#curves").region
            assert (curves.x >= told.right) is beside
            assert (curves.bottom <= told.y) is not beside


async def test_w_shows_the_loss_and_then_the_accuracy_again() -> None:
    async with compared(three_experiments(), columns=140, rows=45) as pilot:
        assert chart(pilot).title == "validation accuracy"
        await pilot.press("w")
        assert chart(pilot).title == "validation loss"
        await pilot.press("w")
        assert chart(pilot).title == "validation accuracy"


async def test_the_cursor_reads_each_experiment_at_an_epoch_and_escape_puts_it_away_before_it_leaves() -> None:
    groups = three_experiments()
    async with compared(groups, columns=140, rows=45) as pilot:
        await pilot.press("left")
        await shows(pilot, "at epoch 12")
        await pilot.press("left", "left", "h")
        await shows(pilot, "at epoch 9")
        mean = sum(run.curves.val_accuracy[8] for run in groups[0].runs) / 5
        assert f"a one layer of 64 ×5 {mean:.4g}" in screen_text(pilot)
        await pilot.press("right", "l")
        await shows(pilot, "at epoch 11")

        await pilot.press("escape")
        await pilot.pause()
        assert "at epoch" not in screen_text(pilot)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app, Ground)
        assert pilot.app.screen_left


async def test_curves_can_be_laid_out_by_ratios_smoothed_and_zoomed() -> None:
    async with compared(three_experiments(), columns=140, rows=45) as pilot:
        await pilot.press("L")
        await shows(pilot, "validation accuracy · log")
        await pilot.press("S")
        await shows(pilot, r"smoothed 0\.6")
        await pilot.press("left_square_bracket")
        await shows(pilot, "epochs 6–12 of 12")
        await pilot.press("0")
        await pilot.pause()
        assert "epochs 6" not in screen_text(pilot)


async def test_f_gives_the_curves_the_screen_then_the_table_then_both() -> None:
    async with compared(three_experiments()) as pilot:
        seen = []
        for _ in range(3):
            await pilot.press("f")
            await pilot.pause()
            text = screen_text(pilot)
            seen.append(("results ─" in text, "⠤a" in text and "┬" in text))

        assert seen == [(False, True), (True, False), (True, True)]


async def test_the_table_scrolls_line_by_line() -> None:
    async with compared(three_experiments()) as pilot:
        await pilot.press("j", "j", "down")
        await pilot.pause()
        assert pilot.app.screen.query_one("#table").scroll_y == 3
        await pilot.press("k")
        await pilot.pause()
        assert pilot.app.screen.query_one("#table").scroll_y == 2


async def test_y_copies_the_comparison_as_markdown(monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[Pane.Copied] = []
    monkeypatch.setattr(Ground, "on_pane_copied", lambda app, event: copied.append(event), raising=False)
    async with compared(three_experiments()) as pilot:
        await pilot.press("E", "y")
        await pilot.pause()

    assert [(event.text, event.file_name) for event in copied] == [
        (as_markdown(compare(three_experiments())), "comparison.md")
    ]


async def test_help_tells_what_it_is_and_every_key() -> None:
    async with compared(three_experiments(), columns=100, rows=60) as pilot:
        await pilot.press("question_mark")
        await shows(pilot, "help: comparison")

        text = screen_text(pilot)
        for binding in ComparisonScreen.BINDINGS:
            assert isinstance(binding, Binding)
            assert binding.id
            assert binding.id in text

        await pilot.press("tab")
        await shows(pilot, "Experiments side by side")


async def test_letters_are_those_that_the_experiments_have_elsewhere() -> None:
    groups = three_experiments()
    shown = ComparisonScreen(groups, [(groups[1], Mark(0))])

    async with compared(groups, shown=shown) as pilot:
        assert "b one layer of 64" in line_with(pilot, "50,890")
        assert "a three layers" in line_with(pilot, "53,018")


# -- what cannot be compared


async def test_experiments_of_one_recipe_differ_by_chance_alone() -> None:
    again = replace(trained("the same again", "64", 3), runs=trained_runs("the same again", "64", 3, first_seed=3))

    async with compared((trained("one layer of 64", "64", 5), again)) as pilot:
        assert "The recipes are the same: what differs in the results is chance alone." in screen_text(pilot)
        assert "settings" not in told(pilot)


async def test_an_experiment_without_runs_is_told_apart() -> None:
    async with compared((trained("one layer of 64", "64", 5), trained("never trained", "32", 0))) as pilot:
        assert "No finished runs: b." in screen_text(pilot)
        assert re.search(r"b never trained +– +\(no runs yet\)", screen_text(pilot))


async def test_where_nothing_is_trained_there_is_no_curve_and_no_figure() -> None:
    async with compared((trained("one", "64", 0), trained("two", "32", 0))) as pilot:
        assert "No finished runs: a, b." in screen_text(pilot)
        assert "no curves: nothing is trained" in screen_text(pilot)
        await pilot.press("left", "left_square_bracket", "S", "L", "w", "E")
        assert "nan" not in screen_text(pilot)


async def test_single_runs_have_no_difference_and_the_reason_is_told() -> None:
    one, other = trained_runs("64", "64", 2)
    groups = [Group("64", run.recipe, (run,)) for run in (one, other)]

    async with compared(groups) as pilot:
        text = screen_text(pilot)
        assert "One run: a, b. One run has no spread" in text
        assert "a 64 (seed 0)" in text
        assert "b 64 (seed 1)" in text
        assert " pp" not in told(pilot)


async def test_different_datasets_are_never_mixed() -> None:
    groups = (trained("one layer of 64", "64", 5), trained("drawn", "64", 5, dataset="synthetic"))

    async with compared(groups) as pilot:
        table = told(pilot)
        assert "a is fashion-mnist, b is synthetic" in table
        assert " pp" not in table
        shown = pilot.app.screen
        assert isinstance(shown, ComparisonScreen)
        assert [curve.letter for curve in shown.sheet.series] == ["a"], "the other's curve is not drawn"


async def test_names_are_never_markup_nor_control_codes() -> None:
    name = "[@click=app.quit]x[/]\x1b[2J"

    async with compared((trained(name, "64", 2), trained(name, "32", 2)), columns=140, rows=45) as pilot:
        assert "[@click=app.quit]x[/]\\x1b[2J" in screen_text(pilot)
        assert "\x1b" not in screen_text(pilot)


async def test_a_comparison_that_breaks_says_so_and_the_curves_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(groups: Sequence[Group], *, known: Sequence[Group]) -> None:
        raise ZeroDivisionError("a figure that was not thought of")

    monkeypatch.setattr("fmnist_tui.tui.comparison.screen.compare", broken)
    async with standing(ComparisonScreen(three_experiments())) as pilot:
        await shows(pilot, "cannot be compared: a figure that was not thought of")
        assert "⠤a" in screen_text(pilot)
