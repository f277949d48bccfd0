"""The history on the screen: rows and what unfolds from them, moved over, arranged, marked and looked into."""

from functools import partial
from pathlib import Path
from threading import Event

import pytest
from fake_trainer import FakeTrainer
from lab_screen import LabPilot, MakeLab, line_with, opened, screen_text, shows, until
from sample_records import PLAN, a_plan, a_run
from textual.geometry import Size

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.recipe import Recipe, hyperparameters
from fmnist_tui.lab.records.run import Curves, Metrics
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.settings.config_file import settings_path
from fmnist_tui.lab.toml.reading import Notebook
from fmnist_tui.tui import notebook_reader
from fmnist_tui.tui.app import LabApp
from fmnist_tui.tui.comparison.screen import ComparisonScreen
from fmnist_tui.tui.history.pane import HistoryPane

HISTORY = ("tab", "tab")
"""The keys that lead from the editor to the history."""


def cursor(app: LabApp) -> str:
    """Return what the cursor is on: a group's name, or its name and the seed of a run."""
    row = app.main.history.row
    assert row is not None
    return f"{row.group.name} {row.entry.seed}" if row.entry else row.group.name


def names(app: LabApp) -> list[str]:
    """Return the names of the groups, as they are arranged."""
    return [group.name for group in app.main.history.table.view.arranged]


@pytest.fixture
def three(notebook: NotebookFile) -> NotebookFile:
    """A notebook with three experiments of one run, the second the best and the first the quickest."""
    for name, accuracy, seconds in (("first", 0.86, 1.0), ("second", 0.88, 3.0), ("third", 0.84, 2.0)):
        curves = Curves((0.9,), (0.3,), (accuracy,), (0.4,))
        notebook.append_run(a_run(name, experiment=name, curves=curves, seconds=seconds, test=Metrics(accuracy, 0.4)))
    return notebook


async def test_an_empty_history_says_how_to_begin_and_no_key_breaks_it(lab: MakeLab) -> None:
    app = lab()
    async with opened(app) as pilot:
        keys = "enter,E,space,c,j,k,g,G,v,e,r,i,n,escape,H,escape,asterisk,b,R,escape,d,y,O,less_than_sign,left,right"
        await pilot.press(*HISTORY, *keys.split(","))

        assert "nothing yet: press t to train this network" in screen_text(pilot)
        assert str(app.main.history.border_subtitle).endswith("0 experiments · 0 runs")


async def test_a_training_ends_the_empty_history(lab: MakeLab, trainer: FakeTrainer) -> None:
    trainer.may_end.clear()
    async with opened(lab(), columns=120, rows=40) as pilot:
        assert "nothing yet: press t" in screen_text(pilot)
        await pilot.press("t")
        await shows(pilot, "1 experiment · 0 runs")
        await until(pilot, lambda: "nothing yet" not in screen_text(pilot))
        trainer.may_end.set()
        await shows(pilot, "1 experiment · 1 run")

        assert "nothing yet" not in screen_text(pilot)


