"""Notes, stars, names, the baseline and deletion, edited in the history, and each taken back."""

import pytest
from filelock import FileLock
from lab_screen import LabPilot, MakeLab, opened, screen_text, shows, until
from sample_records import a_plan, a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import Experiment, Run
from fmnist_tui.tui.app import LabApp
from fmnist_tui.tui.history.pane import HistoryPane

HISTORY = ("tab", "tab")


@pytest.fixture
def mine(notebook: NotebookFile) -> NotebookFile:
    """A notebook with two plans and a run of each."""
    notebook.append_experiments((a_plan("mine", note="old"), a_plan("other")))
    notebook.append_run(a_run("r-mine", experiment="mine"))
    notebook.append_run(a_run("r-other", experiment="other"))
    return notebook


def extent(pilot: LabPilot) -> str | None:
    """Return how much the history holds, as its border says, which a notice may cover."""
    return pilot.app.screen.query_one(HistoryPane).border_subtitle


def plan(notebook: NotebookFile, name: str = "mine") -> Experiment:
    """Return a plan as the file has it now."""
    return next(each for each in NotebookFile(notebook.path).read().experiments if each.name == name)


def run(notebook: NotebookFile, run_id: str = "r-mine") -> Run:
    """Return a run as the file has it now."""
    return next(each for each in NotebookFile(notebook.path).read().runs if each.id == run_id)


async def test_a_note_is_edited_in_place_and_the_edit_taken_back(lab: MakeLab, mine: NotebookFile) -> None:
    before = mine.path.read_bytes()
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "n")
        assert "note old" in screen_text(pilot)
        await pilot.press(*["backspace"] * 3, *"[b]new[/b]", "enter")
        await shows(pilot, r"note saved: mine")
        assert plan(mine).note == "[b]new[/b]"
        await shows(pilot, r"\[b\]new\[/b\]")

        await pilot.press("u")
        await shows(pilot, "undone: note saved")

    assert mine.path.read_bytes() == before


async def test_a_note_that_is_left_or_not_changed_changes_nothing(lab: MakeLab, mine: NotebookFile) -> None:
    before = mine.path.stat().st_mtime_ns
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "n", *"er", "tab", "escape", "n", "enter")
        assert pilot.app.focused is pilot.app.screen.query_one("HistoryTable")

    assert mine.path.stat().st_mtime_ns == before


async def test_a_note_is_taken_away_by_leaving_it_empty(lab: MakeLab, mine: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "n", "ctrl+u", "enter")
        await shows(pilot, "note removed")

    assert plan(mine).note is None


async def test_a_run_has_a_note_and_a_star_of_its_own(lab: MakeLab, mine: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "enter", "j", "n", *"odd", "enter")
        await shows(pilot, "note saved: run r-mine")
        await pilot.press("asterisk")
        await shows(pilot, "seed 0 ★ r-mine")

    assert (run(mine).note, run(mine).starred) == ("odd", True)
    assert plan(mine).note == "old"


async def test_a_hypothesis_a_star_and_a_baseline_are_kept_and_shown(lab: MakeLab, mine: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "H", *"it wins", "enter", "asterisk", "b")
        await shows(pilot, "★ ⚑ mine.*expected: it wins")
        found = plan(mine)
        assert (found.hypothesis, found.starred, found.baseline) == ("it wins", True, True)

        await pilot.press("j", "b")
        await shows(pilot, "⚑ other")
        assert not plan(mine).baseline
        await pilot.press("u")
        await shows(pilot, "⚑ mine")
        assert not plan(mine, "other").baseline
        await pilot.press("u", "u", "u")
        await shows(pilot, "undone: hypothesis saved")

    found = plan(mine)
    assert (found.hypothesis, found.starred, found.baseline) == (None, False, False)


async def test_an_experiment_is_renamed_with_its_runs_and_keeps_the_cursor(lab: MakeLab, mine: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY, "R", "ctrl+u", *"new name", "enter")
        await shows(pilot, "▸ new name")
        assert app.main.history.group is not None
        assert app.main.history.group.name == "new name"
        assert run(mine).experiment == "new name"

        await pilot.press("R", "ctrl+u", *"other", "enter")
        await shows(pilot, "there is.* already|is taken")
        await pilot.press("u")
        await shows(pilot, "▸ mine")

    assert run(mine).experiment == "mine"


async def test_a_name_cannot_be_empty(lab: MakeLab, mine: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "R", "ctrl+u", "enter")
        assert "name " in screen_text(pilot)
        await pilot.press("escape")

    assert plan(mine).name == "mine"


