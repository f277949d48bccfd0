"""A run's folder: what a training leaves there, what others see of it, and what others may have put there."""

import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_records import RUN
from strategies import as_a_file_holds_it, runs

from fmnist_tui.lab.records.run import CURVES, Curves, Run
from fmnist_tui.lab.runs import liveness
from fmnist_tui.lab.runs.files import RunFolderError
from fmnist_tui.lab.runs.folder import AlreadyTrainingError, RunFolder
from fmnist_tui.lab.runs.journal import epoch_line, header_line, read_journal, resumed_line
from fmnist_tui.lab.runs.pending import read_pending
from fmnist_tui.lab.runs.stopping import request_stop, stop_asked

LONG = replace(RUN, recipe=replace(RUN.recipe, training=replace(RUN.recipe.training, epochs=5)))
"""A run of which two of five epochs are trained."""


@pytest.fixture
def runs_folder(tmp_path: Path) -> Path:
    path = tmp_path / "runs"
    path.mkdir()
    return path


def first_epochs(count: int, run: Run = RUN) -> Curves:
    return Curves(*(getattr(run.curves, name)[:count] for name in CURVES))


def train(folder: RunFolder, run: Run = LONG, *, epochs: int = 2) -> None:
    """Leave what a training leaves whose process dies after some epochs."""
    with folder.locked():
        folder.begin(run)
        for epoch in range(1, epochs + 1):
            folder.add_epoch(first_epochs(epoch, run), float(epoch))


def trained(runs_folder: Path, run: Run = LONG, *, epochs: int = 2) -> RunFolder:
    folder = RunFolder(runs_folder / run.id)
    train(folder, run, epochs=epochs)
    return folder


def journal_of(folder: RunFolder) -> Path:
    return folder.path / "journal.jsonl"


# The journal


def test_a_journal_tells_the_run_as_far_as_it_has_come(runs_folder: Path) -> None:
    folder = trained(runs_folder)

    journal = folder.read()

    assert journal is not None
    assert journal.process == os.getpid()
    interrupted = replace(LONG, status="interrupted", reason="interrupted in epoch 3 of 5", seconds=2.0)
    assert journal.run == interrupted