async def test_a_history_that_is_still_read_is_not_called_empty(
    lab: MakeLab, three: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_end, read = Event(), NotebookFile.read

    def read_slowly(file: NotebookFile) -> Notebook:
        assert may_end.wait(60)
        return read(file)

    monkeypatch.setattr(notebook_reader, "QUICK_BYTES", 0)
    monkeypatch.setattr(NotebookFile, "read", read_slowly)
    app = lab()
    async with opened(app, until_it_shows="3 History", columns=120, rows=40) as pilot:
        app.show_activity()
        await pilot.pause()
        assert "nothing yet" not in screen_text(pilot)

        may_end.set()
        await shows(pilot, "3 experiments · 3 runs")


async def test_an_experiment_has_a_row_with_its_figures(lab: MakeLab, notebook: NotebookFile) -> None:
    notebook.append_experiments((PLAN,))
    notebook.append_run(a_run("r0"))
    notebook.append_run(a_run("r1", seed=1, test=Metrics(0.861, 0.4)))
    async with opened(lab(), columns=140, rows=40) as pilot:
        await pilot.press(*HISTORY, "f")

        row = line_with(pilot, "64 units")
        assert row.split()[1:-1] == [
            *(
                "▸",
                "64",
                "units",
                "2/3",
                "○",
                "planned",
                ".8600",
                "±.0000",
                ".8560",
                "±.0071",
                "50,890",
                "7.2",
                "2",
                "2",
            )
        ]


async def test_runs_unfold_beneath_their_experiment_and_fold_away_again(lab: MakeLab, notebook: NotebookFile) -> None:
    notebook.append_experiments((PLAN,))
    notebook.append_run(a_run("stays", seed=0))
    notebook.append_run(a_run("broke", seed=1, status="failed", reason="the loss became nan", test=None))
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "enter")

        assert line_with(pilot, "stays").split()[1:-1] == ["seed", "0", "stays", "✓", "finished", ".8600", ".8510"]
        assert line_with(pilot, "broke").split()[1:-1] == ["seed", "1", "broke", "✗", "failed", ".8600", "–"]
        assert line_with(pilot, "seed 2").split()[1:-1] == ["seed", "2", "○", "planned", "–", "–"]
        await pilot.press("j", "j")
        assert "the loss became nan" in screen_text(pilot)
        await pilot.press("enter")
        assert "stays" not in screen_text(pilot)
        assert line_with(pilot, "64 units").split()[1] == "▸"


async def test_all_runs_unfold_and_fold_at_once(lab: MakeLab, three: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "E")
        assert screen_text(pilot).count("seed 0") == 3
        await pilot.press("E")
        assert screen_text(pilot).count("seed 0") == 0


async def test_all_that_is_known_of_a_row_can_be_read(lab: MakeLab, notebook: NotebookFile) -> None:
    plan = a_plan(note="[i]dear[/i]", hypothesis="it will do", published=Metrics(0.8746, 0.3511))
    notebook.append_experiments((plan,))
    notebook.append_run(a_run("first", seed=4, note="a good one"))
    async with opened(lab(), columns=120, rows=40) as pilot:
        await pilot.press(*HISTORY, "i")
        await shows(pilot, "recipe +64 · adam 0.001 · batch 64 · 2 epochs")
        await shows(pilot, "published +test accuracy 0.8746, loss 0.3511")
        await shows(pilot, "best val acc +.8600.*hypothesis +it will do")
        assert "[i]dear[/i]" in screen_text(pilot)

        await pilot.press("escape", "enter", "j", "i")
        await shows(pilot, "trained on +x86_64, 2 cores, Linux; TensorFlow 2.20.0")
        assert "2 of 2; best validation accuracy .8600 in 2" in screen_text(pilot)
        assert "a good one" in screen_text(pilot)


async def test_keys_move_the_cursor(lab: MakeLab, three: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY)
        for key, name in (
            *(("j", "second"), ("down", "third"), ("down", "third"), ("k", "second"), ("up", "first")),
            *(("G", "third"), ("g", "first"), ("pagedown", "third"), ("pageup", "first"), ("end", "third")),
        ):
            await pilot.press(key)
            assert cursor(app) == name


async def test_a_click_moves_the_cursor_unfolds_or_sorts(lab: MakeLab, three: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY)
        table = app.main.history.table
        await pilot.click(table, offset=(10, 3))
        assert cursor(app) == "third"
        await pilot.click(table, offset=(1, 2))
        assert "seed 0" in screen_text(pilot)
        title = screen_text(pilot).splitlines()[3].index("val acc")
        await pilot.click(table, offset=(title, 0))
        assert names(app) == ["second", "first", "third"]
        await pilot.click(table, offset=(title, 0))
        assert names(app) == ["third", "first", "second"]


