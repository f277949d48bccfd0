"""A result is never lost: it waits in `runs/` until the notebook has it, and what was killed comes back."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sample_records import a_run

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import Curves, Run
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.lab.toml.reading import NotebookError
from fmnist_tui.lab.toml.writing import record_text, run_record

ONE_EPOCH = Curves((0.8,), (0.6,), (0.82,), (0.5,))
BROKEN = b"a = [1,\n"


@pytest.fixture
def notebook(tmp_path: Path) -> NotebookFile:
    return NotebookFile(tmp_path / "experiments.toml")


def train(notebook: NotebookFile, run: Run, epochs: int = 1) -> None:
    """Leave in a run's folder what a training does that is killed after some epochs."""
    folder = RunFolder(notebook.run_folder(run.id))
    with folder.locked():
        train_on(folder, run, epochs)


def train_on(folder: RunFolder, run: Run, epochs: int) -> None:
    folder.begin(run)
    for epoch in range(1, epochs + 1):
        folder.add_epoch(Curves(*((value,) * epoch for value in (0.8, 0.6, 0.82, 0.5))), float(epoch))


def kept(notebook: NotebookFile, run_id: str = "r0") -> bool:
    """Whether a result waits in its folder."""
    folder = notebook.runs_folder / run_id
    return (folder / "run.toml").exists() and not (folder / "recorded").exists()


def test_a_result_that_was_recorded_is_in_the_notebook_and_waits_no_longer(notebook: NotebookFile) -> None:
    notebook.record(a_run())

    assert NotebookFile(notebook.path).read().runs == (a_run(),)
    assert not kept(notebook)
    assert notebook.recover() == ()


@pytest.mark.parametrize("content", [BROKEN, b"format = 9\n", b"\xff\n"])
def test_a_result_that_the_notebook_cannot_take_waits_until_it_can(notebook: NotebookFile, content: bytes) -> None:
    notebook.path.write_bytes(content)

    with pytest.raises(NotebookError) as error:
        notebook.record(a_run())
    assert str(error.value).startswith(str(notebook.path))
    assert f"the result is kept in {notebook.runs_folder / 'r0' / 'run.toml'} and added once" in str(error.value)
    with pytest.raises(NotebookError):
        notebook.recover()
    assert notebook.path.read_bytes() == content
    assert kept(notebook)

    notebook.path.write_bytes(b"# mended\n")

    assert notebook.recover() == (a_run(),)
    assert notebook.path.read_bytes() == b"# mended\n" + record_text("run", run_record(a_run())).encode()
    assert not kept(notebook)
    assert notebook.recover() == ()


def test_a_result_that_can_be_neither_recorded_nor_kept_says_both(notebook: NotebookFile) -> None:
    notebook.path.parent.joinpath("runs").touch()

    with pytest.raises(NotebookError, match=r"a file has that name; move it away; nor could the result be kept: "):
        notebook.record(a_run())


def test_a_result_is_recorded_though_it_cannot_be_kept(notebook: NotebookFile) -> None:
    notebook.append_run(a_run("other"))
    (notebook.runs_folder / "r0").touch()

    notebook.record(a_run())

    assert [run.id for run in notebook.read().runs] == ["other", "r0"]


@pytest.mark.parametrize("run_id", ["../up", "", "a/b", "x" * 65])
def test_a_run_of_an_id_that_no_folder_can_have_touches_nothing(notebook: NotebookFile, run_id: str) -> None:
    with pytest.raises(NotebookError, match="id must be up to 64 letters"):
        notebook.record(a_run(run_id))

    assert not notebook.path.exists()
    assert not notebook.path.parent.parent.joinpath("up").exists()


def test_a_result_that_was_added_but_not_yet_forgotten_is_not_added_again(notebook: NotebookFile) -> None:
    notebook.append_run(a_run())
    notebook.edit_run("r0", {"note": "mine", "starred": True})
    (notebook.run_folder("r0") / "run.toml").write_text(record_text("run", run_record(a_run())), encoding="utf-8")
    before = notebook.path.read_bytes()

    assert notebook.recover() == ()

    assert notebook.path.read_bytes() == before
    assert not kept(notebook)


def test_an_id_that_another_run_has_is_refused_and_the_result_stays_kept(notebook: NotebookFile) -> None:
    notebook.record(a_run())
    before = notebook.path.read_bytes()

    with pytest.raises(NotebookError, match=r"the run r0 is there already; .* kept in"):
        notebook.record(a_run(seed=1))

    assert notebook.recover() == ()
    assert notebook.path.read_bytes() == before
    assert kept(notebook)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        BROKEN,
        b"\xff",
        b"format = 9\n",
        pytest.param(record_text("run", run_record(a_run("r1"))).encode(), id="another run"),
    ],
)
def test_a_kept_file_that_is_no_result_of_its_folder_is_left_where_it_is(
    notebook: NotebookFile, content: bytes
) -> None:
    (notebook.run_folder("r0") / "run.toml").write_bytes(content)

    assert notebook.recover() == ()

    assert not notebook.path.exists()
    assert kept(notebook)


