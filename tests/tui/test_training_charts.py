"""The training's charts by their keys: marked experiments beneath, ways of looking, values at an epoch, full screen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from comparison_groups import rising, three_experiments, trained
from lab_screen import LabPilot, MakeLab, opened, screen_text, shows
from other_data import KANA
from textual.app import App, ComposeResult
from textual.binding import Binding

from fmnist_tui.engine.training.progress import Phase, Progress
from fmnist_tui.lab.records.dataset import FASHION_MNIST
from fmnist_tui.lab.records.run import Curves
from fmnist_tui.tui.background import Background
from fmnist_tui.tui.charts.chart import Chart
from fmnist_tui.tui.help import help_on
from fmnist_tui.tui.training.chart_screen import ChartScreen
from fmnist_tui.tui.training.charts import TrainingCharts
from fmnist_tui.tui.training.pane import TrainingPane


def after(epochs: int) -> Progress:
    """Return the picture after so many of ten epochs."""
    curves = rising(10, 0.9, 0)
    names = ("accuracy", "loss", "val_accuracy", "val_loss")
    return Progress(Phase.TRAINING, 10, Curves(*(getattr(curves, name)[:epochs] for name in names)))


@pytest.fixture(autouse=True)
def apart(folder: Path) -> None:
    """Let no pane find, or write, the notebook of this repository."""


class PaneAlone(App[None]):
    """The pane with the whole screen for itself."""

    def compose(self) -> ComposeResult:
        """Lay out the pane."""
        yield TrainingPane(Path.cwd() / "experiments.toml", "training", Background(lambda lane, error: None))

    def action_help(self) -> None:
        """Show the help, as the app does."""
        self.push_screen(help_on(self.screen))


@asynccontextmanager
async def charted(*, columns: int = 80, rows: int = 30) -> AsyncIterator[tuple[LabPilot, TrainingCharts]]:
    """Show the pane in focus, after six of ten epochs."""
    app = PaneAlone()
    async with app.run_test(size=(columns, rows)) as pilot:
        pane = app.query_one(TrainingPane)
        pane.focus_target.focus()
        pane.charts.show_progress(after(6), (), FASHION_MNIST)
        await pilot.pause()
        yield pilot, pane.charts


async def test_marked_experiments_lie_beneath_with_a_letter_each_and_are_named_below() -> None:
    async with charted() as (pilot, charts):
        charts.show_beneath(three_experiments())
        await shows(pilot, "⠤a one layer of 64 ×5 .*b three layers ×3 .*c a wide one ×4")

        for sheet in charts.sheets:
            assert [(one.letter, one.quiet) for one in sheet.series] == [
                ("", False),
                ("", False),
                ("a", True),
                ("b", True),
                ("c", True),
            ]
            assert sheet.span(charts.lens) == (0, 10), "the training's epochs decide, not those of a longer experiment"

        charts.show_beneath(())
        await pilot.pause()
        assert "one layer of 64" not in screen_text(pilot)


async def test_what_was_trained_on_other_data_is_not_beneath() -> None:
    one, two, three = three_experiments()
    there = replace(two, recipe=two.recipe.on(KANA))
    async with charted() as (pilot, charts):
        charts.show_beneath((one, there, three))
        await shows(pilot, "⠤a one layer of 64 ×5 .*c a wide one ×4")
        assert "three layers" not in screen_text(pilot)

        charts.show_progress(after(6), (), KANA)
        await shows(pilot, "b three layers ×3")
        assert "one layer of 64" not in screen_text(pilot)


async def test_an_experiment_keeps_its_letter_while_others_come_and_go() -> None:
    one, two, three = three_experiments()
    async with charted() as (pilot, charts):
        charts.show_beneath((one, two))
        charts.show_beneath((two, three))
        await shows(pilot, "⠤b three layers")

        assert "⠤⠤a a wide one" in screen_text(pilot)


async def test_marked_experiments_are_seen_before_anything_is_trained() -> None:
    app = PaneAlone()
    async with app.run_test(size=(80, 30)) as pilot:
        app.query_one(TrainingPane).show_beneath(three_experiments())
        await shows(pilot, "⠤a one layer of 64")

        assert "no data yet" not in screen_text(pilot)


async def test_shift_l_lays_values_out_by_their_ratios_in_both_charts() -> None:
    async with charted() as (pilot, _):
        await pilot.press("L")
        await shows(pilot, "accuracy · log.*loss · log")
        await pilot.press("L")
        await pilot.pause()
        assert "· log" not in screen_text(pilot)


async def test_shift_s_smooths_more_and_then_not_at_all() -> None:
    async with charted() as (pilot, charts):
        for weight in ("0.6", "0.9"):
            await pilot.press("S")
            await shows(pilot, f"smoothed {weight}")
        await pilot.press("S")
        await pilot.pause()
        assert "smoothed" not in screen_text(pilot)
        assert charts.sheets[0].series[0].y == after(6).curves.accuracy, "what was measured is still there"


async def test_fewer_epochs_are_shown_up_to_the_latest_and_more_again() -> None:
    narrow, widen = "left_square_bracket", "right_square_bracket"
    async with charted() as (pilot, charts):
        await pilot.press(narrow)
        await shows(pilot, "epochs 1–6 of 10")
        charts.show_progress(after(8), (), FASHION_MNIST)
        await shows(pilot, "epochs 3–8 of 10")
        await pilot.press(widen)
        await pilot.pause()
        assert "epochs 3" not in screen_text(pilot)
        await pilot.press(narrow, narrow, "0")
        await pilot.pause()
        assert "of 10" not in screen_text(pilot)


async def test_the_cursor_reads_training_validation_and_what_lies_beneath() -> None:
    group = trained("64", "64", 3)
    async with charted() as (pilot, charts):
        charts.show_beneath((group,))
        await pilot.press("left")
        await shows(pilot, "at epoch 6")
        await pilot.press("h", "left", "l")
        await shows(pilot, "at epoch 5")

        curves, text = after(6).curves, screen_text(pilot)
        for value in (curves.accuracy[4], curves.val_accuracy[4], curves.loss[4], curves.val_loss[4]):
            assert f" {value:.4g}" in text
        mean = sum(run.curves.val_accuracy[4] for run in group.runs) / 3
        assert f"a 64 ×3 {mean:.4g} / " in text

        await pilot.press("escape")
        await pilot.pause()
        assert "at epoch" not in screen_text(pilot)


async def test_an_experiment_that_ended_earlier_has_no_value_there() -> None:
    async with charted() as (pilot, charts):
        charts.show_beneath((trained("short", "64", 2, epochs=3),))
        await pilot.press("left")
        await shows(pilot, "at epoch 6   ⠤+a short ×2 ")

        assert "short ×2 0" not in screen_text(pilot)


async def test_enter_gives_a_chart_the_screen_which_goes_on_growing() -> None:
    async with charted() as (pilot, charts):
        charts.show_beneath(three_experiments())
        await pilot.press("enter")
        await shows(pilot, "w Loss")
        shown = pilot.app.screen
        assert isinstance(shown, ChartScreen)
        assert shown.query_one(Chart).size.width > 70
        assert "a one layer of 64 ×5" in screen_text(pilot)

        # when an epoch ends meanwhile, then it is there without a key
        await pilot.press("left_square_bracket")
        await shows(pilot, "epochs 1–6 of 10")
        charts.show_progress(after(7), (), FASHION_MNIST)
        await shows(pilot, "epochs 2–7 of 10")

        # when w is pressed, then it is the other chart; two Escapes lead back to the pane, seen as it was left
        await pilot.press("w", "left")
        await shows(pilot, r"\A.*\n ?loss ")
        await pilot.press("S", "escape")
        assert pilot.app.screen is shown
        await pilot.press("escape")
        await shows(pilot, "smoothed 0.6")
        assert pilot.app.screen is not shown


async def test_help_on_the_full_screen_tells_every_key() -> None:
    async with charted(columns=100, rows=60) as (pilot, _):
        await pilot.press("enter", "question_mark")
        await shows(pilot, "help: charts")

        for binding in ChartScreen.BINDINGS:
            assert isinstance(binding, Binding)
            assert binding.id
            assert binding.id in screen_text(pilot)


async def test_a_legend_says_in_few_rows_how_many_it_leaves_out() -> None:
    group = trained("an experiment of a rather long name", "64", 3)
    many = [replace(group, name=f"{number} {group.name}") for number in range(8)]
    async with charted() as (pilot, charts):
        charts.show_beneath(many)
        await shows(pilot, r"… \d more")


async def test_the_keys_of_the_charts_work_in_the_lab_where_other_panes_have_their_own(lab: MakeLab) -> None:
    app = lab()
    async with opened(app, columns=120, rows=40) as pilot:
        app.main.action_enter("training")
        app.main.training.charts.show_progress(after(6), (), FASHION_MNIST)
        await pilot.press("L", "S", "left", "left_square_bracket")
        await shows(pilot, "log · smoothed 0.6 · epochs 3–8 of 10 · at epoch 6")
        assert app.main.current == "training"

        await pilot.press("escape", "0", "S", "S", "L", "enter")
        await shows(pilot, "w Loss")