async def test_a_double_click_unfolds_a_row_and_clicks_on_the_arrows_in_the_heading_shift_the_columns(
    lab: MakeLab, three: NotebookFile
) -> None:
    app = lab()
    async with opened(app, columns=60, rows=20) as pilot:
        await pilot.press(*HISTORY)
        table = app.main.history.table
        await pilot.click(table, offset=(10, 2), times=2)
        assert cursor(app) == "second"
        assert "seed 0" in screen_text(pilot)

        await pilot.click(table, offset=(2, 0))
        assert table.hidden == 1
        await pilot.click(table, offset=(0, 0))
        assert table.hidden == 0


# Staying in place


async def test_the_cursor_stays_on_its_experiment_when_others_come(lab: MakeLab, three: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY, "j")
        NotebookFile(three.path).append_experiments((a_plan("before them all"),))
        await shows(pilot, "4 experiments · 3 runs")

        assert names(app)[0] == "before them all"
        assert cursor(app) == "second"


async def test_what_is_seen_stays_on_its_lines_when_others_come_above(lab: MakeLab, notebook: NotebookFile) -> None:
    notebook.append_experiments(tuple(a_plan(f"plan {number:02}") for number in range(60)))
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY, "G", *["k"] * 9)
        before = screen_text(pilot).splitlines()
        text = notebook.path.read_text(encoding="utf-8")
        head, _, rest = text.partition("\n[[experiment]]")
        new = "".join(f'[[experiment]]\nname = "new {number}"\narchitecture = "8"\n\n' for number in range(7))
        notebook.path.write_text(f"{head}\n{new}[[experiment]]{rest}", encoding="utf-8")
        await shows(pilot, "67 experiments")

        assert cursor(app) == "plan 50"
        after = screen_text(pilot).splitlines()
        assert [line[:40] for line in after[4:20]] == [line[:40] for line in before[4:20]]


async def test_the_cursor_is_always_in_view(lab: MakeLab, notebook: NotebookFile) -> None:
    notebook.append_experiments(tuple(a_plan(f"plan {number:02}", repeats=2) for number in range(60)))
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY)
        for keys in (["pagedown"], ["pagedown", "j"], ["enter"], ["G"], ["k"] * 20, ["E"], ["E"], ["g"]):
            await pilot.press(*keys)
            assert seen(app)
        await pilot.press("G")
        await pilot.resize_terminal(80, 20)
        await until(pilot, lambda: app.size == Size(80, 20) and seen(app))
        await pilot.press("tab", "tab", "tab")
        assert seen(app)


def seen(app: LabApp) -> bool:
    """Whether the row of the cursor is on the screen."""
    table = app.main.history.table
    return table.scroll_y <= table.view.at < table.scroll_y + table.page


def is_drawn(pilot: LabPilot, columns: int) -> bool:
    """Whether the app has this width, with its table in it."""
    return pilot.app.size.width == columns and "val acc" in screen_text(pilot)


async def test_the_cursor_stays_when_the_terminal_changes(lab: MakeLab, three: NotebookFile) -> None:
    app = lab()
    async with opened(app, columns=140, rows=40) as pilot:
        await pilot.press(*HISTORY, "j")
        for columns in (80, 60, 119, 200):
            await pilot.resize_terminal(columns, 40)
            await until(pilot, partial(is_drawn, pilot, columns))
            assert cursor(app) == "second"


