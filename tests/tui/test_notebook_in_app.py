"""The app and the notebook: one that is broken, one that others change, and the report of what it holds."""

import pytest
from fake_trainer import FakeTrainer
from lab_screen import LabPilot, MakeLab, opened, screen_text, shows
from sample_records import a_plan, a_run
from strategies import HOSTILE

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.tui import notebook_reader

BROKEN = 'format = 1\n\n[[run]\nid = "r"\n'
FUTURE = "format = 2\n"


@pytest.mark.parametrize(("text", "problem"), [(BROKEN, "line 3"), (FUTURE, "format = 2")])
async def test_a_broken_notebook_is_told_and_never_written_to(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile, text: str, problem: str
) -> None:
    notebook.path.write_text(text, encoding="utf-8")
    async with opened(lab(), until_it_shows=problem) as pilot:
        await pilot.press("escape", "plus")
        assert "dense 65 relu" in screen_text(pilot)
        await pilot.press("t")
        await shows(pilot, problem)
        await pilot.press("tab", "tab")
        assert "the notebook cannot be read" in screen_text(pilot)

    assert trainer.jobs == []
    assert notebook.path.read_text(encoding="utf-8") == text


async def test_a_notebook_that_is_mended_meanwhile_is_taken_up(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    notebook.path.write_text(BROKEN, encoding="utf-8")
    async with opened(lab(), until_it_shows="line 3") as pilot:
        notebook.path.write_text('[[experiment]]\nname = "mended"\narchitecture = "64"\n', encoding="utf-8")
        await pilot.press("escape", "tab", "tab")
        await shows(pilot, "mended")
        assert "cannot be read" not in screen_text(pilot)

        await pilot.press("t")
        await shows(pilot, "1 experiment · 1 run")

    assert [job.experiment for job in trainer.jobs] == ["mended"]


async def test_a_notebook_broken_meanwhile_keeps_what_is_shown_and_is_told_once(
    lab: MakeLab, notebook: NotebookFile
) -> None:
    notebook.append_run(a_run())
    async with opened(lab()) as pilot:
        notebook.path.write_text(BROKEN, encoding="utf-8")
        await shows(pilot, "line 3")
        await pilot.press("escape")
        for _ in range(10):
            await pilot.pause(0.02)

        assert "Esc" not in screen_text(pilot)
        await pilot.press("tab", "tab")
        assert "64 units" in screen_text(pilot)
        assert "the notebook cannot be read" in screen_text(pilot)


async def test_a_run_that_cannot_be_recorded_is_told_and_the_file_left_as_it_is(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    trainer.on_first_epoch = lambda: notebook.path.write_text(BROKEN, encoding="utf-8")
    async with opened(lab()) as pilot:
        await pilot.press("t")
        await shows(pilot, "not recorded")
        assert "line 3" in screen_text(pilot)

    assert notebook.path.read_text(encoding="utf-8") == BROKEN


async def test_a_large_notebook_is_read_in_a_thread_and_shown_as_a_small_one_is(
    lab: MakeLab, notebook: NotebookFile, trainer: FakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebook_reader, "QUICK_BYTES", -1)
    monkeypatch.setattr(notebook_reader, "MANY_RUNS", 0)
    notebook.append_run(a_run(experiment="there before"))
    async with opened(lab()) as pilot:
        await pilot.press("t", "tab", "tab")
        await shows(pilot, "there before.*2 experiments · 2 runs")
        NotebookFile(notebook.path).append_run(a_run("r1", experiment="from elsewhere"))
        await shows(pilot, "from elsewhere")


async def test_what_another_program_adds_shows_up(lab: MakeLab, notebook: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("tab", "tab")
        assert "nothing yet" in screen_text(pilot)

        NotebookFile(notebook.path).append_run(a_run(experiment="from elsewhere"))
        await shows(pilot, "from elsewhere")

        notebook.path.unlink()
        await shows(pilot, "nothing yet")


async def test_names_that_would_act_show_as_their_characters(lab: MakeLab, notebook: NotebookFile) -> None:
    notebook.append_run(a_run(experiment="[@click=app.quit]x[/]", reason="[bold]because\x1b[2J", status="stopped"))
    notebook.append_experiments((a_plan("\x1b[31mred\nline", note="[link=file:///]a note[/link]"),))
    app = lab()
    async with opened(app, columns=100) as pilot:
        await pilot.press("tab", "tab", "G", "enter", "j")
        await shows(pilot, "because")

        assert "[@click=app.quit]x[/]" in screen_text(pilot)
        assert "[bold]because\\x1b[2J" in screen_text(pilot)
        await pilot.press("g", "i")
        await shows(pilot, "a note")
        assert "\\x1b[31mred\\nline" in screen_text(pilot)
        assert "[link=file:///]a note[/link]" in screen_text(pilot)


async def test_hostile_names_can_be_listed_and_looked_into(lab: MakeLab, notebook: NotebookFile) -> None:
    for number, name in enumerate(name for name in HOSTILE if name.strip() and not name.isprintable()):
        notebook.append_run(a_run(f"run-{number}", experiment=name, seed=number, reason=name, status="failed"))
    runs = notebook.read().runs
    async with opened(lab()) as pilot:
        await pilot.press("tab", "tab", "g")
        for run in runs:
            assert not acting_characters(pilot)
            await pilot.press("enter", "down", "i")
            await shows(pilot, f"{run.id}.*arrows scroll")
            assert not acting_characters(pilot)
            await pilot.press("escape", "down")


async def test_an_experiment_of_a_hostile_name_can_be_trained(
    lab: MakeLab, trainer: FakeTrainer, notebook: NotebookFile
) -> None:
    notebook.append_experiments((a_plan("[@click=app.quit]x[/]\n\x1b[31m", repeats=1),))
    async with opened(lab()) as pilot:
        await pilot.press("tab", "tab", "c", "t")
        await shows(pilot, "1 experiment · 1 run")
        assert not acting_characters(pilot)

    assert [run.experiment for run in notebook.read().runs] == ["[@click=app.quit]x[/]\n\x1b[31m"]


def acting_characters(pilot: LabPilot) -> set[str]:
    """Return what is on the screen and no character that stands for itself, but for the joiner within emoji."""
    return {each for each in screen_text(pilot) if not each.isprintable()} - {"\n", "\u200d"}
