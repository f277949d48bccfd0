"""Runs that another program removed from the notebook are reported once, and restored on request."""

from pathlib import Path

import pytest
from sample_records import a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.recovery import Recovery
from fmnist_tui.lab.records.run import Curves
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.lab.toml.reading import NotebookError


@pytest.fixture
def notebook(tmp_path: Path) -> NotebookFile:
    notebook = NotebookFile(tmp_path / "experiments.toml")
    notebook.record(a_run("r0"))
    return notebook


def put_back_older(notebook: NotebookFile, *later: str) -> None:
    """Record runs, and have an editor write back the text from before them."""
    before = notebook.path.read_bytes()
    for run_id in later:
        notebook.record(a_run(run_id, seed=int(run_id[1:])))
    notebook.path.write_bytes(before)


def ids(notebook: NotebookFile) -> list[str]:
    return [run.id for run in NotebookFile(notebook.path).read().runs]


def test_every_recorded_run_has_its_own_record_in_its_folder(notebook: NotebookFile) -> None:
    folder = RunFolder(notebook.run_folder("r1"))
    with folder.locked():
        folder.begin(a_run("r1"))
        folder.add_epoch(Curves((0.8,), (0.6,), (0.82,), (0.5,)), 1.0)
    notebook.recover()

    for run in notebook.read().runs:
        copy = NotebookFile(notebook.runs_folder / run.id / "run.toml")
        assert copy.read().runs == (run,)


def test_what_an_editor_took_away_is_named_once_and_never_added_by_itself(notebook: NotebookFile) -> None:
    put_back_older(notebook, "r1", "r2")

    assert notebook.recover() == ()
    assert notebook.pending() == ()
    (words,) = Recovery(notebook).news()
    assert words.startswith("2 runs that this notebook had are missing from it, and were not deleted here; ")
    assert Recovery(NotebookFile(notebook.path)).news() == ()
    assert ids(notebook) == ["r0"]


def test_it_is_named_again_when_more_is_missing_and_when_it_is_missing_anew(notebook: NotebookFile) -> None:
    put_back_older(notebook, "r1")
    recovery = Recovery(notebook)
    assert len(recovery.news()) == 1

    put_back_older(notebook, "r2")
    assert recovery.news()[0].startswith("2 runs")
    recovery.add(["r1", "r2"])
    assert recovery.news() == ()
    put_back_older(notebook, "r3")
    assert recovery.news()[0].startswith("1 run that this notebook had is missing from it, and was not deleted here")


def test_what_is_missing_comes_back_as_it_was_recorded(notebook: NotebookFile) -> None:
    put_back_older(notebook, "r1", "r2", "r3")
    recovery = Recovery(notebook)

    assert recovery.add(["r2"]) == (a_run("r2", seed=2),)
    assert recovery.lost() == ("r1", "r3")
    recovery.add(recovery.lost())

    assert NotebookFile(notebook.path).read().runs[1:] == tuple(a_run(f"r{seed}", seed=seed) for seed in (2, 1, 3))
    assert recovery.lost() == ()


def test_what_was_deleted_here_is_not_missing_be_it_restored_and_deleted_again(notebook: NotebookFile) -> None:
    notebook.record(a_run("r1"))
    deleted = notebook.delete(["r1"])
    assert Recovery(notebook).lost() == ()

    notebook.restore(deleted)
    put_back_older(notebook)
    assert Recovery(notebook).lost() == ()
    notebook.delete(["r0", "r1"])
    assert Recovery(notebook).lost() == ()


def test_what_is_forgotten_is_named_no_more_and_its_copy_stays(notebook: NotebookFile) -> None:
    put_back_older(notebook, "r1", "r2")
    recovery = Recovery(notebook)

    assert [run.id for run in recovery.forget(["r1"])] == ["r1"]

    assert recovery.lost() == ("r2",)
    assert recovery.news()[0].startswith("1 run")
    assert (notebook.runs_folder / "r1" / "run.toml").exists()
    with pytest.raises(NotebookError, match="r1: no run that is missing"):
        recovery.add(["r1"])


