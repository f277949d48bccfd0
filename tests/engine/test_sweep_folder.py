"""The temporary folder of a sweep goes with it, or with the next program once its process is dead."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fmnist_tui.engine.parallel.channel import LOCK, SweepFolder, clear_leftovers

HOLD = """
import sys, time
from fmnist_tui.engine.parallel.channel import SweepFolder
folder = SweepFolder()
(folder.path / "picture").write_bytes(b"x")
print(folder.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder for temporary files of the test's own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def elsewhere(temporary: Path) -> Iterator[tuple["subprocess.Popen[str]", Path]]:
    """Another process with a folder."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD],
        env=os.environ | {"TMPDIR": str(temporary)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())


def test_a_folder_that_a_process_holds_stays_and_that_of_a_killed_one_goes(
    elsewhere: tuple["subprocess.Popen[str]", Path],
) -> None:
    process, folder = elsewhere
    own = SweepFolder()

    clear_leftovers()
    assert (folder / "picture").exists()
    assert own.path.is_dir()

    process.send_signal(signal.SIGKILL)
    process.wait()
    clear_leftovers()
    assert not folder.exists()
    assert own.path.is_dir()


def test_a_folder_that_is_removed_leaves_nothing_and_may_be_removed_twice(temporary: Path) -> None:
    folder = SweepFolder()

    folder.remove()
    folder.remove()

    assert list(temporary.iterdir()) == []


def test_what_is_left_of_a_removal_or_of_an_older_version_goes(temporary: Path) -> None:
    over, old, fresh = (temporary / f"fmnist-tui-{name}" for name in ("aaaaaaaa-over", "bbbbbbbb", "cccccccc"))
    for each in (over, old, fresh):
        (each / "within").mkdir(parents=True)
    os.utime(old, (0, 0))

    clear_leftovers()

    assert list(temporary.iterdir()) == [fresh]


def test_nothing_else_is_touched(temporary: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / LOCK).touch()
    (mine / "precious").touch()
    for name in ("fmnist-tui-notes", "fmnist-tui-aaaaaaaa.bak", "other-aaaaaaaa"):
        (temporary / name).mkdir()
        (temporary / name / LOCK).touch()
    (temporary / "fmnist-tui-bbbbbbbb").symlink_to(mine, target_is_directory=True)
    (temporary / "fmnist-tui-cccccccc").touch()
    within = temporary / "fmnist-tui-dddddddd"
    within.mkdir()
    (within / LOCK).symlink_to(mine / LOCK)
    before = sorted(temporary.rglob("*"))

    clear_leftovers()

    assert sorted(temporary.rglob("*")) == before
    assert (mine / "precious").exists()


def test_links_within_a_folder_are_removed_and_not_followed(
    elsewhere: tuple["subprocess.Popen[str]", Path], tmp_path: Path
) -> None:
    process, folder = elsewhere
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "precious").touch()
    (folder / "link").symlink_to(tmp_path / "mine", target_is_directory=True)
    process.send_signal(signal.SIGKILL)
    process.wait()

    clear_leftovers()

    assert not folder.exists()
    assert (tmp_path / "mine" / "precious").exists()


def test_a_folder_of_another_user_is_left_alone(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = temporary / "fmnist-tui-aaaaaaaa"
    folder.mkdir()
    (folder / LOCK).touch()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    clear_leftovers()

    assert folder.is_dir()
