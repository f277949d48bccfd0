"""`predict` asks a run's network about pictures of a person's own."""

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import Call
from PIL import Image
from sample_records import a_run
from trained_networks import drawn

from fmnist_tui.lab.classes import CLASS_NAMES
from fmnist_tui.lab.inside.one_image import follow
from fmnist_tui.lab.inside.picture import read_picture
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.runs.weights import TrainedWeights, write_weights


@pytest.fixture(autouse=True)
def run(notebook: NotebookFile) -> None:
    """A run of 64 units with weights of two epochs, one without, and a picture."""
    notebook.record(a_run("aaaa1"))
    notebook.record(a_run("bbbb2", seed=1))
    write_weights(notebook.runs_folder / "aaaa1", TrainedWeights(drawn("64"), drawn("64", 1)))
    Image.fromarray(np.pad(np.full((20, 12), 200, np.uint8), 10, constant_values=255)).save("p.png")


@pytest.mark.parametrize(("words", "seed"), [((), 0), (("--best",), 1)], ids=["last", "best"])
def test_the_answer_is_the_networks(call: Call, words: tuple[str, ...], seed: int) -> None:
    (answer,) = json.loads(call("predict", "aaaa1", "p.png", "--json", *words).out)

    passage = follow(parse("64"), drawn("64", seed), read_picture(Path("p.png")).image)
    assert [each["class"] for each in answer["classes"]] == [CLASS_NAMES[each] for each in passage.ranking]
    expected = np.sort(passage.probabilities)[::-1]
    assert [each["probability"] for each in answer["classes"]] == pytest.approx(expected.tolist(), abs=1e-6)
    assert (answer["picture"], answer["notes"]) == ("p.png", ["its light ground made black"])


def test_three_classes_and_what_the_network_sees_are_printed(call: Call) -> None:
    outcome = call("predict", "aaaa1", "p.png")

    lines = outcome.out.splitlines()
    assert lines[0] == "p.png  (its light ground made black)"
    assert len(lines) in (18, 19)
    assert sum("%  " in line for line in lines) == 3


def test_a_bad_picture_is_named_and_the_others_are_answered(call: Call) -> None:
    Path("bad.png").write_text("no picture")

    outcome = call("predict", "aaaa1", "bad.png", "p.png", "none.png")

    assert outcome.status == 2
    assert outcome.out.startswith("p.png")
    assert "bad.png: no PNG, JPEG, GIF or BMP file" in outcome.err
    assert "none.png: there is no such file" in outcome.err


def test_no_run_and_no_weights_are_said(call: Call) -> None:
    call("predict", "zzzz9", "p.png").assert_mendable("'zzzz9' is no run")
    call("predict", "bbbb2", "p.png").assert_mendable("no weights of run bbbb2 are kept")
