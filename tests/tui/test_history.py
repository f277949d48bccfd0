"""The history: a row an experiment and recipe, its runs a key away, its recipe another."""

import pytest
from lab_screen import MakeLab, line_with, opened, screen_text, shows
from quick_trainer import QuickTrainer
from samples import PLAN, RUN, a_plan, a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.recipe import Recipe, hyperparameters
from fmnist_tui.lab.records import Metrics, Status
from fmnist_tui.lab.results import Group, Spread
from fmnist_tui.lab.shorthand import parse
from fmnist_tui.tui.history.columns import COLUMNS, LONGEST_NAME, accuracy_text, cells, columns_for, runs_text
from fmnist_tui.tui.history.pane import extent


@pytest.mark.parametrize(
    ("spread", "text"),
    [
        (None, "–"),
        (Spread(1, 0.87456, None), ".8746"),
        (Spread(3, 0.87456, 0.00213), ".8746 ±.0021"),
        (Spread(2, 1.0, 0.0), "1.0000 ±.0000"),
    ],
)
def test_an_accuracy_is_shown_with_its_spread_if_it_has_one(spread: Spread | None, text: str) -> None:
    assert accuracy_text(spread) == text


@pytest.mark.parametrize(
    ("statuses", "repeats", "text"),
    [
        ((), 3, "0/3"),
        (("finished",), 3, "1/3"),
        (("finished", "finished"), 2, "2"),
        (("finished", "finished"), 1, "2"),
        (("stopped", "failed", "failed", "interrupted"), None, "0 1■ 2✗ 1‖"),
    ],
)
def test_runs_are_counted_by_how_they_ended(statuses: tuple[Status, ...], repeats: int | None, text: str) -> None:
    runs = tuple(a_run(f"r{seed}", seed=seed, status=status) for seed, status in enumerate(statuses))
    plan = a_plan(repeats=repeats) if repeats else None

    assert runs_text(Group("64 units", RUN.recipe, runs, plan)) == text


def test_a_row_says_what_its_runs_cannot_be_compared_with() -> None:
    synthetic = Group("a", RUN.recipe.on("synthetic"))
    older = Group("b", RUN.recipe, older=True)

    assert cells(synthetic, COLUMNS)[0].plain == "a (synthetic)"
    assert cells(older, COLUMNS)[0].plain == "b (older)"


def test_a_long_name_is_cut_but_not_what_it_cannot_be_compared_with() -> None:
    name = cells(Group("x" * 100, RUN.recipe.on("synthetic"), older=True), COLUMNS)[0].plain

    assert name.endswith("x… (older) (synthetic)")
    assert len(name) == LONGEST_NAME


@pytest.mark.parametrize("width", range(40, 140, 7))
def test_there_are_as_many_columns_as_there_is_room_for_the_first_ones_first(width: int) -> None:
    columns = columns_for(width)

    assert columns == COLUMNS[: len(columns)]
    assert len(columns) >= 6
    assert len(columns) <= len(columns_for(width + 7))


@pytest.mark.parametrize(
    ("runs", "words"),
    [((), "1 experiment · 0 runs"), (("a",), "1 experiment · 1 run"), (("a", "b"), "1 experiment · 2 runs")],
)
def test_experiments_and_runs_are_counted_in_words(runs: tuple[str, ...], words: str) -> None:
    assert extent((Group("64 units", RUN.recipe, tuple(map(a_run, runs))),)) == words


async def test_an_empty_history_says_how_to_begin(lab: MakeLab) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("tab", "tab", "enter", "c", "j", "k", "G")

        assert "nothing yet: t trains what the editor holds" in screen_text(pilot)
        assert "0 experiments · 0 runs" in screen_text(pilot)


async def test_an_experiment_has_a_row_with_its_figures(lab: MakeLab, notebook: NotebookFile) -> None:
    notebook.append_experiments((PLAN,))
    notebook.append_run(a_run("r0"))
    notebook.append_run(a_run("r1", seed=1, test=Metrics(0.861, 0.4)))
    async with opened(lab(), columns=120, rows=40) as pilot:
        await pilot.press("tab", "tab", "z")

        row = line_with(pilot, "64 units")
        assert row.split()[1:-1] == [
            *("64", "units", "2/3", ".8600", "±.0000", ".8560", "±.0071", "50,890", "7.2", "2", "64")
        ]


