import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.runs.files import RunFolderError
from fmnist_tui.lab.runs.weights import LayerWeights, TrainedWeights, read_weights, weights_bytes, write_weights

NETWORK = parse("8-bn-drop0.5-4:tanh")


def drawn(seed: int, shorthand: str = "8-bn-drop0.5-4:tanh") -> LayerWeights:
    draws = np.random.default_rng(seed)
    return tuple(
        {name: draws.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
        for shapes in parse(shorthand).weights()
    )


def assert_equal(some: LayerWeights | None, others: LayerWeights) -> None:
    assert some is not None
    for layer, other in zip(some, others, strict=True):
        assert list(layer) == list(other)
        assert all(np.array_equal(layer[name], other[name]) for name in layer)


def test_what_is_written_is_read_bit_by_bit(tmp_path: Path) -> None:
    write_weights(tmp_path, TrainedWeights(drawn(0), drawn(1)))

    found = read_weights(tmp_path, NETWORK)

    assert found is not None
    assert_equal(found.last, drawn(0))
    assert_equal(found.best, drawn(1))
    assert [path.name for path in tmp_path.iterdir()] == ["weights.npz"]


def test_where_the_last_epoch_is_the_best_there_is_one_of_them(tmp_path: Path) -> None:
    write_weights(tmp_path, TrainedWeights(drawn(0)))

    found = read_weights(tmp_path, NETWORK)

    assert found is not None
    assert found.best is None


def test_numpy_alone_reads_them_by_layer_and_name(tmp_path: Path) -> None:
    write_weights(tmp_path, TrainedWeights(drawn(0)))

    with np.load(tmp_path / "weights.npz", allow_pickle=False) as arrays:
        assert arrays.files[:2] == ["last/1/kernel", "last/1/bias"]
        assert arrays["last/1/kernel"].shape == (784, 8)


def test_they_take_four_bytes_a_parameter_and_little_beside(tmp_path: Path) -> None:
    write_weights(tmp_path, TrainedWeights(drawn(0)))

    size = weights_bytes(tmp_path)

    assert size is not None
    assert 0 < size - 4 * NETWORK.parameters < 4_000


def test_where_none_are_kept_there_are_none(tmp_path: Path) -> None:
    assert read_weights(tmp_path, NETWORK) is None
    assert weights_bytes(tmp_path) is None


def packed(arrays: dict[str, NDArray[np.generic]], *, compressed: bool = False) -> bytes:
    file = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(file, allow_pickle=True, **arrays)
    return file.getvalue()


def named(seed: int = 0, epoch: str = "last") -> dict[str, NDArray[np.generic]]:
    return {f"{epoch}/{at}/{name}": array for at, layer in enumerate(drawn(seed)) for name, array in layer.items()}


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("last/1/kernel.npy", bytes(50 * 1024**2))
    return file.getvalue()


KERNEL = named()["last/1/kernel"]
WHOLE = packed(named())

DAMAGED = {
    "empty": b"",
    "only the first bytes of a zip": b"PK\x03\x04",
    "cut short": WHOLE[:-30],
    "compressed": packed(named(), compressed=True),
    "of another network": packed({"last/1/kernel": KERNEL}),
    "another shape": packed(named() | {"last/1/kernel": KERNEL.T}),
    "half floats": packed(named() | {"last/1/kernel": KERNEL.astype(np.float16)}),
    "not a number": packed(named() | {"last/1/bias": np.full(8, np.nan, np.float32)}),
    "half of the best": packed(named() | {"best/1/kernel": KERNEL}),
    "an array too many": packed(named() | {"last/9/kernel": KERNEL[:1]}),
    "the best alone": packed(named(epoch="best")),
    "pickled objects": packed(named() | {"last/1/kernel": KERNEL.astype(object)}),
    "a bomb": bomb(),
    "2 MiB of zeros": bytes(2 * 1024**2),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_file_is_one_line_that_names_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "weights.npz").write_bytes(content)

    with pytest.raises(RunFolderError) as error:
        read_weights(tmp_path, NETWORK)

    assert "\n" not in str(error.value)
    assert str(tmp_path / "weights.npz") in str(error.value)
    assert "remove it" in str(error.value)


@pytest.mark.parametrize(
    "make",
    [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("/etc/passwd")],
    ids=["a folder", "a FIFO", "a link"],
)
def test_what_is_not_a_file_is_one_line_and_has_no_size(tmp_path: Path, make: object) -> None:
    assert callable(make)
    make(tmp_path / "weights.npz")

    with pytest.raises(RunFolderError):
        read_weights(tmp_path, NETWORK)
    assert weights_bytes(tmp_path) is None


def test_a_disk_that_is_full_leaves_those_that_were_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_weights(tmp_path, TrainedWeights(drawn(0)))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RunFolderError, match=r"weights\.npz: cannot be written: No space left on device"):
        write_weights(tmp_path, TrainedWeights(drawn(1)))

    found = read_weights(tmp_path, NETWORK)
    assert found is not None
    assert_equal(found.last, drawn(0))
    assert [path.name for path in tmp_path.iterdir()] == ["weights.npz"]
