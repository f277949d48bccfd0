"""Data of Fashion-MNIST's form: what is read of it, and in one line what is wrong with it."""

import re
from pathlib import Path

import numpy as np
import pytest
from other_data import LETTERS, idx, images_of, write, write_letters
from small_fashion_mnist import make_small_fashion_mnist

from fmnist_tui.engine.dataset import other
from fmnist_tui.engine.dataset.sources import load, load_test_set
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.records.dataset import facts_of, name_of

LABELS = np.arange(200, dtype=np.uint8) % 10


def complaint(folder: Path | None, name: str = "letters") -> str:
    with pytest.raises(UserError) as caught:
        load(name, folder)
    assert str(caught.value).isprintable()
    return str(caught.value)


@pytest.mark.parametrize("packed", [True, False])
def test_images_labels_and_names_of_classes_are_read(tmp_path: Path, packed: bool) -> None:
    data = load("letters", write_letters(tmp_path / "letters", packed=packed))

    assert (data.x_train.shape, data.x_test.shape) == ((200, 28, 28), (50, 28, 28))
    assert (data.x_train[3] == images_of(LABELS)[3]).all()
    assert data.y_test.tolist() == [*range(10)] * 5
    assert (name_of(data.name), data.classes.names) == ("letters", LETTERS)
    assert (facts_of(data.name).train, facts_of(data.name).test) == (200, 50)
    images, labels = load_test_set(data.name, tmp_path / "letters")
    assert len(images) == len(labels) == 50


def test_the_bytes_decide_which_data_they_are_however_they_are_packed(tmp_path: Path) -> None:
    first = load("letters", write_letters(tmp_path / "a"))
    same = load("letters", write_letters(tmp_path / "b", packed=False))
    darker = load("letters", write_letters(tmp_path / "c", brightness=100))

    assert first.name == same.name != darker.name
    assert "holds other images than this run's letters" in complaint(tmp_path / "c", first.name)


def test_the_page_s_program_writes_such_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Path(__file__).parents[2] / "docs" / "data.md"
    (program,) = re.findall("```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(program, {})

    data = load("mine", tmp_path / "mine")

    assert (len(data.x_train), len(data.x_test)) == (400, 100)
    assert (data.x_train[13] == images_of(data.y_train.astype(np.uint8))[13]).all()


def test_without_names_a_class_is_called_by_its_label(tmp_path: Path) -> None:
    assert load("digits", write_letters(tmp_path / "digits", classes=None)).classes.names == tuple("0123456789")


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("train-images-idx3-ubyte", idx(np.zeros((200, 32, 32), np.uint8)), "images of 32×32; they must be 28×28"),
        ("train-images-idx3-ubyte", idx(np.zeros((199, 28, 28), np.uint8)), "has 200 labels for 199 images"),
        ("train-images-idx3-ubyte", b"P5 28 28 255 " * 9, "is not an IDX file of images"),
        ("train-images-idx3-ubyte", idx(images_of(LABELS))[:-1], "bytes, not the 156,816 that it announces"),
        ("train-labels-idx1-ubyte", idx(np.arange(200, dtype=np.uint8) % 11), "has the label 10; the 10 classes are 0"),
        ("train-labels-idx1-ubyte", idx(np.zeros(200, np.uint8)), "has no image of class 1, 2, 3, 4, 5, 6, 7, 8, 9;"),
        ("t10k-labels-idx1-ubyte", idx(np.zeros((50, 28, 28), np.uint8)), "is not an IDX file of labels"),
        ("t10k-labels-idx1-ubyte", idx(np.zeros(0, np.uint8)), "announces 0 entries"),
    ],
    ids=["size", "count", "form", "short", "eleven classes", "one class", "dimensions", "empty"],
)
def test_what_is_wrong_with_a_file_is_said_in_a_line(tmp_path: Path, file: str, content: bytes, words: str) -> None:
    folder = write_letters(tmp_path / "letters")
    write(folder, file, content)

    assert words in complaint(folder)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = write_letters(tmp_path / "letters")
    (folder / "t10k-images-idx3-ubyte.gz").unlink()

    assert "lacks t10k-images-idx3-ubyte.gz" in complaint(folder)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\n".join(LETTERS[:9]), "has 9 lines; it must name 10 classes"),
        ("\n".join((*LETTERS[:9], "\x1b[31mred")), r"line 10: a class's name has 1 to 40 printable characters"),
        ("\n".join((*LETTERS[:9], "\u202eright to left")), "line 10: a class's name has 1 to 40 printable characters"),
        ("\n".join((*LETTERS[:9], LETTERS[0])), "names two classes alike"),
    ],
    ids=["nine", "escape", "bidirectional", "twice"],
)
def test_names_of_classes_that_cannot_be_used_are_refused(tmp_path: Path, text: str, words: str) -> None:
    folder = write_letters(tmp_path / "letters")
    (folder / "classes.txt").write_text(text, encoding="utf-8")

    assert words in complaint(folder)


@pytest.mark.parametrize("name", ["", " letters", "x" * 41, "a\x1b[31mb", "a\u202eb"])
def test_a_name_that_hides_something_or_is_too_long_is_refused(tmp_path: Path, name: str) -> None:
    assert "1 to 40 printable characters" in complaint(write_letters(tmp_path / "letters"), name)


def test_a_name_like_that_of_known_data_is_refused(tmp_path: Path) -> None:
    assert "write fashion-mnist" in complaint(write_letters(tmp_path / "letters"), "Fashion_MNIST")


def test_data_without_a_folder_ask_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FMNIST_TUI_DATA", raising=False)

    assert "give the folder of its four IDX files with --data" in complaint(None)


def test_fashion_mnist_is_not_taken_for_other_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = make_small_fashion_mnist()
    monkeypatch.setattr(other, "FILES", edition.files)
    for name, file in zip(("TRAIN_IMAGES", "TRAIN_LABELS", "TEST_IMAGES", "TEST_LABELS"), edition.files, strict=True):
        monkeypatch.setattr(other, name, file)

    assert "holds Fashion-MNIST, not letters; give their folder with --data" in complaint(edition.write(tmp_path))


def test_other_data_without_a_name_are_told_that_they_need_one(tmp_path: Path) -> None:
    assert "other data of this form need a name: --dataset NAME" in complaint(
        write_letters(tmp_path / "letters"), "auto"
    )