async def test_a_result_is_pointed_at_unless_a_person_is_at_work_there(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    notebook.append_experiments((a_plan("another"),))
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("t")
        await shows(pilot, "2 experiments · 1 run")
        assert cursor(app) == "64"

        await pilot.press(*HISTORY, "g", "t")
        await shows(pilot, "2 experiments · 2 runs")
        assert cursor(app) == "another"


# What goes on


async def test_what_runs_and_what_waits_is_told_by_sign_and_word(lab: MakeLab, trainer: FakeTrainer) -> None:
    trainer.may_end.clear()
    async with opened(lab()) as pilot:
        await pilot.press("end", "enter", "3", "enter", "t", *HISTORY)
        await shows(pilot, "▶ running »2")
        await pilot.press("enter")
        await shows(pilot, "seed 0.*▶ running.*seed 1.*» queued.*seed 2.*» queued")

        trainer.may_end.set()
        await shows(pilot, "3 runs")
        assert screen_text(pilot).count("✓ finished") == 4


async def test_what_a_plan_lacks_is_trained_from_its_row(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    notebook.append_experiments((a_plan("mine", repeats=3),))
    notebook.append_run(a_run("r1", experiment="mine", seed=1))
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "r")
        await shows(pilot, "training seeds 0, 2.*1 experiment · 3 runs")
        await pilot.press("r")
        await shows(pilot, "all planned seeds are trained")

    assert trainer.seeds == [0, 2]


async def test_what_is_for_another_dataset_is_not_trained(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    notebook.append_experiments((a_plan("mine", dataset="synthetic"),))
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "r")
        await shows(pilot, "needs synthetic")

    assert trainer.jobs == []


# Arranging


async def test_a_picker_sorts_by_any_column_and_keys_turn_and_move_the_order(lab: MakeLab, three: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY, "o", *"seconds", "enter")
        await pilot.pause()
        assert names(app) == ["first", "third", "second"]
        await pilot.press("O")
        assert names(app) == ["second", "third", "first"]
        await pilot.press("less_than_sign")
        await pilot.press("o", *"val acc", "enter")
        await pilot.pause()
        assert "val acc▼" in screen_text(pilot)
        assert names(app) == ["second", "first", "third"]
        await pilot.press("greater_than_sign")
        assert "test acc▼" in screen_text(pilot)
        await pilot.press("less_than_sign", "less_than_sign", "less_than_sign", "less_than_sign")
        assert "experiment▲" in screen_text(pilot)
        await pilot.press("less_than_sign")
        assert names(app) == ["first", "second", "third"]
        await pilot.press("O")
        await shows(pilot, "in the notebook's order")


async def test_the_border_says_by_what_the_rows_are_sorted_and_in_which_direction(
    lab: MakeLab, three: NotebookFile
) -> None:
    app = lab()
    async with opened(app, columns=60, rows=20) as pilot:
        await pilot.press(*HISTORY, "o", *"seconds", "enter")
        await shows(pilot, "by s ▲ lowest first · 3 experiments")
        await pilot.press("O")
        await shows(pilot, "by s ▼ highest first")
        await pilot.press("o", *"learning", "enter")
        await shows(pilot, "by rate ▲")


async def test_sorting_keeps_the_cursor_on_its_row_and_the_row_in_view(lab: MakeLab, notebook: NotebookFile) -> None:
    notebook.append_experiments(tuple(a_plan(f"plan {number:02}", repeats=2) for number in range(60)))
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY, *["pagedown"] * 2, "j")
        there = cursor(app)
        for keys in (["o", *"experiment", "enter"], ["O"], ["o", *"state", "enter"], ["o", *"notebook", "enter"]):
            await pilot.press(*keys)
            await pilot.pause()
            assert cursor(app) == there
            assert seen(app)


async def test_a_column_off_the_screen_comes_in_when_it_is_sorted_by(lab: MakeLab, three: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY)
        assert "best ep" not in screen_text(pilot)
        await pilot.press("o", *"best ep", "enter")
        await shows(pilot, "best ep▲|best ep▼")
        assert "batch" not in app.main.history.table.columns
        await pilot.press("o", *"batch", "enter")
        await shows(pilot, "experiment +batch▲")
        await pilot.press("o", *"notebook", "enter")
        await shows(pilot, r"\A(?!.*batch)")


async def test_columns_that_have_no_room_are_scrolled_to(lab: MakeLab, three: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY)
        assert "  ›experiment" in screen_text(pilot)
        await pilot.press(*["right"] * 20)
        assert "‹  experiment" in screen_text(pilot)
        assert "layers" in screen_text(pilot)
        await pilot.press(*["left"] * 20)
        assert "  ›experiment" in screen_text(pilot)


