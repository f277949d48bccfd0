"""The report written from the app: of everything, or of the marked experiments alone."""

import pytest
from lab_screen import MakeLab, opened, screen_text, shows
from samples import PLAN, a_run

from fmnist_tui.lab.notebook.file import NotebookFile

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
    assert "fmnist-tui export report.md  # writes this report" in report(notebook)
    assert len([*notebook.path.with_name("report-figures").iterdir()]) == 1


async def test_without_results_there_is_nothing_to_report(lab: MakeLab, notebook: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("x")
        await shows(pilot, "nothing to report")

    assert not notebook.path.with_name("report.md").exists()


async def test_of_the_marked_experiments_a_report_can_be_written_alone(lab: MakeLab, three: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "j", "space", "j", "space", "x")
        await shows(pilot, "a report of.*the marked +it's second, third.*all +every experiment")

        await pilot.press("enter")
        await shows(pilot, "written: report.md of 2")

    assert "fmnist-tui export report.md 'it'\"'\"'s second' third" in report(three)
    assert "\n| third" in report(three)
    assert "\n| first" not in report(three)
    assert len([*three.path.with_name("report-figures").iterdir()]) == 2


async def test_with_some_marked_the_report_may_still_be_of_all_or_be_thought_better_of(
    lab: MakeLab, three: NotebookFile
) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "space", "x", "escape")
        assert "a report of" not in screen_text(pilot)

        await pilot.press("x", "down", "enter")
        await shows(pilot, "written: report.md, with 3")

    assert "\n| first" in report(three)


async def test_of_a_marked_run_the_report_is_of_its_experiment(lab: MakeLab, three: NotebookFile) -> None:
    async with opened(lab()) as pilot:
        await pilot.press(*HISTORY, "enter", "j", "space", "x", "enter")
        await shows(pilot, "written: report.md of 1")
