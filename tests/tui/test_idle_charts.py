"""While nothing is trained, the charts show the history's row; a training takes their place."""

from dataclasses import replace

from comparison_groups import rising
from fake_trainer import FakeTrainer
from lab_screen import LabPilot, MakeLab, opened, screen_text, shows, until
from sample_records import RUN, a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.tui.training.charts import TrainingCharts
from fmnist_tui.tui.training.pane import TrainingPane


def record(notebook: NotebookFile, name: str, architecture: str, top: float, seeds: int) -> None:
    recipe: Recipe = replace(RUN.recipe, architecture=parse(architecture))
    for seed in range(seeds):
        notebook.append_run(
            a_run(f"{name}{seed}", experiment=name, recipe=recipe, seed=seed, curves=rising(10, top, seed))
        )


def shown(pilot: LabPilot) -> TrainingCharts:
    return pilot.app.screen.query_one(TrainingCharts)


async def test_the_charts_follow_the_cursor_in_the_history(lab: MakeLab, notebook: NotebookFile) -> None:
    record(notebook, "deep", "32-16", 0.86, 3)
    record(notebook, "wide", "128", 0.89, 1)
    async with opened(lab(), columns=140, rows=45) as pilot:
        await shows(pilot, "2 Training · deep ×3")
        train, val = shown(pilot).sheets[0].series
        assert (train.name, val.name, len(train.y), len(val.y)) == ("train", "val", 10, 10)
        assert val.low, "the band of its seeds"

        await pilot.press("tab", "tab", "j")
        await shows(pilot, "2 Training · wide ─")
        assert shown(pilot).sheets[0].series[1].y[-1] == rising(10, 0.89, 0).val_accuracy[-1]

        await pilot.press("k", "enter", "j", "j")
        await until(pilot, lambda: shown(pilot).sheets[0].series[1].y == rising(10, 0.86, 1).val_accuracy)
        assert not shown(pilot).sheets[0].series[1].low, "one run has no band"


async def test_a_row_without_runs_has_its_name_and_no_curves(lab: MakeLab, notebook: NotebookFile) -> None:
    async with opened(lab(), columns=140, rows=45) as pilot:
        assert "2 Training ─" in screen_text(pilot)
        assert "no data yet" in screen_text(pilot)


async def test_a_training_takes_the_charts_and_keeps_them_until_the_cursor_moves(
    lab: MakeLab, notebook: NotebookFile, trainer: FakeTrainer
) -> None:
    record(notebook, "deep", "32-16", 0.86, 3)
    async with opened(lab(), columns=140, rows=45) as pilot:
        await shows(pilot, "2 Training · deep ×3")
        await pilot.press("t")
        await shows(pilot, "t trains again")
        assert "2 Training ─" in screen_text(pilot)
        pane = pilot.app.screen.query_one(TrainingPane)
        ended = shown(pilot).sheets[0].series[0].y

        await pilot.press("tab", "tab")
        await pilot.pause(0.3)
        assert shown(pilot).sheets[0].series[0].y == ended, "going to the history alone changes nothing"
        await pilot.press("g", "k", "k", "k")
        await shows(pilot, "2 Training · deep ×3")
        assert pane.charts.sheets[0].planned == 0


async def test_the_end_of_a_training_is_not_cut_at_sixty_columns(lab: MakeLab, trainer: FakeTrainer) -> None:
    async with opened(lab(), columns=60, rows=20) as pilot:
        await pilot.press("t", "tab")
        await shows(pilot, "t trains again")
        state = next(line for line in screen_text(pilot).splitlines() if "t trains again" in line)
        assert "…" not in state
