"""Snapshots of the first layer: small, bounded, and readable while they are written."""

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.runs.files import RunFolderError
from fmnist_tui.lab.runs.snapshots import (
    MOST_EPOCHS,
    Snapshot,
    kept_epochs,
    most_bytes,
    read_snapshots,
    snapshot_bytes,
    write_snapshot,
)

NETWORK = parse("8-4")


def kernel(seed: int, units: int = 8) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(0, 0.1, (784, units)).astype(np.float32)


def written(folder: Path, *epochs: int, of: int = 10) -> tuple[Snapshot, ...]:
    for epoch in epochs:
        write_snapshot(folder, epoch, of, kernel(epoch))
    return read_snapshots(folder, NETWORK, of)


def test_each_weight_is_wrong_by_at_most_half_a_level_of_its_units_strongest(tmp_path: Path) -> None:
    found = written(tmp_path, 0, 1, 2)

    assert [each.epoch for each in found] == [0, 1, 2]
    for each in found:
        own = kernel(each.epoch)
        assert each.strongest == pytest.approx(np.abs(own).max(axis=0))
        assert (np.abs(each.kernel - own) <= each.strongest / 254 + 1e-7).all()


def test_a_unit_without_any_weight_stays_so(tmp_path: Path) -> None:
    weights = kernel(0)
    weights[:, 3] = 0

    write_snapshot(tmp_path, 0, 10, weights)

    assert not read_snapshots(tmp_path, NETWORK, 10)[0].kernel[:, 3].any()


def test_of_a_wide_layer_the_first_units_are_there_and_the_file_has_its_bound(tmp_path: Path) -> None:
    wide = parse("512")
    for epoch in range(11):
        write_snapshot(tmp_path, epoch, 10, kernel(epoch, units=512))

    found = read_snapshots(tmp_path, wide, 10)

    assert [each.kernel.shape for each in found] == [(784, 64)] * 11
    assert found[4].strongest == pytest.approx(np.abs(kernel(4, units=512)).max(axis=0)[:64])
    assert snapshot_bytes(tmp_path) == most_bytes(wide, 10) == 11 * (64 * 788 + 8)
    assert most_bytes(wide, 100_000) <= 2_100_000


def test_filters_and_a_network_without_hidden_layer_are_kept_too(tmp_path: Path) -> None:
    for place, shorthand, shape in ((0, "conv6x5-flatten-8", (5, 5, 1, 6)), (1, "linear", (784, 10))):
        folder = tmp_path / str(place)
        folder.mkdir()
        weights = np.random.default_rng(0).normal(size=shape).astype(np.float32)
        write_snapshot(folder, 0, 2, weights)
        (found,) = read_snapshots(folder, parse(shorthand), 2)
        assert found.kernel == pytest.approx(weights, abs=float(np.abs(weights).max()) / 254 + 1e-6)


@pytest.mark.parametrize("epochs", [1, 10, 40, 41, 60, 100, 1_000, 100_000])
def test_more_epochs_are_thinned_with_the_first_and_the_last_among_them(epochs: int) -> None:
    kept = kept_epochs(epochs)

    assert list(kept) == sorted(set(kept))
    assert (kept[0], kept[-1]) == (0, epochs)
    assert len(kept) <= MOST_EPOCHS + 1
    assert kept[: min(epochs, 20) + 1] == tuple(range(min(epochs, 20) + 1))


def test_the_latest_epoch_is_always_there_also_where_it_is_not_kept(tmp_path: Path) -> None:
    for last in range(101):
        found = written(tmp_path, last, of=100)
        assert found[-1].epoch == last
    assert [each.epoch for each in found] == list(kept_epochs(100))
    assert snapshot_bytes(tmp_path) == most_bytes(NETWORK, 100)


def test_a_resumed_training_goes_on_after_its_checkpoint(tmp_path: Path) -> None:
    written(tmp_path, *range(8))

    found = written(tmp_path, 4)

    assert [each.epoch for each in found] == [0, 1, 2, 3, 4]


def test_a_record_half_written_is_left_out_and_the_others_are_read(tmp_path: Path) -> None:
    written(tmp_path, 0, 1, 2, 3)
    content = bytearray((tmp_path / "snapshots.bin").read_bytes())
    size = len(content) // 4
    content[size + 100] ^= 1
    (tmp_path / "snapshots.bin").write_bytes(content[: 3 * size + 50])

    assert [each.epoch for each in read_snapshots(tmp_path, NETWORK, 10)] == [0, 2]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", bytes(40_000)], ids=["empty", "short", "zeros"])
def test_where_nothing_whole_is_in_the_file_there_are_none(tmp_path: Path, content: bytes) -> None:
    assert read_snapshots(tmp_path, NETWORK, 10) == ()
    assert snapshot_bytes(tmp_path) is None
    (tmp_path / "snapshots.bin").write_bytes(content)
    assert read_snapshots(tmp_path, NETWORK, 10) == ()


def test_weights_that_are_not_finite_are_not_written(tmp_path: Path) -> None:
    weights = kernel(1)
    weights[3, 3] = np.nan
    written(tmp_path, 0)

    write_snapshot(tmp_path, 1, 10, weights)

    assert [each.epoch for each in read_snapshots(tmp_path, NETWORK, 10)] == [0]


@pytest.mark.parametrize(
    "make",
    [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/etc/passwd"), lambda path: path.write_bytes(bytes(10**6))],
    ids=["a folder", "a FIFO", "a link", "too large"],
)
def test_what_is_not_such_a_file_is_one_line(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / "snapshots.bin")

    with pytest.raises(RunFolderError, match=r"snapshots\.bin"):
        read_snapshots(tmp_path, NETWORK, 10)


def test_a_disk_that_is_full_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "pwrite", lambda *_: 10)

    with pytest.raises(RunFolderError, match=r"snapshots\.bin: cannot be written: no space left"):
        write_snapshot(tmp_path, 0, 10, kernel(0))