async def test_the_runs_of_an_experiment_are_a_key_away(lab: MakeLab, notebook: NotebookFile) -> None:
    notebook.append_experiments((a_plan(note="[i]dear[/i]", published=Metrics(0.8746, 0.3511)),))
    notebook.append_run(a_run("first", seed=4))
    notebook.append_run(a_run("second", seed=5, status="failed", reason="the loss became nan", test=None))
    async with opened(lab(), columns=120) as pilot:
        await pilot.press("tab", "tab", "enter")
        await shows(pilot, "first")

        assert line_with(pilot, "first").split()[2:11] == [
            *("first", "4", "finished", "2/2", "0.8600", "0.8510", "0.4120", "7.2", "2024-11-24")
        ]
        assert "second: the loss became nan" in screen_text(pilot)
        assert "published: test accuracy 0.8746, loss 0.3511" in screen_text(pilot)
        assert "[i]dear[/i]" in screen_text(pilot)
        await pilot.press("escape")
        assert "first" not in screen_text(pilot)


async def test_an_experiment_is_taken_into_the_editor(
    lab: MakeLab, trainer: QuickTrainer, notebook: NotebookFile
) -> None:
    recipe = Recipe(parse("conv8x3-gap"), hyperparameters(optimizer="sgd", epochs=3))
    notebook.append_run(a_run("r0"))
    notebook.append_run(a_run("r1", experiment="mine", recipe=recipe))
    async with opened(lab()) as pilot:
        await pilot.press("tab", "tab", "G", "c")
        assert "┏━ 1 Architecture" in screen_text(pilot)
        assert "conv2d 8" in screen_text(pilot)
        assert "sgd" in screen_text(pilot)

        await pilot.press("t")
        await shows(pilot, "2 experiments · 3 runs")

    (job,) = trainer.jobs
    assert (job.experiment, job.recipe, job.seed) == ("mine", recipe, 1)


async def test_the_cursor_stays_on_its_experiment_when_others_come(lab: MakeLab, notebook: NotebookFile) -> None:
    for name in ("first", "second", "third"):
        notebook.append_run(a_run(name, experiment=name))
    async with opened(lab()) as pilot:
        await pilot.press("tab", "tab", "j")
        NotebookFile(notebook.path).append_experiments((a_plan("before them all"),))
        await shows(pilot, "4 experiments · 3 runs")

        await pilot.press("enter")
        await shows(pilot, "runs ─.*second")


async def test_the_cursor_stays_on_its_experiment_when_the_columns_change(lab: MakeLab, notebook: NotebookFile) -> None:
    for name in ("first", "second", "third"):
        notebook.append_run(a_run(name, experiment=name))
    app = lab()
    async with opened(app, columns=140, rows=40) as pilot:
        await pilot.press("tab", "tab", "j")
        for columns in (80, 60, 119, 200):
            await pilot.resize_terminal(columns, 40)
            assert app.main.history.group is not None
            assert app.main.history.group.name == "second"


async def test_keys_move_the_cursor(lab: MakeLab, notebook: NotebookFile) -> None:
    for name in ("first", "second", "third"):
        notebook.append_run(a_run(name, experiment=name))
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("tab", "tab")
        for key, name in (("j", "second"), ("down", "third"), ("k", "second"), ("G", "third"), ("g", "first")):
            await pilot.press(key)
            group = app.main.history.group
            assert group is not None
            assert group.name == name


async def test_a_result_is_pointed_at_unless_a_person_is_at_work_there(
    lab: MakeLab, trainer: QuickTrainer, notebook: NotebookFile
) -> None:
    notebook.append_experiments((a_plan("another"),))
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("t")
        await shows(pilot, "2 experiments · 1 run")
        assert app.main.history.group is not None
        assert app.main.history.group.name == "64"

        await pilot.press("tab", "tab", "g", "t")
        await shows(pilot, "2 experiments · 2 runs")
        assert app.main.history.group.name == "another"