def test_what_is_forgotten_while_news_are_looked_for_stays_forgotten(
    notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_back_older(notebook, "r1", "r2")
    recovery, load = Recovery(notebook), Recovery._load_report
    loads: list[object] = []

    def load_and_forget_after_it(self: Recovery) -> tuple[str, frozenset[str]]:
        report = load(self)
        if self is recovery:
            loads.append(report)
            if len(loads) == 2:  # the first is for what is lost, the second for what was told
                Recovery(NotebookFile(notebook.path)).forget(["r1"])
        return report

    monkeypatch.setattr(Recovery, "_load_report", load_and_forget_after_it)
    assert recovery.news()[0].startswith("2 runs")

    assert recovery.lost() == ("r2",)


def test_a_run_that_is_only_interrupted_by_now_comes_back_whole(notebook: NotebookFile) -> None:
    interrupted = a_run("r1", status="interrupted", curves=Curves((0.8,), (0.6,), (0.82,), (0.5,)), test=None)
    notebook.record(interrupted)
    before = notebook.path.read_bytes()
    notebook.record(a_run("r1"))
    notebook.path.write_bytes(before)

    assert notebook.recover() == ()
    assert Recovery(notebook).lost() == ("r1",)
    Recovery(notebook).add(["r1"])
    assert NotebookFile(notebook.path).read().runs == (a_run("r0"), a_run("r1"))


def test_a_run_of_a_version_that_kept_no_copy_is_not_missed(notebook: NotebookFile) -> None:
    put_back_older(notebook, "r1")
    (notebook.runs_folder / "r1" / "run.toml").unlink()

    assert Recovery(notebook).lost() == ()


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'{"forgotten": 3}', b'{"told": 1}'], ids=repr)
def test_a_note_of_what_was_told_that_is_damaged_counts_as_none(notebook: NotebookFile, content: bytes) -> None:
    put_back_older(notebook, "r1")
    recovery = Recovery(notebook)
    recovery.news()
    (notebook.runs_folder / ".experiments.toml.told").write_bytes(content)

    assert len(recovery.news()) == 1
    assert recovery.lost() == ("r1",)


def test_beside_a_notebook_that_cannot_be_read_nothing_is_told(notebook: NotebookFile) -> None:
    notebook.path.write_text("a = [1,\n", encoding="utf-8")

    assert Recovery(notebook).news() == ()


def test_of_known_runs_no_folder_is_opened(notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(1, 4):
        notebook.record(a_run(f"r{number}"))
    notebook.read()
    opened: list[Path] = []

    def noted(path: Path, most: int) -> bytes:
        opened.append(path)
        return b""

    monkeypatch.setattr("fmnist_tui.lab.notebook.record_file.read_regular", noted)

    assert Recovery(notebook).lost() == ()
    assert opened == []


def test_a_run_comes_back_with_the_note_the_star_and_the_name_that_a_person_gave_it(notebook: NotebookFile) -> None:
    notebook.record(a_run("r1", seed=1))
    notebook.edit_run("r1", {"note": "dear to me", "starred": True})
    notebook.edit_experiment("64 units", a_run().recipe, {"name": "sixty-four"})
    put_back_older(notebook, "r2")
    edited = notebook.read().runs
    notebook.path.unlink()

    added = Recovery(NotebookFile(notebook.path)).add(["r0", "r1"])

    assert added == edited
    assert [(run.experiment, run.note, run.starred) for run in added] == [
        ("sixty-four", None, False),
        ("sixty-four", "dear to me", True),
    ]


def test_a_note_that_was_taken_back_does_not_come_back(notebook: NotebookFile) -> None:
    notebook.edit_run("r0", {"note": "wrong"})
    notebook.edit_run("r0", {"note": None})
    notebook.path.unlink()

    (run,) = Recovery(NotebookFile(notebook.path)).add(["r0"])

    assert run.note is None


def test_the_copy_of_a_resumed_run_keeps_the_note_of_its_interruption(notebook: NotebookFile) -> None:
    notebook.record(a_run("r1", status="interrupted", test=None, best=None, confusion=None))
    notebook.edit_run("r1", {"note": "the machine went down"})
    notebook.record(a_run("r1"))
    notebook.path.unlink()

    (_, run) = Recovery(NotebookFile(notebook.path)).add(["r0", "r1"])

    assert (run.status, run.note) == ("finished", "the machine went down")


@pytest.mark.parametrize("damage", [b"", b"not = toml = ", None])
def test_an_edit_is_done_whatever_became_of_the_copy(notebook: NotebookFile, damage: bytes | None) -> None:
    copy = notebook.runs_folder / "r0" / "run.toml"
    if damage is None:
        copy.unlink()
        copy.mkdir()
    else:
        copy.write_bytes(damage)

    notebook.edit_run("r0", {"note": "kept"})

    assert [run.note for run in NotebookFile(notebook.path).read().runs] == ["kept"]


@pytest.mark.parametrize("damage", [b"", b"format = 1\nnot = toml = \n", b'format = 1\n[[run]]\nid = "r1"\n'])
def test_a_copy_that_cannot_be_read_keeps_no_other_from_coming_back(notebook: NotebookFile, damage: bytes) -> None:
    put_back_older(notebook, "r1", "r2", "r3")
    (notebook.runs_folder / "r1" / "run.toml").write_bytes(damage)

    assert [run.id for run in Recovery(notebook).lost_runs()] == ["r2", "r3"]


def test_epochs_of_a_resumed_run_that_the_notebook_lacks_are_found_by_a_new_look(notebook: NotebookFile) -> None:
    interrupted = a_run("r1", status="interrupted", test=None, best=None, confusion=None)
    folder = RunFolder(notebook.run_folder("r1"))
    for epochs in (1, 2):
        with folder.locked():
            folder.begin(interrupted)
            folder.add_epoch(Curves(*(4 * [(0.5, 0.6)[:epochs]])), float(epochs))
        recorded = NotebookFile(notebook.path).recover()
        assert [(run.id, run.curves.epochs) for run in recorded] == [("r1", epochs)]
        assert NotebookFile(notebook.path).recover() == ()
