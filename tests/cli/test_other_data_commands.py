"""Other data through the commands: trained, recorded, listed, compared, reported and asked, with a real training."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import Call
from other_data import LETTERS, write_letters
from sample_records import a_run

from fmnist_tui.engine.dataset.sources import load
from fmnist_tui.lab.notebook.file import NotebookFile


@pytest.fixture
def letters(folder: Path) -> Path:
    return write_letters(folder / "letters")


def test_other_data_are_trained_and_told_apart_in_every_command(call: Call, letters: Path) -> None:
    named = ("--dataset", "runes", "--data", "letters")
    trained = call("train", "4", "--epochs", "1", *named, "--json")
    call("train", "4", "--epochs", "1", "--dataset", "synthetic")

    (run,) = json.loads(trained.out)
    assert (trained.status, run["status"], run["dataset"]) == (0, "finished", "runes")
    assert run["data"]["classes"] == [*LETTERS]
    assert len(run["data"]["md5"]) == 4
    listed = json.loads(call("list", "--filter", "dataset=runes", "--json").out)
    assert [each["dataset"] for each in listed] == ["runes"]
    assert "4 (runes)" in call("list").out
    assert "letter A" in call("show", run["id"]).out
    assert "Results on different datasets are not compared" in call("compare", "4").out
    assert call("export", "--force").status == 0
    report = Path("report.md").read_text(encoding="utf-8")
    assert "runes, data that were given to the program" in report
    assert "letter A, letter B" in report
    assert sorted(each.name for each in Path("report-figures").glob("*runes*"))
    assert "runes" in call("code", run["id"]).out


def test_the_doctor_and_data_look_at_other_data(call: Call, letters: Path) -> None:
    named = ("--dataset", "letters", "--data", "letters")

    assert "letters: 200 training and 50 test images" in call("doctor", *named).out
    outcome = call("data", *named)
    assert outcome.status == 0
    assert ["letter", "J", "20", "5"] in [line.split() for line in outcome.out.splitlines()]


def test_other_bytes_are_not_trained_on_under_a_recorded_name(
    call: Call, letters: Path, notebook: NotebookFile
) -> None:
    run = a_run()
    notebook.record(replace(run, recipe=run.recipe.on(load("letters", letters).name)))
    write_letters(letters.parent / "darker", brightness=100)

    call("train", "4", "--dataset", "letters", "--data", "darker").assert_mendable(
        "the notebook has runs on other data named letters: t10k-images-idx3-ubyte has MD5"
    )
    assert len(notebook.read().runs) == 1
    doctor = call("doctor", "--dataset", "letters", "--data", "darker")
    assert doctor.status == 1
    assert "stops  data       the notebook has runs on other data named letters" in doctor.out


def test_what_is_wrong_is_one_line(call: Call, letters: Path, notebook: NotebookFile) -> None:
    (letters / "t10k-labels-idx1-ubyte.gz").unlink()

    call("train", "4", "--dataset", "letters", "--data", "letters").assert_mendable("lacks t10k-labels-idx1-ubyte.gz")
    call("train", "4", "--dataset", "a\x1b[0mb").assert_mendable("printable characters")
    assert not notebook.path.exists()
