"""`predict` asks a run's network about pictures of a person's own."""

import json
from pathlib import Path

import numpy as np
import pytest
from command_line import Call
from PIL import Image
from sample_records import a_run
from single_screen import few_garments
from trained_networks import drawn

from fmnist_tui.engine.dataset import sources
from fmnist_tui.engine.dataset.files import DatasetError
from fmnist_tui.lab.classes import GARMENT_CLASSES
from fmnist_tui.lab.inside.familiarity import distances, search_among
from fmnist_tui.lab.inside.one_image import follow
from fmnist_tui.lab.inside.picture import read_picture
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.runs.weights import TrainedWeights, write_weights


@pytest.fixture(autouse=True)
def run(notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of 64 units with weights of two epochs, one without, a picture, and few images as the data."""
    monkeypatch.setattr(sources, "load", lambda *words, **options: few_garments())
    notebook.record(a_run("aaaa1"))
    notebook.record(a_run("bbbb2", seed=1))
    write_weights(notebook.runs_folder / "aaaa1", TrainedWeights(drawn("64"), drawn("64", 1)))
    Image.fromarray(np.pad(np.full((20, 12), 200, np.uint8), 10, constant_values=255)).save("p.png")


@pytest.mark.parametrize(("words", "seed"), [((), 0), (("--best",), 1)], ids=["last", "best"])
def test_the_answer_is_the_networks(call: Call, words: tuple[str, ...], seed: int) -> None:
    (answer,) = json.loads(call("predict", "aaaa1", "p.png", "--json", *words).out)

    passage = follow(parse("64"), drawn("64", seed), read_picture(Path("p.png")).image)
    assert [each["class"] for each in answer["classes"]] == [GARMENT_CLASSES.names[each] for each in passage.ranking]
    expected = np.sort(passage.probabilities)[::-1]
    assert [each["probability"] for each in answer["classes"]] == pytest.approx(expected.tolist(), abs=1e-6)
    assert (answer["picture"], answer["notes"]) == ("p.png", ["its light ground made black"])


def test_three_classes_and_what_the_network_sees_are_printed(call: Call) -> None:
    outcome = call("predict", "aaaa1", "p.png")

    lines = outcome.out.splitlines()
    assert lines[0] == "p.png  (its light ground made black)"
    assert len(lines) in (18, 19)
    assert sum("%  " in line[:10] for line in lines) == 3


def test_the_distance_is_that_to_the_fifth_nearest_training_image_and_the_limit_that_of_test_images(call: Call) -> None:
    (answer,) = json.loads(call("predict", "aaaa1", "p.png", "--json").out)

    data, image = few_garments(), read_picture(Path("p.png")).image
    apart = np.sort(np.sqrt((((data.x_train - image.astype(float)) / 255) ** 2).sum((1, 2))))
    assert answer["distance"] == pytest.approx(apart[4], abs=1e-3)
    limit = np.quantile(distances(search_among(data.x_train), data.x_test), 0.99)
    assert answer["distance_limit"] == pytest.approx(limit, abs=1e-3)
    assert answer["far"] == (answer["distance"] > answer["distance_limit"])


def test_a_picture_like_nothing_in_the_data_is_warned_of(call: Call) -> None:
    Image.fromarray(np.where(np.indices((28, 28)).sum(0) % 2, 255, 0).astype(np.uint8)).save("checked.png")

    (answer,) = json.loads(call("predict", "aaaa1", "checked.png", "--json").out)

    assert answer["far"] is True
    assert any("farther than 99% of the test images" in doubt for doubt in answer["doubts"])
    assert "it looks like nothing that this network knows: " in call("predict", "aaaa1", "checked.png").out


def test_without_the_data_the_probabilities_alone_count(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*words: object, **options: object) -> None:
        raise DatasetError("no data here")

    monkeypatch.setattr(sources, "load", missing)

    outcome = call("predict", "aaaa1", "p.png", "--json")

    (answer,) = json.loads(outcome.out)
    assert (answer["distance"], answer["far"], outcome.status) == (None, None, 0)
    assert "not compared with the training images: no data here" in outcome.err


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
