"""Of several notebooks in one folder each has its own runs in `runs/`, also when one is renamed or copied."""

from pathlib import Path

import pytest
from sample_records import a_plan, a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.recovery import Recovery
from fmnist_tui.lab.records.run import Curves
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.lab.runs.liveness import Owner, read_owner
from fmnist_tui.lab.toml.reading import NotebookError


def killed(notebook: NotebookFile, run_id: str = "killed1", epochs: int = 1) -> None:
    """Leave in a run's folder what a training does that is killed after some epochs."""
    run, folder = a_run(run_id), RunFolder(notebook.run_folder(run_id))
    with folder.locked():
        folder.begin(run)
        for epoch in range(1, epochs + 1):
            folder.add_epoch(Curves(*((value,) * epoch for value in (0.8, 0.6, 0.82, 0.5))), float(epoch))


def unmarked(notebook: NotebookFile, run_id: str = "killed1") -> None:
    """The same by an older version, which did not write whose the folder is."""
    killed(notebook, run_id)
    (notebook.runs_folder / run_id / "notebook.json").unlink()


def ids(notebook: NotebookFile) -> list[str]:
    return [run.id for run in NotebookFile(notebook.path).read().runs]


@pytest.fixture
def first(tmp_path: Path) -> NotebookFile:
    return NotebookFile(tmp_path / "a.toml")


@pytest.fixture
def second(tmp_path: Path) -> NotebookFile:
    notebook = NotebookFile(tmp_path / "b.toml")
    notebook.append_experiments((a_plan(),))
    return notebook


def test_a_run_that_was_killed_is_recorded_in_its_own_notebook_alone(first: NotebookFile, second: NotebookFile) -> None:
    killed(first)

    assert second.pending() == ()
    assert second.recover() == ()
    assert [run.id for run in first.recover()] == ["killed1"]
    assert (ids(first), ids(second)) == (["killed1"], [])


def test_a_result_that_waits_is_recorded_in_its_own_notebook_alone(first: NotebookFile, second: NotebookFile) -> None:
    first.path.write_text("a = [1,\n", encoding="utf-8")
    with pytest.raises(NotebookError):
        first.record(a_run("kept"))
    first.path.write_text("# mended\n", encoding="utf-8")

    assert second.recover() == ()
    assert [run.id for run in first.recover()] == ["kept"]


def test_a_run_at_work_is_seen_by_its_own_notebook_alone(first: NotebookFile, second: NotebookFile) -> None:
    folder = RunFolder(first.run_folder("r1"))
    with folder.locked():
        folder.begin(a_run("r1"))

        assert [each.run.id for each in NotebookFile(first.path).pending()] == ["r1"]
        assert NotebookFile(second.path).pending() == ()


def test_a_deletion_is_restored_in_its_own_notebook_alone(first: NotebookFile, second: NotebookFile) -> None:
    first.record(a_run("r1"))
    first.delete(["r1"])

    assert second.trash() == ()
    assert [each.run_ids for each in first.trash()] == [("r1",)]


def test_nothing_of_the_other_notebook_is_missing_here(first: NotebookFile, second: NotebookFile) -> None:
    first.record(a_run("r1"))

    assert Recovery(second).lost() == ()
    assert Recovery(second).news() == ()


def test_what_another_notebook_that_is_not_there_yet_has_trained_now_is_no_news(
    first: NotebookFile, second: NotebookFile
) -> None:
    assert not first.path.exists()
    killed(first)

    with RunFolder(first.run_folder("killed1")).locked():
        assert Recovery(second).news() == ()

    assert Recovery(second).news() != ()


