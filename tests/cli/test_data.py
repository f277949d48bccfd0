"""`data` tells where Fashion-MNIST is, whether it is whole, and fetches it."""

from pathlib import Path

import pytest
from command_line import Call
from small_fashion_mnist import Edition, make_small_fashion_mnist

from fmnist_tui.engine.dataset import download, files


@pytest.fixture
def edition(monkeypatch: pytest.MonkeyPatch) -> Edition:
    """A small edition of the four files, in place of the published one."""
    small = make_small_fashion_mnist()
    monkeypatch.setattr(files, "FILES", small.files)
    for name, file in zip(("TRAIN_IMAGES", "TRAIN_LABELS", "TEST_IMAGES", "TEST_LABELS"), small.files, strict=True):
        monkeypatch.setattr(files, name, file)
    return small


def test_whole_files_are_told_with_their_classes(call: Call, folder: Path, edition: Edition) -> None:
    edition.write(folder / "garments")

    outcome = call("data", "--data", "garments")

    lines = [line.split() for line in outcome.out.splitlines()]
    assert (outcome.status, outcome.err) == (0, "")
    assert lines[0][0] == "garments"
    assert sum("complete: the published bytes" in line for line in outcome.out.splitlines()) == 4
    assert ["Trouser", "50", "2"] in lines
    assert ["Ankle", "boot", "50", "2"] in lines


def test_a_damaged_file_is_named_and_what_to_do_is_said(call: Call, folder: Path, edition: Edition) -> None:
    garments = edition.write(folder / "garments")
    damaged = garments / edition.files[0].packed_name
    damaged.write_bytes(damaged.read_bytes()[:-100])

    outcome = call("data", "--data", "garments")

    (line,) = (line for line in outcome.out.splitlines() if damaged.name in line)
    assert "whole" not in line
    assert outcome.status == 2
    assert "fmnist-tui data --fetch" in outcome.err
    assert len(outcome.err.splitlines()) == 1


def test_where_nothing_is_the_files_are_missing_from_the_program_s_own_cache(call: Call, tmp_path: Path) -> None:
    outcome = call("data")

    assert outcome.status == 2
    assert outcome.out.startswith(str(tmp_path / "home"))
    assert outcome.out.count("is missing") == 4


def test_fetch_puts_what_is_missing_into_that_cache(
    call: Call, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetch(folder: Path, **_: object) -> None:
        edition.write(folder)

    monkeypatch.setattr(download, "fetch", fetch)

    assert call("data", "--fetch").status == 0
    assert call("data").status == 0