def test_what_a_killed_training_has_trained_is_recovered_as_interrupted(notebook: NotebookFile) -> None:
    train(notebook, a_run(), epochs=2)

    (pending,) = notebook.pending()
    (run,) = notebook.recover()

    assert not pending.alive
    assert pending.run == run
    assert (run.id, run.status, run.curves.epochs, run.recipe) == ("r0", "interrupted", 2, a_run().recipe)
    assert notebook.read().runs == (replace(run, started=run.started.replace(microsecond=0)),)
    assert notebook.pending() == ()
    assert notebook.recover() == ()


def test_what_is_at_work_is_pending_and_left_alone(notebook: NotebookFile) -> None:
    folder = RunFolder(notebook.run_folder("r0"))
    with folder.locked():
        train_on(folder, a_run(), 1)

        (pending,) = NotebookFile(notebook.path).pending()
        assert pending.alive
        assert pending.run.curves == ONE_EPOCH
        assert notebook.recover() == ()
        assert not notebook.path.exists()


def test_looking_for_what_is_pending_makes_nothing(notebook: NotebookFile) -> None:
    assert notebook.pending() == ()
    assert notebook.recover() == ()

    assert list(notebook.path.parent.iterdir()) == []


def test_a_run_that_is_resumed_takes_the_place_of_its_interruption(notebook: NotebookFile) -> None:
    notebook.append_run(a_run("before"))
    train(notebook, a_run(), epochs=1)
    notebook.recover()
    notebook.append_run(a_run("after"))
    notebook.edit_run("r0", {"note": "the lights went out"})

    notebook.record(a_run())

    runs = NotebookFile(notebook.path).read().runs
    assert [run.id for run in runs] == ["before", "r0", "after"]
    assert runs[1] == a_run(note="the lights went out")
    assert notebook.pending() == ()
    assert notebook.recover() == ()


def test_a_run_that_is_resumed_and_killed_again_is_recovered_with_its_new_epochs(notebook: NotebookFile) -> None:
    train(notebook, a_run(), epochs=1)
    notebook.recover()
    folder = RunFolder(notebook.run_folder("r0"))
    with folder.locked():
        folder.begin(a_run())
        folder.add_epoch(a_run().curves, 2.0)
        assert [pending.alive for pending in notebook.pending()] == [True]

    (run,) = notebook.recover()

    assert run.curves.epochs == 2
    assert [each.curves.epochs for each in notebook.read().runs] == [2]


def test_a_run_that_a_person_removes_from_the_notebook_does_not_come_back(notebook: NotebookFile) -> None:
    train(notebook, a_run("done"), epochs=2)
    notebook.record(a_run("done"))
    train(notebook, a_run("dead"), epochs=1)
    notebook.recover()

    notebook.path.write_text("# all gone\n", encoding="utf-8")

    assert notebook.recover() == ()
    assert notebook.pending() == ()


def test_a_run_that_was_deleted_does_not_come_back(notebook: NotebookFile) -> None:
    train(notebook, a_run(), epochs=1)
    notebook.append_run(notebook.pending()[0].run)
    notebook.delete(["r0"])

    assert notebook.recover() == ()
    assert notebook.pending() == ()


def test_what_is_pending_can_be_seen_beside_a_notebook_that_cannot_be_read(notebook: NotebookFile) -> None:
    train(notebook, a_run(), epochs=1)
    notebook.path.write_bytes(BROKEN)

    assert [pending.run.id for pending in notebook.pending()] == ["r0"]


def test_sessions_that_recover_at_the_same_time_add_each_run_once(notebook: NotebookFile) -> None:
    ids = [f"r{number}" for number in range(6)]
    for run_id in ids[:3]:
        train(notebook, a_run(run_id))
    for run_id in ids[3:]:
        (notebook.run_folder(run_id) / "run.toml").write_text(record_text("run", run_record(a_run(run_id))))
    added: list[Run] = []
    begin = threading.Barrier(4)

    def recover() -> None:
        begin.wait()
        added.extend(NotebookFile(notebook.path).recover())

    sessions = [threading.Thread(target=recover) for _ in range(4)]
    for session in sessions:
        session.start()
    for session in sessions:
        session.join()

    assert sorted(run.id for run in added) == ids
    assert sorted(run.id for run in notebook.read().runs) == ids
