import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fmnist_tui.lab.runs.files import RunFolderError
from fmnist_tui.lab.runs.predictions import Predictions, read_predictions, write_predictions

RANDOM = np.random.default_rng(3)
ANSWERS = Predictions(RANDOM.integers(0, 10, 10_000).astype(np.uint8), RANDOM.random(10_000).astype(np.float16))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_predictions(tmp_path, ANSWERS)

    known = read_predictions(tmp_path)

    assert known is not None
    assert [str(known.classes.dtype), str(known.confidence.dtype)] == ["uint8", "float16"]
    assert np.array_equal(known.classes, ANSWERS.classes)
    assert np.array_equal(known.confidence, ANSWERS.confidence)
    assert [path.name for path in tmp_path.iterdir()] == ["predictions.npz"]


def test_they_take_a_few_kilobytes(tmp_path: Path) -> None:
    write_predictions(tmp_path, ANSWERS)

    assert (tmp_path / "predictions.npz").stat().st_size < 30_000


def test_where_none_are_kept_there_are_none(tmp_path: Path) -> None:
    assert read_predictions(tmp_path) is None


def test_a_disk_that_is_full_leaves_those_that_were_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_predictions(tmp_path, ANSWERS)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunFolderError, match=r"predictions\.npz: cannot be written: No space left on device"):
        write_predictions(tmp_path, Predictions(ANSWERS.classes[:5], ANSWERS.confidence[:5]))

    known = read_predictions(tmp_path)
    assert known is not None
    assert len(known.classes) == 10_000
    assert [path.name for path in tmp_path.iterdir()] == ["predictions.npz"]


def packed(**arrays: NDArray[np.generic]) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=True, **arrays)
    return file.getvalue()


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("classes.npy", bytes(50 * 1024**2))
    return file.getvalue()


WHOLE = packed(classes=ANSWERS.classes, confidence=ANSWERS.confidence)


DAMAGED = {
    "empty": b"",
    "only the first bytes of a zip": b"PK\x03\x04",
    "cut short": WHOLE[:-30],
    "overwritten in the middle": WHOLE[:200] + bytes(50) + WHOLE[250:],
    "without confidence": packed(classes=ANSWERS.classes),
    "one confidence missing": packed(classes=ANSWERS.classes, confidence=ANSWERS.confidence[:-1]),
    "classes above 9": packed(classes=ANSWERS.classes + np.uint8(10), confidence=ANSWERS.confidence),
    "pickled objects": packed(classes=ANSWERS.classes.astype(object), confidence=ANSWERS.confidence),
    "two dimensions": packed(
        classes=ANSWERS.classes.reshape(100, 100), confidence=ANSWERS.confidence.reshape(100, 100)
    ),
    "a bomb": bomb(),
    "2 MiB of zeros": bytes(2 * 1024**2),
}
"""Contents by what is wrong with them; a zip holds the time it was made at, so its bytes name no test."""


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_one_line_that_names_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "predictions.npz").write_bytes(content)

    with pytest.raises(RunFolderError) as error:
        read_predictions(tmp_path)

    assert "\n" not in str(error.value)
    assert str(tmp_path / "predictions.npz") in str(error.value)
    assert "remove it" in str(error.value)


@pytest.mark.parametrize(
    "make",
    [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/etc/passwd")],
    ids=["a folder", "a FIFO", "a link"],
)
def test_what_is_not_a_file_is_one_line_too(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / "predictions.npz")

    with pytest.raises(RunFolderError):
        read_predictions(tmp_path)