def test_a_renamed_notebook_says_so_and_its_folders_are_its_own_when_a_person_says_so(
    first: NotebookFile, tmp_path: Path
) -> None:
    first.record(a_run("r1"))
    first.record(a_run("gone", seed=1))
    first.delete(["gone"])
    killed(first)
    renamed = NotebookFile(first.path.rename(tmp_path / "new.toml"))

    assert renamed.recover() == ()
    (words,) = Recovery(renamed).news()
    assert "a.toml, which is not here any more" in words
    assert "`fmnist-tui recover --from a.toml`" in words
    assert Recovery(renamed).news() == ()

    assert {*Recovery(renamed).adopt("a.toml")} == {"r1", "gone", "killed1"}
    assert [run.id for run in renamed.recover()] == ["killed1"]
    assert [each.run_ids for each in renamed.trash()] == [("gone",)]
    assert Recovery(renamed).foreign() == ()


def test_a_copy_says_so_and_leaves_what_was_interrupted_to_the_original(first: NotebookFile, tmp_path: Path) -> None:
    killed(first)
    first.recover()
    copy = NotebookFile(tmp_path / "copy.toml")
    copy.path.write_bytes(first.path.read_bytes())

    (words,) = Recovery(copy).news()
    assert "a copy of a.toml" in words
    copy.read()
    assert not copy.ownership.owns("killed1")
    first.read()
    assert first.ownership.owns("killed1")
    assert Recovery(first).news() == ()

    Recovery(copy).adopt()
    assert copy.ownership.owns("killed1")
    assert not first.ownership.owns("killed1")


def test_a_new_notebook_under_the_name_of_a_renamed_one_does_not_get_its_runs(
    first: NotebookFile, tmp_path: Path
) -> None:
    first.record(a_run("r1"))
    killed(first)
    first.path.rename(tmp_path / "old.toml")
    new = NotebookFile(first.path)
    new.append_experiments((a_plan(),))

    assert new.recover() == ()
    assert Recovery(new).lost() == ()
    assert Recovery(new).news() == ()


def test_folders_of_an_older_version_are_those_of_experiments_toml(second: NotebookFile, tmp_path: Path) -> None:
    usual = NotebookFile(tmp_path / "experiments.toml")
    usual.append_experiments((a_plan(),))
    unmarked(second)

    assert second.recover() == ()
    assert [run.id for run in usual.recover()] == ["killed1"]


def test_without_experiments_toml_they_are_those_of_the_only_notebook(second: NotebookFile, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n', encoding="utf-8")
    unmarked(second)

    assert [run.id for run in second.recover()] == ["killed1"]


def test_of_several_notebooks_without_experiments_toml_none_takes_them_unasked(
    first: NotebookFile, second: NotebookFile
) -> None:
    first.append_experiments((a_plan(),))
    unmarked(second)

    assert first.recover() == ()
    assert second.recover() == ()
    (words,) = Recovery(second).news()
    assert "1 run that may be this notebook's, or another's; `fmnist-tui recover --adopt`" in words

    assert Recovery(second).adopt() == ("killed1",)
    assert first.recover() == ()
    assert [run.id for run in second.recover()] == ["killed1"]


def test_a_folder_of_an_older_version_is_that_of_the_notebook_that_has_its_run(
    second: NotebookFile, tmp_path: Path
) -> None:
    usual = NotebookFile(tmp_path / "experiments.toml")
    usual.append_experiments((a_plan(),))
    second.append_run(a_run("killed1", status="interrupted", curves=Curves()))
    unmarked(second)

    assert usual.recover() == ()
    second.read()
    assert second.ownership.owns("killed1")


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"\xff", b'{"notebook": 3}', b"[" * 4_000, b'{"notebook": "a.toml"' + b" " * 5_000 + b"}"],
    ids=["empty", "list", "binary", "number", "deep", "long"],
)
def test_a_mark_that_says_nothing_is_none(first: NotebookFile, content: bytes) -> None:
    folder = first.run_folder("r1")
    (folder / "notebook.json").write_bytes(content)

    assert read_owner(folder) is None


def test_a_mark_is_not_read_through_a_link(first: NotebookFile, tmp_path: Path) -> None:
    folder = first.run_folder("r1")
    assert read_owner(folder) == Owner("a.toml")
    (folder / "notebook.json").rename(tmp_path / "elsewhere")
    (folder / "notebook.json").symlink_to(tmp_path / "elsewhere")

    assert read_owner(folder) is None
