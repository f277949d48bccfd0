"""A long export says how far it is, and stops when asked."""

import json
import os
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest
from command_line import PROGRAM, Call, bare_environment
from sample_records import a_run
from terminal import Terminal

from fmnist_tui.engine.dataset.sources import load_test_set
from fmnist_tui.lab.classes import GARMENT_CLASSES
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.report import export
from fmnist_tui.lab.report.figures.drawing import FORMATS, ReportFigure
from fmnist_tui.lab.report.unfinished import unfinished_folder
from fmnist_tui.lab.runs.predictions import Predictions, write_predictions
from fmnist_tui.lab.settings.config_file import settings_path
from fmnist_tui.lab.toml.writing import record_text, run_record

EXPERIMENTS = 1_000
FIGURES = 102
"""Of so many experiments: 50 pages of curves of accuracy, 50 of loss, and the others."""
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
    runs = (a_run(f"r{number}", experiment=f"experiment {number}") for number in range(EXPERIMENTS))
    notebook.path.write_text("".join(record_text("run", run_record(run)) for run in runs), encoding="utf-8")
    return notebook


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=["INT", "TERM", "HUP"],
)
def test_a_signal_stops_it_and_leaves_the_old_report(
    many: NotebookFile, tmp_path_factory: pytest.TempPathFactory, number: int, status: int
) -> None:
    folder = many.path.parent
    (folder / "report.md").write_text("an older report\n", encoding="utf-8")
    before = sorted(folder.iterdir())
    with subprocess.Popen(
        [PROGRAM[0], "-c", HEARS_HANG_UP, "export", "--force"],
        env=bare_environment(tmp_path_factory.mktemp("home")),  # where Matplotlib may make a cache
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stderr.readline() == f"fmnist-tui: drawing {FIGURES} figures\n"
        process.send_signal(number)
        said = process.stderr.read()
        printed = process.stdout.read()

    assert process.returncode == status
    assert printed == ""
    assert said.startswith("fmnist-tui: report.md: not written: stopped after ")
    assert said.endswith(f" of {FIGURES} figures\n")
    assert sorted(folder.iterdir()) == before
    assert (folder / "report.md").read_text(encoding="utf-8") == "an older report\n"


def test_in_a_terminal_a_bar_grows_and_control_c_stops_it(many: NotebookFile) -> None:
    folder = many.path.parent
    with Terminal([*PROGRAM, "export"], folder) as terminal:
        terminal.wait_for(r"drawing figures .* [1-9]\d*/102")
        terminal.press("\x03")
        terminal.wait_for(r"report\.md: not written: stopped after [\d,]+ of 102 figures")
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

    monkeypatch.setattr(export, "save", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    outcome = call("export", "--force")
    assert outcome.status == 143
    assert outcome.err == "fmnist-tui: report.md: not written: stopped after 1 of 3 figures\n"
    assert [signal.getsignal(each) for each in caught] == before


def test_a_hang_up_that_is_ignored_stays_so(
    call: Call, notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang_up(figure: ReportFigure, folder: Path) -> None:
        os.kill(os.getpid(), signal.SIGHUP)
        for ending in FORMATS:
            (folder / f"{figure.name}.{ending}").touch()

    notebook.append_run(a_run())
    monkeypatch.setattr(export, "save", hang_up)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert call("export").status == 0
    finally:
        signal.signal(signal.SIGHUP, before)


def test_while_another_program_writes_the_report_one_line_says_so(call: Call, notebook: NotebookFile) -> None:
    notebook.append_run(a_run())
    with unfinished_folder(Path("report.md")):
        call("export").assert_mendable("report.md: another program is writing this report; wait until it is done")
    assert not Path("report.md").exists()


def test_all_formats_are_asked_for_by_their_options(call: Call, notebook: NotebookFile) -> None:
    notebook.append_run(a_run())
    notebook.append_run(a_run("r1", experiment="32 units"))
    outcome = call("export", "out.md", "--html", "--notebook", "--select", "32 units", "--author", "Ana <b>")

    assert outcome.out == "out.md, out.html, out.ipynb: written, with 4 figures\n"
    text = Path("out.md").read_text(encoding="utf-8")
    assert "by Ana &lt;b&gt;. 2 experiments" in text
    assert "selected by hand (`--select`)" in text
    command = "fmnist-tui export out.md '--select=32 units' '--author=Ana <b>' --lang=en --html --notebook"
    assert command in text
    assert "Ana &lt;b&gt;" in Path("out.html").read_text(encoding="utf-8")
    assert json.loads(Path("out.ipynb").read_text(encoding="utf-8"))["nbformat"] == 4


def test_a_name_that_cannot_be_selected_is_refused(call: Call, notebook: NotebookFile) -> None:
    notebook.append_run(a_run())

    call("export", "--select", "nobody").assert_mendable("'nobody'")
    assert not Path("report.md").exists()


def test_the_author_of_the_settings_is_named_unless_another_is_given(call: Call, notebook: NotebookFile) -> None:
    notebook.append_run(a_run())
    settings = settings_path()
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('author = "Ana"\n', encoding="utf-8")

    call("export")
    assert "by Ana. 1 experiment" in Path("report.md").read_text(encoding="utf-8")
    call("export", "--author", "Luis")
    assert "by Luis. 1 experiment" in Path("report.md").read_text(encoding="utf-8")


def test_the_surest_mistakes_are_shown_where_predictions_and_images_are(call: Call, notebook: NotebookFile) -> None:
    _, truth = load_test_set("synthetic")
    predicted = truth.copy()
    predicted[:3] = (predicted[:3] + 1) % 10
    confidence = np.full(len(truth), 0.5)
    confidence[:3] = 0.7, 0.8, 0.9
    counts = np.bincount(truth * 10 + predicted, minlength=100).reshape(10, 10)
    run = a_run(recipe=a_run().recipe.on("synthetic"), confusion=tuple(map(tuple, counts.tolist())))
    notebook.append_run(run)
    folder = notebook.runs_folder / run.id
    folder.mkdir(parents=True)
    write_predictions(folder, Predictions(predicted.astype(np.uint8), confidence))

    assert call("export").status == 0
    text = Path("report.md").read_text(encoding="utf-8")
    listed = ", ".join(
        f"{GARMENT_CLASSES.names[truth[place]]} → {GARMENT_CLASSES.names[predicted[place]]}" for place in (2, 1, 0)
    )
    assert f"Images of the surest mistakes: {listed}." in text


@pytest.mark.parametrize("kept", [b"damaged", None], ids=["damaged predictions", "no predictions"])
def test_without_predictions_the_report_has_no_images(call: Call, notebook: NotebookFile, kept: bytes | None) -> None:
    notebook.append_run(a_run())
    if kept is not None:
        folder = notebook.runs_folder / "r0"
        folder.mkdir(parents=True)
        (folder / "predictions.npz").write_bytes(kept)

    assert call("export").status == 0
    assert "surest mistakes" not in Path("report.md").read_text(encoding="utf-8")


def test_the_language_is_the_option_else_the_setting_else_the_locale(
    call: Call, notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook.append_run(a_run())
    report = Path("report.md")

    def language() -> str:
        return "es" if report.read_text(encoding="utf-8").startswith("# Redes") else "en"

    call("export")
    assert language() == "en"
    monkeypatch.setenv("LANG", "es_MX.UTF-8")
    call("export")
    assert language() == "es"
    settings = settings_path()
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('language = "en"\n', encoding="utf-8")
    call("export")
    assert language() == "en"
    call("export", "--lang", "es")
    assert language() == "es"
    assert "fmnist-tui export report.md --lang=es" in report.read_text(encoding="utf-8")
