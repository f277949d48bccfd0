"""Runs and plans are deleted and restored: byte for byte where they stood, or by what is left around them."""

import os
import random
from datetime import UTC, datetime
from itertools import chain, combinations
from pathlib import Path

import pytest
from handwritten_notebooks import HANDWRITTEN, VARIANTS, Variant
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_records import a_plan, a_run

from fmnist_tui.lab.notebook import trash
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.toml.reading import Notebook, NotebookError

RECIPE = a_plan().recipe("fashion-mnist")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "experiments.toml"


@pytest.fixture
def five(path: Path) -> NotebookFile:
    notebook = NotebookFile(path)
    notebook.append_experiments((a_plan(),))
    for seed in range(5):
        notebook.append_run(a_run(f"r{seed}", seed=seed))
    return notebook


def ids(notebook: NotebookFile) -> list[str]:
    assert notebook.read() == NotebookFile(notebook.path).read()
    return [run.id for run in notebook.read().runs]


def test_a_run_that_is_deleted_is_gone_and_its_folder_stays(five: NotebookFile) -> None:
    model = five.run_folder("r2") / "model.keras"
    model.write_bytes(b"weights")

    deleted = five.delete(["r2"])

    assert ids(five) == ["r0", "r1", "r3", "r4"]
    assert model.read_bytes() == b"weights"
    assert (deleted.words, deleted.run_ids, deleted.experiment) == ("run r2", ("r2",), None)
    assert five.trash() == (deleted,)


def test_a_notebook_that_is_emptied_can_still_be_told_from_a_file_that_is_none(path: Path) -> None:
    before = 'title = "mine"\n\n[[experiment]]\nname = "only"\narchitecture = "64"\n\n[notes]\na = 1\n'
    path.write_text(before, encoding="utf-8")
    notebook = NotebookFile(path)

    deleted = notebook.delete([], "only")

    assert NotebookFile(path).read().experiments == ()
    assert path.read_text(encoding="utf-8") == 'format = 1\ntitle = "mine"\n\n[notes]\na = 1\n'
    notebook.restore(deleted)
    assert path.read_text(encoding="utf-8") == f"format = 1\n{before}"


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
@pytest.mark.parametrize(
    ("run_ids", "experiment"),
    [(["by-hand"], None), ([], "64 units"), ([], "other"), (["by-hand"], "64 units"), (["by-hand"], "other")],
)
def test_what_is_restored_is_byte_for_byte_what_was_deleted(
    path: Path, variant: Variant, run_ids: list[str], experiment: str | None
) -> None:
    before = variant(HANDWRITTEN)
    path.write_bytes(before)
    notebook = NotebookFile(path)

    deleted = notebook.delete(run_ids, experiment)
    left = path.read_bytes()
    notebook.restore(deleted)

    assert len(left) < len(before)
    assert all(run_id.encode() not in left for run_id in run_ids)
    assert path.read_bytes() == before
    assert notebook.trash() == ()


def test_the_comments_around_a_record_are_not_its_own(path: Path) -> None:
    path.write_text(HANDWRITTEN, encoding="utf-8")

    NotebookFile(path).delete([], "64 units")

    text = path.read_text(encoding="utf-8")
    assert text.startswith('# my own notebook ✎\nformat = 1\ntitle = "mine"   # a key of my own\n\n# between the two\n')


def test_an_experiment_is_deleted_with_its_runs(five: NotebookFile) -> None:
    before = five.path.read_bytes()

    deleted = five.delete(ids(five), "64 units")

    assert five.read() == Notebook()
    assert deleted.words == "experiment '64 units' and 5 runs"
    five.restore(deleted)
    assert five.path.read_bytes() == before


def test_tables_of_a_record_that_stand_elsewhere_go_and_come_with_it(path: Path) -> None:
    text = (
        'format = 1\n\n[[experiment]]\nname = "a"\narchitecture = "8"\n\n[mine]\nx = 1\n\n'
        "[experiment.published]\ntest_accuracy = 0.8\ntest_loss = 0.5\n# end\n"
    )
    path.write_text(text, encoding="utf-8")
    notebook = NotebookFile(path)

    deleted = notebook.delete([], "a")

    assert path.read_text(encoding="utf-8") == "format = 1\n\n[mine]\nx = 1\n# end\n"
    notebook.restore(deleted)
    assert path.read_text(encoding="utf-8") == text


SUBSETS = list(chain.from_iterable(combinations(range(5), size) for size in range(1, 6)))


@pytest.mark.parametrize("numbers", SUBSETS, ids=str)
def test_any_runs_are_deleted_and_restored_in_one_piece(five: NotebookFile, numbers: tuple[int, ...]) -> None:
    before = five.path.read_bytes()

    deleted = five.delete([f"r{number}" for number in numbers])

    assert ids(five) == [f"r{number}" for number in range(5) if number not in numbers]
    five.restore(deleted)
    assert five.path.read_bytes() == before


