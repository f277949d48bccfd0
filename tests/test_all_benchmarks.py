"""The script that runs all benchmarks survives any of them, and writes only between its marks."""

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent / "benchmarks"))
from all import BENCHMARKS, FOLDER, Outcome, between_marks, run, written
from all import DOCUMENT as DOCUMENTED

sys.path.pop()

DOCUMENT = "# Performance\n\n<!-- benchmark epochs -->\nold figures\n<!-- end epochs -->\n\nwords\n"
WHEN = "2026-01-02, a machine"


def test_every_benchmark_that_can_be_run_is_run() -> None:
    scripts = {path.stem for path in FOLDER.glob("*.py") if "__main__" in path.read_text(encoding="utf-8")}

    assert {each.name for each in BENCHMARKS} == scripts - {"all", "cluster_workers", "peer_process", "processes"}


def test_what_is_printed_takes_the_place_between_the_marks() -> None:
    once = written(DOCUMENT, "epochs", Outcome("16   0.059\n", 1.0), WHEN)

    assert once == DOCUMENT.replace("old figures\n", f"\n{WHEN}:\n\n```text\n16   0.059\n```\n\n")
    assert written(once, "epochs", Outcome("16   0.059\n", 1.0), WHEN) == once


@pytest.mark.parametrize("document", ["words\n", "<!-- benchmark epochs -->\n", "<!-- end epochs -->\n"])
def test_without_marks_nothing_is_written(document: str) -> None:
    assert written(document, "epochs", Outcome("16\n", 1.0), WHEN) == document


def test_after_a_failure_the_old_figures_stay_and_are_said_to_be_old() -> None:
    once = written(DOCUMENT, "epochs", Outcome("half\n", 1.0, "ended with status 1: no data"), WHEN)
    again = written(once, "epochs", Outcome("", 1.0, "ended with status 2: no disk"), WHEN)

    assert "old figures" in again
    assert "half" not in again
    assert again.count("Not measured again on") == 1
    assert f"Not measured again on {WHEN}: ended with status 2: no disk." in again
    assert "words" in again


def test_a_failure_is_told_with_its_last_line() -> None:
    outcome = run([sys.executable, "-c", "print('some'); raise SystemExit('no data')"], 60)

    assert (outcome.text, outcome.problem) == ("some\n", "ended with status 1: no data")


def test_what_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    """Given a benchmark whose child outlives it and keeps its output open, then both are ended."""
    program = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "

    outcome = run([sys.executable, "-c", f"{program}print('begun', flush=True); time.sleep(600)"], 1.0)

    assert outcome.problem == "not at its end after 0 minutes"
    assert outcome.seconds < 300


def test_the_document_has_the_marks_of_every_benchmark_that_it_reports() -> None:
    document = DOCUMENTED.read_text(encoding="utf-8")

    marked = {each.name for each in BENCHMARKS if between_marks(document, each.name)}
    assert {each.name for each in BENCHMARKS} - marked == {"history", "clues"}
