"""The report written from the app: of everything, or of the marked experiments alone."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from threading import Semaphore

import pytest
from lab_screen import MakeLab, opened, screen_text, shows, until
from sample_records import PLAN, a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.report import export
from fmnist_tui.lab.report.figures.drawing import FORMATS, ReportFigure
from fmnist_tui.lab.report.unfinished import PREFIX
from fmnist_tui.tui.background import Lane
from fmnist_tui.tui.widgets.dialogs import QuestionDialog

HISTORY = ("tab", "tab")
"""The keys that lead from the editor to the history."""


@pytest.fixture
def three(notebook: NotebookFile) -> NotebookFile:
    """A notebook with three experiments of one run."""
    for name in ("first", "it's second", "third"):
        notebook.append_run(a_run(f"{name[0]}0", experiment=name))
    return notebook


def report(notebook: NotebookFile) -> str:
    """Return the report beside a notebook."""
    return notebook.path.with_name("report.md").read_text(encoding="utf-8")


async def test_the_report_is_written_beside_the_notebook(lab: MakeLab, notebook: NotebookFile) -> None:
    notebook.append_experiments((PLAN,))
    notebook.append_run(a_run())
    async with opened(lab()) as pilot:
        await pilot.press("x")
        await shows(pilot, "written: report.md")

    assert "64 units" in report(notebook)
    assert re.search("fmnist-tui export report.md --lang=en +# this report", report(notebook))
    assert {each.stem for each in notebook.path.with_name("report-figures").iterdir()} == {
        *("accuracy-curves", "loss-curves", "confusion-matrix")
    }


async def test_without_results_there_is_nothing_to_report(lab: MakeLab, notebook: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("x")
        await shows(pilot, "nothing to report")

    assert not notebook.path.with_name("report.md").exists()


async def test_of_the_marked_experiments_a_report_can_be_written_alone(lab: MakeLab, three: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "j", "space", "j", "space", "x")
        await shows(pilot, "export a report.*marked +it's second, third.*all +every experiment")

        await pilot.press("enter")
        await shows(pilot, "written: report.md of 2")

    assert "fmnist-tui export report.md 'it'\"'\"'s second' third" in report(three)
    assert "| third" in report(three)
    assert "| first" not in report(three)


async def test_with_some_marked_the_report_may_still_be_of_all_or_be_thought_better_of(
    lab: MakeLab, three: NotebookFile
) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "space", "x", "escape")
        assert "export a report" not in screen_text(pilot)

        await pilot.press("x", "down", "enter")
        await shows(pilot, "written: report.md, with 4")

    assert "| first" in report(three)


async def test_of_a_marked_run_the_report_is_of_its_experiment(lab: MakeLab, three: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "enter", "j", "space", "x", "enter")
        await shows(pilot, "written: report.md of 1")


@dataclass
class SlowFigures:
    """Figures that are drawn when the test lets them be."""

    may_draw: Semaphore = field(default_factory=lambda: Semaphore(0))
    """Released once for each figure that may be drawn."""

    def save(self, figure: ReportFigure, folder: Path) -> None:
        """Wait, then write something in a figure's place."""
        assert self.may_draw.acquire(timeout=120)
        for ending in FORMATS:
            (folder / f"{figure.name}.{ending}").write_bytes(b"a figure of fmnist-tui")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowFigures:
    """Let figures wait for the test."""
    figures = SlowFigures()
    monkeypatch.setattr(export, "save", figures.save)
    return figures


async def test_a_report_says_at_once_that_it_is_written_and_how_far_it_is(
    lab: MakeLab, three: NotebookFile, slow: SlowFigures
) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("x")
        await shows(pilot, "Writing the report: 0 of 4 figures · x stops it")

        slow.may_draw.release()
        await shows(pilot, "Writing the report: 1 of 4 figures")
        slow.may_draw.release(3)
        await shows(pilot, "written: report.md, with 4")
        assert "Writing the report" not in screen_text(pilot)


async def test_while_one_is_written_another_is_refused_and_it_can_be_stopped(
    lab: MakeLab, three: NotebookFile, slow: SlowFigures
) -> None:
    folder = three.path.parent
    three.path.with_name("report.md").write_bytes(b"")
    async with opened(lab()) as pilot:
        await pilot.press("x")
        await shows(pilot, "0 of 4 figures")
        await pilot.press("x")
        await shows(pilot, "A report is being written already: 0 of 4 figures. Stop it")

        await pilot.press("escape")
        slow.may_draw.release()
        await shows(pilot, "1 of 4 figures · x stops it")
        await pilot.press("x", "s")
        slow.may_draw.release()
        await shows(pilot, "not written: stopped.*after 2 of.*4 figures")
        assert "x stops it" not in screen_text(pilot)

        slow.may_draw.release(4)
        await pilot.press("x")
        await shows(pilot, "written: report.md, with 4")
    assert [path.name for path in folder.glob(f"{PREFIX}*")] == []


async def test_the_question_whether_to_stop_goes_when_the_report_is_written(
    lab: MakeLab, three: NotebookFile, slow: SlowFigures
) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("x")
        await shows(pilot, "0 of 4 figures")
        await pilot.press("x")
        slow.may_draw.release()
        await shows(pilot, "being written already: 1 of 4 figures. Stop it?")

        slow.may_draw.release(3)
        await shows(pilot, "written: report.md, with 4")
        await until(pilot, lambda: not isinstance(pilot.app.screen, QuestionDialog))


async def test_leaving_stops_a_report(lab: MakeLab, three: NotebookFile, slow: SlowFigures) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("x")
        await shows(pilot, "0 of 4 figures")
        await pilot.press("q")
    assert not app.is_running
    slow.may_draw.release()  # the one that was begun; a second would wait for ever

    app.background.wait(Lane.EXPORTING)
    assert not three.path.with_name("report.md").exists()
    assert [path.name for path in three.path.parent.glob(f"{PREFIX}*")] == []


async def test_an_error_that_nobody_expected_ends_the_report_and_not_the_app(
    lab: MakeLab, three: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(figure: ReportFigure, folder: Path) -> None:
        raise RuntimeError("no font")

    async with opened(lab()) as pilot:
        with monkeypatch.context() as broken:
            broken.setattr(export, "save", break_down)
            await pilot.press("x")
            await shows(pilot, "error in export.*no font")
        await pilot.press("escape", "x")
        await shows(pilot, "written: report.md, with 4")
