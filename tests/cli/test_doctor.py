"""`doctor` says what a training here will use, what it lacks, and what would stop it; it changes nothing."""

import errno
import json
import os
import socket
from pathlib import Path
from types import SimpleNamespace

import pexpect
import pytest
from command_line import PROGRAM, Call, bare_environment
from small_fashion_mnist import make_small_fashion_mnist

from fmnist_tui.engine import cores
from fmnist_tui.engine.dataset import files
from fmnist_tui.lab.settings.config_file import settings_path


def verdicts(text: str) -> dict[str, str]:
    """Return the verdict of each subject in what `doctor` printed."""
    return {line.split()[1]: line.split()[0] for line in text.splitlines()}


def test_where_all_is_well_each_subject_has_a_line_and_nothing_is_left_behind(call: Call, folder: Path) -> None:
    outcome = call("doctor", "--dataset", "synthetic")

    found = verdicts(outcome.out)
    assert (outcome.status, outcome.err) == (0, "")
    assert {"versions", "machine", "data", "notebook", "disk", "locks", "folders", "settings", "terminal"} <= set(found)
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


def test_other_versions_than_the_program_needs_stop_a_training(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.requires", lambda name: ["numpy<1", "tensorflow>=2", "nothing-of-the-kind"])

    outcome = call("doctor", "--dataset", "synthetic")

    assert (outcome.status, verdicts(outcome.out)["versions"]) == (1, "stops")
    assert "and <1 is needed, nothing-of-the-kind is not installed; install the program again" in outcome.out


@pytest.mark.parametrize(("free", "verdict"), [(10**9, "ok"), (10**7, "note"), (10**6, "stops")])
def test_little_room_is_noted_and_none_stops_a_training(
    call: Call, monkeypatch: pytest.MonkeyPatch, free: int, verdict: str
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=free))

    outcome = call("doctor", "--dataset", "synthetic")

    assert (outcome.status, verdicts(outcome.out)["disk"]) == (int(verdict == "stops"), verdict)


def test_little_memory_is_noted(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fmnist_tui.engine.memory.available_bytes", lambda: 300_000_000)

    assert "note   machine" in call("doctor", "--dataset", "synthetic").out


def test_a_folder_without_locks_stops_a_training(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", refuse)

    outcome = call("doctor", "--dataset", "synthetic")

    assert (outcome.status, verdicts(outcome.out)["locks"]) == (1, "stops")


def test_a_folder_that_is_not_there_stops_a_training(call: Call) -> None:
    outcome = call("doctor", "--dataset", "synthetic", "--file", "no/such/notebook.toml")

    assert outcome.status == 1
    assert verdicts(outcome.out)["notebook"] == "stops"


def test_mistakes_in_the_settings_are_noted(call: Call) -> None:
    path = settings_path()
    path.parent.mkdir(parents=True)
    path.write_text('theme = "neon"\n')

    outcome = call("doctor", "--dataset", "synthetic")

    assert outcome.status == 0
    assert "note   settings   config.toml: no theme 'neon'" in outcome.out


def test_a_scheduler_is_looked_for(call: Call) -> None:
    pytest.importorskip("distributed")
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        there = call("doctor", "--dataset", "synthetic", "--scheduler", address)
    gone = call("doctor", "--dataset", "synthetic", "--scheduler", address)

    assert (there.status, verdicts(there.out)["cluster"]) == (0, "ok")
    assert (gone.status, verdicts(gone.out)["cluster"]) == (1, "stops")
    assert call("doctor", "--dataset", "synthetic", "--scheduler", "nowhere").status == 1


def test_it_fits_a_screen_of_80_by_24_and_says_what_the_terminal_lacks(folder: Path) -> None:
    def lines_in(columns: int, rows: int, **variables: str) -> list[str]:
        environment = bare_environment(folder) | variables
        terminal = pexpect.spawn(
            PROGRAM[0], [*PROGRAM[1:], "doctor"], env=environment, encoding="utf-8", dimensions=(rows, columns)
        )
        terminal.expect(pexpect.EOF, timeout=60)
        return str(terminal.before).splitlines()

    usual = lines_in(80, 24)

    assert len(usual) <= 23
    assert max(map(len, usual)) <= 80
    assert any(line.startswith("ok     terminal") for line in usual)
    assert "enlarge it to 60×20" in " ".join(" ".join(lines_in(50, 20)).split())
    assert "set a UTF-8 locale" in " ".join(lines_in(100, 30, PYTHONIOENCODING="ascii"))


def test_too_few_addresses_for_tensorflow_stop_a_training(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fmnist_tui.engine.memory.address_limit", lambda: 2_000_000_000)

    outcome = call("doctor", "--dataset", "synthetic")

    assert outcome.status == 1
    assert "stops  machine    a program here may take 2.0 GB of addresses" in outcome.out