@settings(max_examples=20)
@given(order=st.permutations(range(5)))
def test_deletions_taken_back_from_the_last_to_the_first_leave_no_trace(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    notebook = NotebookFile(tmp_path_factory.mktemp("notebook") / "experiments.toml")
    for seed in range(5):
        notebook.append_run(a_run(f"r{seed}", seed=seed))
    states = []
    for number in order:
        states.append(notebook.path.read_bytes())
        notebook.delete([f"r{number}"])

    for state in reversed(states):
        notebook.restore(notebook.trash()[-1])
        assert notebook.path.read_bytes() == state


def test_deletions_taken_back_in_any_order_bring_every_run_back_once(five: NotebookFile) -> None:
    generator = random.Random(0)
    for _ in range(10):
        for number in generator.sample(range(5), 5):
            five.delete([f"r{number}"])
        for deleted in generator.sample(five.trash(), 5):
            five.restore(deleted)
        assert sorted(ids(five)) == [f"r{number}" for number in range(5)]


def test_a_run_comes_back_between_its_neighbours_though_the_text_around_has_changed(five: NotebookFile) -> None:
    deleted = five.delete(["r2"])
    five.edit_run("r1", {"note": "changed " * 100})
    five.edit_run("r3", {"note": "changed"})
    five.append_run(a_run("r5", seed=5))

    five.restore(deleted)

    assert ids(five) == ["r0", "r1", "r2", "r3", "r4", "r5"]


def test_a_run_whose_neighbours_are_gone_comes_back_at_the_end(five: NotebookFile) -> None:
    deleted = five.delete(["r2"])
    five.delete(["r0", "r1", "r3", "r4"], "64 units")
    five.append_run(a_run("r5", seed=5))

    five.restore(deleted)

    assert ids(five) == ["r5", "r2"]


def test_a_run_comes_back_into_a_notebook_that_was_begun_anew(five: NotebookFile) -> None:
    deleted = five.delete(["r2"])
    five.path.unlink()

    five.restore(deleted)

    assert ids(five) == ["r2"]


def test_what_is_there_again_is_not_restored(five: NotebookFile) -> None:
    deleted = five.delete(["r2"], "64 units")
    five.append_run(a_run("r2"))

    with pytest.raises(NotebookError, match="the run r2 is there already; nothing was restored"):
        five.restore(deleted)
    assert five.trash() == ()

    five.delete(["r2"])
    five.append_experiments((a_plan(),))
    with pytest.raises(NotebookError, match="there is an experiment '64 units' again; rename it first"):
        five.restore(deleted)


def test_the_trash_counts_its_files_and_does_not_ask_the_clock(
    five: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = five.delete(["r0"])

    class Yesterday(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime(2000, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(trash, "datetime", Yesterday)
    second = five.delete(["r1"])

    assert second.when < first.when
    assert five.trash() == (first, second)


def test_another_session_sees_the_trash_and_restores_from_it(five: NotebookFile) -> None:
    before = five.path.read_bytes()
    deleted = five.delete(["r2"])

    other = NotebookFile(five.path)
    other.restore(other.trash()[-1])

    assert five.path.read_bytes() == before
    with pytest.raises(NotebookError, match="not there any more; it was restored already"):
        five.restore(deleted)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"{}", b'{"pieces": 3}', b"\xff\xfe"])
def test_a_damaged_file_in_the_trash_is_passed_over_and_named_when_it_is_asked_for(
    five: NotebookFile, damage: bytes
) -> None:
    before = five.path.read_bytes()
    deleted = five.delete(["r2"])
    (file,) = (five.runs_folder / trash.FOLDER).iterdir()
    file.write_bytes(damage)

    assert five.trash() == ()
    with pytest.raises(NotebookError, match="damaged; copy what you need out of it by hand"):
        five.restore(deleted)
    assert five.path.read_bytes() != before


@pytest.mark.parametrize(
    ("run_ids", "experiment", "says"),
    [
        ([], None, "nothing was chosen; nothing was deleted"),
        (["r0", "r9"], None, "there is no run 'r9' any more"),
        (["r0"], "none", "there is no plan 'none' any more"),
    ],
)
def test_what_is_not_there_cannot_be_deleted_and_nothing_else_is(
    five: NotebookFile, run_ids: list[str], experiment: str | None, says: str
) -> None:
    before = five.path.read_bytes()

    with pytest.raises(NotebookError, match=says):
        five.delete(run_ids, experiment)

    assert five.path.read_bytes() == before
    assert five.trash() == ()


def test_what_cannot_be_kept_in_the_trash_is_not_deleted(five: NotebookFile) -> None:
    before = five.path.read_bytes()
    (five.runs_folder / trash.FOLDER).touch()

    with pytest.raises(NotebookError, match=r"cannot be written: .*; nothing was deleted"):
        five.delete(["r0"])

    assert five.path.read_bytes() == before


def test_what_was_not_deleted_after_all_is_not_in_the_trash(
    five: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = five.path.read_bytes()
    replace = os.replace

    def fail(source: str, target: str) -> None:
        if Path(target).name == "experiments.toml":
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(NotebookError, match="No space left on device; nothing was changed"):
        five.delete(["r0"])

    assert five.path.read_bytes() == before
    assert five.trash() == ()
    assert list((five.runs_folder / trash.FOLDER).iterdir()) == []
