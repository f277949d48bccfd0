"""The folder in which a report is made: gone when it is done, and when a program that was killed left it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fmnist_tui.lab.notebook.durable import Busy, lock_held
from fmnist_tui.lab.report import unfinished
from fmnist_tui.lab.report.unfinished import PREFIX, unfinished_folder


def make_old(folder: Path) -> None:
    os.utime(folder, (0, 0))


def test_it_lies_beside_the_report_and_is_removed_at_the_end_and_after_an_error(tmp_path: Path) -> None:
    with unfinished_folder(tmp_path / "report.md") as folder:
        (folder / "a.png").touch()
        assert [*tmp_path.iterdir()] == [folder]
    assert [*tmp_path.iterdir()] == []

    with pytest.raises(FileNotFoundError), unfinished_folder(tmp_path / "report.md") as folder:
        (folder / "b.png").rename(folder / "c.png")
    assert [*tmp_path.iterdir()] == []


def test_what_a_killed_program_left_is_removed(tmp_path: Path) -> None:
    left, new, other = tmp_path / f"{PREFIX}left", tmp_path / f"{PREFIX}new", tmp_path / ".report-mine"
    for each in (left, new, other):
        each.mkdir()
        (each / "a.png").touch()
    make_old(left)
    make_old(other)

    with unfinished_folder(tmp_path / "report.md"):
        assert not left.exists()

    assert sorted(tmp_path.iterdir()) == sorted((new, other))


def test_what_another_program_works_in_is_left(tmp_path: Path) -> None:
    with unfinished_folder(tmp_path / "report.md") as first:
        (first / "a.png").touch()
        make_old(first)
        with unfinished_folder(tmp_path / "another.md"):
            assert (first / "a.png").exists()


def test_of_two_programs_one_has_it_until_it_ends(tmp_path: Path) -> None:
    report = tmp_path / "report.md"
    with unfinished_folder(report) as first:
        (first / "a.png").touch()
        with pytest.raises(Busy), unfinished_folder(tmp_path / ".." / tmp_path.name / "report.md"):
            pass
        assert (first / "a.png").exists()

    with unfinished_folder(report) as again:
        assert [*again.iterdir()] == []


def test_one_that_is_removed_while_its_lock_is_taken_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    removed: list[Path] = []

    @contextmanager
    def removing(file: int, path: Path, seconds: float) -> Iterator[None]:
        with lock_held(file, path, seconds):
            if not removed:
                removed.append(path)
                path.rmdir()
            yield

    monkeypatch.setattr(unfinished, "lock_held", removing)
    with unfinished_folder(tmp_path / "report.md") as folder:
        assert removed == [folder]
        assert folder.is_dir()


def test_what_a_killed_program_left_of_the_same_report_is_no_hindrance(tmp_path: Path) -> None:
    with unfinished_folder(tmp_path / "report.md") as folder:
        pass
    (folder / "folder").mkdir(parents=True)
    (folder / "a.png").touch()

    with unfinished_folder(tmp_path / "report.md"):
        assert [*folder.iterdir()] == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "a.png").touch()
    make_old(mine)
    (tmp_path / f"{PREFIX}link").symlink_to(mine)

    with unfinished_folder(tmp_path / "report.md"):
        pass

    assert (mine / "a.png").exists()


def test_without_locks_nothing_is_taken_for_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(37, "No locks available")

    left = tmp_path / f"{PREFIX}left"
    left.mkdir()
    make_old(left)
    monkeypatch.setattr(fcntl, "flock", refuse)

    with unfinished_folder(tmp_path / "report.md") as folder:
        assert folder.is_dir()

    assert [*tmp_path.iterdir()] == [left]
