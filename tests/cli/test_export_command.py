"""A long export says how far it is, and stops when asked."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from command_line import PROGRAM, Call, bare_environment
from sample_records import a_run
from terminal import Terminal

from fmnist_tui.cli.progress import MANY_FIGURES
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.report import export
from fmnist_tui.lab.toml.writing import record_text, run_record

HEARS_HANG_UP = """
import signal

signal.signal(signal.SIGHUP, signal.SIG_DFL)
from fmnist_tui.cli import main
main()
"""
"""The program as a terminal starts it, though the tests may run where SIGHUP is ignored."""


@pytest.fixture
def many(notebook: NotebookFile) -> NotebookFile:
    """A notebook of so many experiments that their figures take longer than any of these tests."""
    runs = (a_run(f"r{number}", experiment=f"experiment {number}") for number in range(1_000))
    notebook.path.write_text("".join(record_text("run", run_record(run)) for run in runs), encoding="utf-8")
    return notebook


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=["INT", "TERM", "HUP"],
)
def test_a_signal_stops_it_and_leaves_the_old_report(many: NotebookFile, number: int, status: int) -> None:
    folder = many.path.parent
    (folder / "report.md").write_text("an older report\n", encoding="utf-8")
    before = sorted(folder.iterdir())
    with subprocess.Popen(
        [PROGRAM[0], "-c", HEARS_HANG_UP, "export", "--force"],
        env=bare_environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stderr.readline() == "fmnist-tui: drawing 1,000 figures\n"
        process.send_signal(number)
        said = process.stderr.read()
        printed = process.stdout.read()

    assert process.returncode == status
    assert printed == ""
    assert said.startswith("fmnist-tui: report.md: not written: stopped after ")
    assert said.endswith(" of 1,000 figures\n")
    assert sorted(folder.iterdir()) == before
    assert (folder / "report.md").read_text(encoding="utf-8") == "an older report\n"


def test_in_a_terminal_a_bar_grows_and_control_c_stops_it(many: NotebookFile) -> None:
    folder = many.path.parent
    with Terminal([*PROGRAM, "export"], folder) as terminal:
        terminal.wait_for(r"drawing figures .* [1-9]\d*/1000")
        terminal.press("\x03")
        terminal.wait_for(r"report\.md: not written: stopped after [\d,]+ of 1,000 figures")
        assert terminal.wait_for_end() == 130

        assert "drawing" not in terminal.text
    assert not (folder / "report.md").exists()


def test_few_figures_are_drawn_without_a_word(call: Call, folder: Path, notebook: NotebookFile) -> None:
    notebook.append_run(a_run())

    assert call("export").err == ""


def test_after_it_signals_act_as_before(call: Call, notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook.append_run(a_run())
    caught = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
    before = [signal.getsignal(each) for each in caught]

    assert call("export").status == 0
    assert [signal.getsignal(each) for each in caught] == before

    monkeypatch.setattr(export, "save_curves", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    for number in range(MANY_FIGURES):
        notebook.append_run(a_run(f"r1{number}", experiment=f"other {number}"))
    outcome = call("export", "--force")
    assert outcome.status == 143
    assert outcome.err.splitlines() == [
        f"fmnist-tui: drawing {MANY_FIGURES + 1} figures",
        f"fmnist-tui: report.md: not written: stopped after 1 of {MANY_FIGURES + 1} figures",
    ]
    assert [signal.getsignal(each) for each in caught] == before


def test_a_hang_up_that_is_ignored_stays_so(
    call: Call, notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang_up(group: Group, path: Path) -> None:
        os.kill(os.getpid(), signal.SIGHUP)
        path.touch()

    notebook.append_run(a_run())
    monkeypatch.setattr(export, "save_curves", hang_up)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert call("export").status == 0
    finally:
        signal.signal(signal.SIGHUP, before)
