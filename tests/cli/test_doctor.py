"""`doctor` says what a training here will use, what it lacks, and what would stop it; it changes nothing."""

import json
from pathlib import Path

import pytest
from command_line import Call
from small_fashion_mnist import make_small_fashion_mnist

from fmnist_tui.engine import cores
from fmnist_tui.engine.dataset import files


def verdicts(text: str) -> dict[str, str]:
    """Return the verdict of each subject in what `doctor` printed."""
    return {line.split()[1]: line.split()[0] for line in text.splitlines()}


def test_where_all_is_well_each_subject_has_a_line_and_nothing_is_left_behind(call: Call, folder: Path) -> None:
    outcome = call("doctor", "--dataset", "synthetic")

    found = verdicts(outcome.out)
    assert (outcome.status, outcome.err) == (0, "")
    assert {"versions", "machine", "data", "notebook", "disk", "folders", "settings", "terminal"} <= set(found)
    assert "stops" not in found.values()
    assert list(folder.iterdir()) == []


def test_an_unreadable_notebook_stops_a_training(call: Call, folder: Path) -> None:
    (folder / "experiments.toml").write_text("[[run]\n")

    outcome = call("doctor", "--dataset", "synthetic")

    assert outcome.status == 1
    assert verdicts(outcome.out)["notebook"] == "stops"
    assert "experiments.toml" in outcome.out


def test_a_damaged_file_of_the_data_stops_a_training_and_is_named(
    call: Call, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = make_small_fashion_mnist()
    monkeypatch.setattr(files, "FILES", small.files)
    damaged = small.write(folder / "garments") / small.files[0].packed_name
    damaged.write_bytes(damaged.read_bytes()[:-100])

    outcome = call("doctor", "--data", "garments")

    assert outcome.status == 1
    assert verdicts(outcome.out)["data"] == "stops"
    assert damaged.name in outcome.out


def test_without_fashion_mnist_auto_may_train_and_fashion_mnist_may_not(call: Call) -> None:
    auto, insisting = call("doctor"), call("doctor", "--dataset", "fashion-mnist")

    assert (auto.status, verdicts(auto.out)["data"]) == (0, "note")
    assert (insisting.status, verdicts(insisting.out)["data"]) == (1, "stops")
    assert "fmnist-tui data --fetch" in insisting.out


def test_variables_that_are_ignored_are_named(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "jax")

    outcome = call("doctor", "--dataset", "synthetic")

    assert verdicts(outcome.out)["variables"] == "note"
    assert "KERAS_BACKEND" in outcome.out.splitlines()[-1]


def test_json_is_one_document_with_the_same_findings(call: Call) -> None:
    printed = json.loads(call("doctor", "--dataset", "synthetic", "--json").out)

    assert {entry["about"] for entry in printed} >= {"versions", "data", "notebook"}
    assert all(entry.keys() == {"about", "verdict", "words"} for entry in printed)


def test_a_limit_of_the_cores_is_noted(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "cores", lambda: cores.Cores(8, 8, 1.5))

    outcome = call("doctor", "--dataset", "synthetic")

    assert "note   machine    a CPU quota (cgroup) grants this program 1.5 of 8 cores" in outcome.out