async def test_columns_are_chosen_and_put_in_order_and_the_choice_is_kept(lab: MakeLab, three: NotebookFile) -> None:
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_text('# mine\ntheme = "nord"\n', encoding="utf-8")
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "vertical_line")
        await shows(pilot, r"\[x\] runs")
        await pilot.press("space", "j", "J", "enter")
        await shows(pilot, "experiment +val acc +state +test acc")

    assert settings_path().read_text(encoding="utf-8").startswith('# mine\ntheme = "nord"\n')
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY)
        await shows(pilot, "experiment +val acc +state +test acc")
        await pilot.press("vertical_line", "space", "escape")
        assert "val acc" in screen_text(pilot)
        await pilot.press("vertical_line", "0", "enter")
        await shows(pilot, "experiment +runs +state +val acc")


async def test_the_column_chooser_says_its_keys_and_all_about_a_column_on_the_smallest_screen(
    lab: MakeLab, three: NotebookFile
) -> None:
    async with opened(lab(), columns=60, rows=20) as pilot:
        await pilot.press(*HISTORY, "vertical_line", *"jjj")
        await shows(pilot, "half its 95 % interval.*Space shows or hides.*restores the default.*Esc cancels")
        await pilot.press("G")
        await shows(pilot, "Space shows or hides.*Esc cancels")


async def test_columns_that_cannot_be_kept_are_shown_all_the_same(lab: MakeLab, three: NotebookFile) -> None:
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_text("history = 3\n", encoding="utf-8")
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "vertical_line", "space", "enter")
        await shows(pilot, "experiment +state")
        await shows(pilot, "could not be saved")

    assert settings_path().read_text(encoding="utf-8") == "history = 3\n"


# Looking closer


async def test_an_experiment_and_a_run_of_it_are_taken_into_the_editor(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    recipe = Recipe(parse("conv8x3-gap"), hyperparameters(optimizer="sgd", epochs=3))
    notebook.append_run(a_run("r0"))
    notebook.append_run(a_run("r1", experiment="mine", recipe=recipe))
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "G", "c")
        assert "┏━ 1 Architecture" in screen_text(pilot)
        assert "conv2d 8" in screen_text(pilot)
        assert "sgd" in screen_text(pilot)

        await pilot.press("t")
        await shows(pilot, "2 experiments · 3 runs")

    (job,) = trainer.jobs
    assert (job.experiment, job.recipe, job.seed) == ("mine", recipe, 1)


async def test_the_editor_says_which_seed_is_trained_instead_of_a_finished_one(
    lab: MakeLab, three: NotebookFile, trainer: FakeTrainer
) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY, "enter", "j", "c")
        await shows(pilot, r"t trains seed 1 \(0 is trained\)")
        await pilot.press("t")
        await shows(pilot, r"t trains seed 2 \(0–1 are trained\)")


async def test_marked_rows_are_told_compared_and_unmarked(lab: MakeLab, three: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY, "v")
        await shows(pilot, "mark two or more rows with Space")
        await pilot.press("space", "G", "space")
        assert "●▸ first" in screen_text(pilot)
        assert "● 2 marked: v compares, Esc unmarks" in screen_text(pilot)
        await pilot.press("v")
        await shows(pilot, "(?s)first.*third")
        assert not isinstance(app.focused, type(app.main.history.table))
        await pilot.press("escape")
        await pilot.press("escape")
        assert "●▸" not in screen_text(pilot)


async def test_what_is_marked_is_told_to_whoever_draws_curves(lab: MakeLab, three: NotebookFile) -> None:
    told: list[list[str]] = []
    app = lab()
    app.main.training.show_beneath = lambda groups: told.append([group.name for group in groups])  # type: ignore[method-assign]
    async with opened(app) as pilot:
        await pilot.press(*HISTORY, "space", "j", "space", "k", "space", "escape")

    assert told == [["first"], ["first", "second"], ["second"], []]