@given(run=runs())
def test_every_run_can_be_told_from_its_journal(run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    path.write_bytes(header_line(run))

    journal = read_journal(path)

    assert journal is not None
    result = as_a_file_holds_it(run)
    assert (
        replace(journal.run, status=run.status, reason=result.reason, curves=run.curves, seconds=run.seconds) == result
    )


def test_every_line_is_written_in_one_piece(runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[bytes] = []
    write = os.write

    def note(file: int, line: bytes) -> int:
        written.append(line)
        return write(file, line)

    with monkeypatch.context() as noting:
        noting.setattr(os, "write", note)
        folder = trained(runs_folder)

    assert [line.count(b"\n") for line in written] == [1, 1, 1]
    assert b"".join(written) == journal_of(folder).read_bytes()


@pytest.mark.parametrize("cut", range(1, 40))
def test_a_last_line_torn_anywhere_is_passed_over(runs_folder: Path, cut: int) -> None:
    folder = trained(runs_folder)
    whole = journal_of(folder).read_bytes()
    journal_of(folder).write_bytes(whole[:-cut])

    journal = folder.read()

    assert journal is not None
    # Without its line's end alone, the second epoch is still told whole.
    assert journal.run.curves == first_epochs(2 if cut == 1 else 1)


def test_a_journal_without_one_whole_line_is_none(runs_folder: Path) -> None:
    folder = trained(runs_folder)
    journal_of(folder).write_bytes(header_line(LONG)[:-1])

    assert folder.read() is None


def test_a_training_that_goes_on_keeps_every_byte_and_ends_a_torn_line(runs_folder: Path) -> None:
    folder = trained(runs_folder)
    journal_of(folder).write_bytes(torn := journal_of(folder).read_bytes()[:-20])

    with folder.locked():
        folder.begin(LONG)
        folder.add_epoch(first_epochs(2), 9.0)

    assert journal_of(folder).read_bytes().startswith(torn + b"\n")
    journal = folder.read()
    assert journal is not None
    assert (journal.run.curves, journal.run.seconds) == (first_epochs(2), 9.0)


def test_an_epoch_trained_again_to_the_same_figures_leaves_those_after_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    lines = [epoch_line(first_epochs(1), 1.0), epoch_line(first_epochs(2), 2.0), resumed_line()]
    path.write_bytes(header_line(LONG) + b"".join(lines) + epoch_line(first_epochs(1), 1.5))

    journal = read_journal(path)

    assert journal is not None
    assert journal.run.curves == first_epochs(2)


def test_an_epoch_trained_again_to_other_figures_takes_those_after_it_along(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    other = Curves((0.7,), (0.9,), (0.7,), (0.9,))
    lines = [epoch_line(first_epochs(1), 1.0), epoch_line(first_epochs(2), 2.0), resumed_line()]
    path.write_bytes(header_line(LONG) + b"".join(lines) + epoch_line(other, 1.5))

    journal = read_journal(path)

    assert journal is not None
    assert (journal.run.curves, journal.run.seconds) == (other, 1.5)


def test_another_runs_journal_is_left_alone(runs_folder: Path) -> None:
    folder = trained(runs_folder)
    before = journal_of(folder).read_bytes()

    with folder.locked(), pytest.raises(RunFolderError, match="another run"):
        folder.begin(replace(LONG, seed=3))

    assert journal_of(folder).read_bytes() == before


def test_epochs_that_found_no_room_are_written_with_the_next(
    runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = RunFolder(runs_folder / LONG.id)
    room_left = [10]
    write = os.write

    def short(file: int, line: bytes) -> int:
        return write(file, line[: room_left[0]] if room_left else line)

    monkeypatch.setattr(os, "write", short)
    with folder.locked():
        with pytest.raises(RunFolderError, match="no space left"):
            folder.begin(LONG)
        with pytest.raises(RunFolderError, match="no space left"):
            folder.add_epoch(first_epochs(1), 1.0)
        assert journal_of(folder).read_bytes() == b""
        room_left.clear()
        folder.add_epoch(first_epochs(2), 2.0)

    journal = folder.read()
    assert journal is not None
    assert journal.run.curves == first_epochs(2)


# Liveness


def seen_alive(runs_folder: Path) -> bool:
    """Whether another object sees the folder alive."""
    return RunFolder(runs_folder / "r0").is_alive


def test_a_folder_is_alive_for_as_long_as_somebody_works_in_it(runs_folder: Path) -> None:
    folder = RunFolder(runs_folder / "r0")

    assert not seen_alive(runs_folder)
    with folder.locked():
        with folder.locked():
            assert seen_alive(runs_folder)
        assert seen_alive(runs_folder)  # and the looks have not ended it
    assert not seen_alive(runs_folder)


def test_nobody_else_works_in_a_folder_meanwhile(runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liveness, "PATIENCE", 0.0)
    folder, other = RunFolder(runs_folder / "r0"), RunFolder(runs_folder / "r0")

    with folder.locked():
        with pytest.raises(AlreadyTrainingError, match="another program trains this run already"), other.locked():
            pass
        assert folder.is_alive

    with other.locked():
        assert folder.is_alive


def test_a_look_keeps_no_training_out(runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (runs_folder / "r0").mkdir()
    lock = runs_folder / "r0" / "alive.lock"
    lock.touch()
    with lock.open() as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        assert not RunFolder(runs_folder / "r0").is_alive  # looks do not see one another

        monkeypatch.setattr(time, "sleep", lambda _: fcntl.flock(looking, fcntl.LOCK_UN))
        with RunFolder(runs_folder / "r0").locked():
            assert RunFolder(runs_folder / "r0").is_alive


def test_a_killed_process_is_alive_no_more(runs_folder: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from fmnist_tui.lab.runs.folder import RunFolder\n"
        "with RunFolder(Path(sys.argv[1])).locked():\n    print('at work', flush=True); time.sleep(60)"
    )
    folder = RunFolder(runs_folder / "r0")
    with subprocess.Popen([sys.executable, "-c", code, folder.path], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert folder.is_alive

        process.kill()
        process.wait()

        assert not folder.is_alive


def test_without_locks_the_process_itself_is_looked_for(runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    folder, looker = RunFolder(runs_folder / "r0"), RunFolder(runs_folder / "r0")

    with folder.locked():
        assert looker.is_alive
    (runs_folder / "r0" / "alive.lock").write_text(str(2**22 + 1))
    assert not looker.is_alive


def test_without_locks_a_folder_is_free_once_the_training_has_ended_though_its_process_lives_on(
    runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    folder, other = RunFolder(runs_folder / "r0"), RunFolder(runs_folder / "r0")

    with folder.locked():
        pass

    assert not other.is_alive
    with other.locked():
        assert folder.is_alive


# Stopping


def test_whoever_wants_a_training_to_stop_says_so_in_its_folder(runs_folder: Path) -> None:
    folder = RunFolder(runs_folder / "r0")
    with folder.locked():
        folder.begin(LONG)
        assert folder.stop_asked() is None

        request_stop(folder.path, "epoch")
        assert folder.stop_asked() == "epoch"
        request_stop(folder.path, "now")
        assert folder.stop_asked() == "now"
        request_stop(folder.path, "epoch")
        assert folder.stop_asked() == "now"


def test_an_old_wish_does_not_stop_the_next_training(runs_folder: Path) -> None:
    folder = trained(runs_folder)
    request_stop(folder.path, "now")

    with folder.locked():
        folder.begin(LONG)

        assert folder.stop_asked() is None


@pytest.mark.parametrize("content", [b"", b"soon", pytest.param(b"now" * 100, id="now x100"), b"\xff\xfe", b"n"])
def test_a_wish_that_nobody_understands_is_none(runs_folder: Path, content: bytes) -> None:
    (runs_folder / "stop").write_bytes(content)

    assert stop_asked(runs_folder) is None


# What is pending


def test_what_is_pending_is_told_apart_by_whether_it_is_alive(runs_folder: Path) -> None:
    trained(runs_folder, replace(LONG, id="dead"))
    folder = RunFolder(runs_folder / "alive")
    with folder.locked():
        folder.begin(replace(LONG, id="alive"))
        folder.add_epoch(first_epochs(1), 1.0)

        alive, dead = read_pending(runs_folder, set())

    assert (alive.run.id, alive.alive, alive.folder, alive.run.curves) == (
        "alive",
        True,
        runs_folder / "alive",
        first_epochs(1),
    )
    assert (alive.run.status, alive.run.reason) == ("interrupted", None)
    assert (dead.run.id, dead.alive, dead.run.curves) == ("dead", False, first_epochs(2))
    assert dead.run.reason == "interrupted in epoch 3 of 5"


def test_folders_of_known_runs_are_not_even_opened(runs_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        trained(runs_folder, replace(LONG, id=f"known{number}"))
    trained(runs_folder, replace(LONG, id="unknown"))
    opened: list[Path] = []
    open_file = os.open

    def count(path: Path, *arguments: int, dir_fd: int | None = None) -> int:
        opened.append(Path(path))
        return open_file(path, *arguments, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", count)

    pending = read_pending(runs_folder, {f"known{number}" for number in range(5)})

    assert [each.run.id for each in pending] == ["unknown"]
    assert {path.name for path in opened if path.is_absolute()} == {"unknown"}


def test_no_runs_folder_means_nothing_is_pending(tmp_path: Path) -> None:
    assert read_pending(tmp_path / "runs", ()) == ()


# What a stranger may have put there


def in_the_way(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def put(path: Path) -> None:
        path.unlink(missing_ok=True)
        make(path)

    return put


STRANGE: dict[str, Callable[[Path], None]] = {
    "a folder": in_the_way(Path.mkdir),
    "a pipe": in_the_way(os.mkfifo),
    "a link to itself": in_the_way(lambda path: path.symlink_to(path)),
    "a link to a secret": in_the_way(lambda path: path.symlink_to("/etc/passwd")),
    "no text": in_the_way(lambda path: path.write_bytes(bytes(range(256)) * 10)),
    "no journal": in_the_way(lambda path: path.write_text("{}\n{}\n")),
    "a list": in_the_way(lambda path: path.write_text("[1]\n")),
    "deep brackets": in_the_way(lambda path: path.write_text("[" * 100_000 + "\n")),
    "a deep run": in_the_way(
        lambda path: path.write_text('{"format": 1, "run": {"a": ' + "[" * 900 + "]" * 900 + "}}\n")
    ),
    "a large number": in_the_way(lambda path: path.write_text("9" * 100_000 + "\n")),
    "nothing known": in_the_way(lambda path: path.write_text('{"format": 1, "run": {"started": "2024-01-01"}}\n')),
    "keys that would be TOML": in_the_way(
        lambda path: path.write_text('{"format": 1, "run": {"started": "2024-01-01", "a = 1\\n[[run]]\\nid": 2}}\n')
    ),
    "a newer format": in_the_way(
        lambda path: path.write_bytes(header_line(LONG).replace(b'"format": 1', b'"format": 2'))
    ),
}


@pytest.mark.parametrize("what", STRANGE)
def test_something_strange_in_the_journals_place_is_one_line_and_hides_no_other(runs_folder: Path, what: str) -> None:
    trained(runs_folder, replace(LONG, id="r1"))
    folder = trained(runs_folder)
    STRANGE[what](journal_of(folder))

    with pytest.raises(RunFolderError) as error:
        folder.read()

    assert "\n" not in str(error.value)
    assert str(journal_of(folder)) in str(error.value)
    assert [each.run.id for each in read_pending(runs_folder, ())] == ["r1"]


@pytest.mark.parametrize("what", ["a folder", "a pipe", "a link to itself", "a link to a secret"])
def test_something_strange_in_the_locks_place_means_that_nobody_works_there(runs_folder: Path, what: str) -> None:
    folder = trained(runs_folder)
    STRANGE[what](folder.path / "alive.lock")

    (pending,) = read_pending(runs_folder, ())

    assert not pending.alive
    with pytest.raises(RunFolderError), folder.locked():
        pass


def test_a_journal_of_too_many_bytes_is_not_read(runs_folder: Path) -> None:
    folder = trained(runs_folder)
    os.truncate(journal_of(folder), 2**40)

    with pytest.raises(RunFolderError, match="larger than the 67,108,864 bytes that are read"):
        folder.read()


@pytest.mark.parametrize("name", ["..", ".hidden", "a b", "x" * 65, "é", "a\nb"])
def test_a_folder_that_no_run_would_have_is_passed_over(runs_folder: Path, name: str) -> None:
    source = trained(runs_folder)
    if name != "..":
        (runs_folder / name).mkdir()
        (runs_folder / name / "journal.jsonl").write_bytes(journal_of(source).read_bytes())

    assert [each.run.id for each in read_pending(runs_folder, ())] == [LONG.id]


def test_a_journal_is_only_its_own_folders(runs_folder: Path) -> None:
    source = trained(runs_folder, replace(LONG, id="r1"))
    (runs_folder / "r2").mkdir()
    (runs_folder / "r2" / "journal.jsonl").write_bytes(journal_of(source).read_bytes())
    (runs_folder / "r3").symlink_to(source.path)

    assert [each.folder.name for each in read_pending(runs_folder, ())] == ["r1"]


LINES = st.dictionaries(
    st.sampled_from(["epoch", "seconds", *CURVES, "process"]),
    st.one_of(st.integers(-2, 7), st.integers(), st.floats(), st.booleans(), st.none(), st.text(max_size=3)),
)


@given(lines=st.lists(st.one_of(LINES.map(json.dumps), st.text(max_size=20)), max_size=12))
def test_whatever_follows_the_first_line_there_is_a_run_with_whole_curves(
    lines: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal.jsonl"
    body = "\n".join([epoch_line(first_epochs(1), 1.0).decode().strip(), *lines])
    path.write_bytes(header_line(LONG) + body.encode("utf-8", "replace"))

    journal = read_journal(path)

    assert journal is not None
    curves = journal.run.curves
    assert 1 <= curves.epochs <= 5
    assert {len(getattr(curves, name)) for name in CURVES} == {curves.epochs}