async def test_an_experiment_is_deleted_at_once_and_brought_back_byte_for_byte(
    lab: MakeLab, mine: NotebookFile
) -> None:
    before = mine.path.read_bytes()
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "d")
        await until(pilot, lambda: extent(pilot) == "1 experiment · 1 run")
        await shows(pilot, "deleted: experiment")
        assert [each.name for each in NotebookFile(mine.path).read().experiments] == ["other"]

        await pilot.press("u")
        await until(pilot, lambda: extent(pilot) == "2 experiments · 2 runs")

    assert mine.path.read_bytes() == before


async def test_a_run_alone_is_deleted(lab: MakeLab, mine: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "enter", "j", "d")
        await until(pilot, lambda: extent(pilot) == "2 experiments · 1 run")

    assert [each.id for each in NotebookFile(mine.path).read().runs] == ["r-other"]


async def test_what_was_deleted_in_an_earlier_session_is_brought_back_too(lab: MakeLab, mine: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "d")
        await until(pilot, lambda: extent(pilot) == "1 experiment · 1 run")
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "u")
        await until(pilot, lambda: extent(pilot) == "2 experiments · 2 runs")
        await pilot.press("u")
        await shows(pilot, "nothing to undo")


async def test_what_cannot_be_changed_is_told_in_a_line(lab: MakeLab, mine: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press(*HISTORY)
        app.notebook_file.path.write_text("[[broken\n", encoding="utf-8")
        await pilot.press("asterisk")
        await shows(pilot, "line 1")

    assert mine.path.read_text(encoding="utf-8") == "[[broken\n"


async def test_the_screen_lives_while_another_program_writes_the_notebook(lab: MakeLab, mine: NotebookFile) -> None:
    lock = FileLock(mine.runs_folder / f".{mine.path.name}.lock")
    app = lab()
    async with opened(app) as pilot:
        with lock:
            await pilot.press(*HISTORY, "asterisk", "n", *"er", "enter", "j")
            assert row_name(app) == "other"
            assert not plan(mine).starred
        await until(pilot, lambda: plan(mine).starred and plan(mine).note == "older")


def row_name(app: LabApp) -> str:
    """Return the name of the group under the cursor."""
    group = app.main.history.group
    assert group is not None
    return group.name


async def test_what_is_only_planned_or_waits_has_nothing_to_be_changed(lab: MakeLab, mine: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "enter", "j", "j")
        for key in ("n", "asterisk", "d"):
            await pilot.press(key)
            await shows(pilot, "not in the notebook yet")
        assert pilot_line_closed(pilot)


def pilot_line_closed(pilot: LabPilot) -> bool:
    """Whether nothing is asked at the foot."""
    return "Enter saves" not in screen_text(pilot)


async def test_what_was_undone_is_done_again_byte_for_byte(lab: MakeLab, mine: NotebookFile) -> None:
    def written() -> bytes:
        return mine.path.read_bytes()

    edits = {
        "note saved": ("n", *"er", "enter"),
        "starred": ("asterisk",),
        "baseline": ("b",),
        "renamed": ("R", *"s", "enter"),
        "deleted": ("d",),
    }
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY)
        stages = [written()]
        for words, keys in edits.items():
            await pilot.press(*keys)
            await shows(pilot, f"[^:] {words}|┃ {words}")
            stages.append(written())
        assert len(set(stages)) == len(stages)

        for stage in reversed(stages[:-1]):
            await pilot.press("u")
            await until(pilot, lambda stage=stage: written() == stage)  # type: ignore[misc]
        for words, stage in zip(edits, stages[1:], strict=True):
            await pilot.press("U")
            await shows(pilot, f"redone: {words}")
            assert written() == stage

        await pilot.press("U")
        await shows(pilot, "nothing to redo")


async def test_a_new_edit_forgets_what_was_undone(lab: MakeLab, mine: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "n", *"er", "enter", "u")
        await shows(pilot, "undone: note saved")
        await pilot.press("asterisk")
        await shows(pilot, "starred: mine")
        await pilot.press("U")
        await shows(pilot, "nothing to redo")
        await pilot.press("u")
        await shows(pilot, "undone: starred")

    assert (plan(mine).note, plan(mine).starred) == ("old", False)


async def test_a_deletion_of_an_earlier_session_is_restored_and_made_again(lab: MakeLab, mine: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "d")
        await shows(pilot, "deleted: experiment")
    without = mine.path.read_bytes()
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "u")
        await shows(pilot, "restored: experiment")
        await pilot.press("U")
        await shows(pilot, "redone: deleted")
        assert mine.path.read_bytes() == without
        await pilot.press("u")
        await shows(pilot, "restored: experiment")