async def test_what_is_compared_keeps_the_letters_that_it_has_in_the_charts(lab: MakeLab, three: NotebookFile) -> None:
    app = lab()
    async with opened(app, columns=140, rows=45) as pilot:
        await pilot.press(*HISTORY, "space", "j", "space", "k", "space", "G", "space")
        await shows(pilot, "b second.*a third")
        in_the_charts = {group.name: mark for group, mark in app.main.training.charts.marked}

        await pilot.press("v")
        await shows(pilot, "b second.*a third")
        assert isinstance(app.screen, ComparisonScreen)
        compared = zip(app.screen.groups, app.screen.marks, strict=True)
        assert {group.name: mark for group, mark in compared} == in_the_charts


async def test_errors_of_a_run_are_a_key_away(lab: MakeLab, three: NotebookFile) -> None:
    async with opened(lab(), columns=120, rows=40) as pilot:
        await pilot.press(*HISTORY, "e")
        await shows(pilot, "errors of")


async def test_what_is_inside_a_run_is_a_key_away(lab: MakeLab, three: NotebookFile) -> None:
    async with opened(lab(), columns=120, rows=40) as pilot:
        await pilot.press(*HISTORY, "I")
        await shows(pilot, "no weights of this run are kept")
        await pilot.press("q")
        await shows(pilot, "3 History")


async def test_errors_are_of_the_row_under_the_cursor_and_with_two_marked_the_choice_is_offered(
    lab: MakeLab, three: NotebookFile
) -> None:
    async with opened(lab(), columns=120, rows=40) as pilot:
        await pilot.press(*HISTORY, "space", "j", "e")
        await shows(pilot, "errors of.*second")
        await pilot.press("q")
        await pilot.press("space", "j", "e")
        await shows(pilot, "Two rows are marked.*errors of third.*compare first seed 0 with second seed 0")
        await pilot.press("e")
        await shows(pilot, "errors of.*third")
        await pilot.press("q", "e", "v")
        await shows(pilot, "errors of.*first")


async def copied(pilot: LabPilot, notebook: NotebookFile, choice: str, name: str) -> str:
    """Copy something and return what the file holds."""
    await pilot.press("y", *choice, "enter")
    await shows(pilot, f"written to .*{name[:5]}")
    path: Path = notebook.path.parent / "runs" / "copied" / name
    return path.read_text(encoding="utf-8")


async def test_rows_ids_and_scripts_are_copied(lab: MakeLab, three: NotebookFile) -> None:
    async with opened(lab(), columns=140, rows=40) as pilot:
        await pilot.press(*HISTORY)
        titles, row = (await copied(pilot, three, "row", "rows.tsv")).splitlines()
        assert titles.split("\t")[:4] == ["experiment", "runs", "state", "val acc"]
        assert row.split("\t")[:4] == ["first", "1", "✓ finished", ".8600"]
        assert await copied(pilot, three, "id", "id.txt") == "first\n"
        assert await copied(pilot, three, "name", "name.txt") == "first\n"
        assert "keras.Sequential" in await copied(pilot, three, "script", "train.py")

        await pilot.press("space", "j", "space")
        table = (await copied(pilot, three, "Markdown", "rows.md")).splitlines()
        assert [line.split(" | ")[0] for line in table] == ["| experiment", "| ---", "| first", "| second"]


async def test_the_help_explains_the_signs_and_the_filter(lab: MakeLab, three: NotebookFile) -> None:
    async with opened(lab(), columns=120, rows=50) as pilot:
        await pilot.press(*HISTORY, "question_mark")
        await shows(pilot, "help: History")
        await pilot.press("tab")
        await shows(pilot, "One row for each experiment")
        for words in ("◐ interrupted", "acc>0.87 params<60k", "≈ not resolved"):
            assert words in screen_text(pilot)


def test_every_key_of_the_history_has_an_id_and_says_what_it_does() -> None:
    from textual.binding import Binding

    from fmnist_tui.tui.history.table import HistoryTable

    bindings = [each for kind in (HistoryPane, HistoryTable) for each in kind.BINDINGS if isinstance(each, Binding)]
    assert len(bindings) > 30
    assert all(each.id and each.tooltip and each.description for each in bindings)
    assert len({each.id for each in bindings}) == len(bindings)
