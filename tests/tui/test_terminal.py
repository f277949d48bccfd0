"""While the app runs, file descriptor 2 leads to a log, and Textual alone draws on the terminal."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fmnist_tui.terminal.standard_error import log_path, redirected_stderr

DESCRIPTORS = Path("/proc/self/fd")


@contextmanager
def terminal_in(folder: Path) -> Iterator[Path]:
    """Put a file in the place of the terminal behind descriptor 2, and yield its path."""
    path = folder / "terminal"
    kept, stand_in = os.dup(2), os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(stand_in, 2)
    os.close(stand_in)
    try:
        yield path
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def test_what_libraries_write_goes_to_the_log_and_what_is_drawn_to_the_terminal(tmp_path: Path) -> None:
    log, before = tmp_path / "stderr.log", sys.__stderr__
    with terminal_in(tmp_path) as terminal:
        with redirected_stderr(log):
            os.write(2, b"a library speaks\n")
            subprocess.run([sys.executable, "-c", r"import os; os.write(2, b'its child too\n')"], check=True)
            assert sys.__stderr__ is not None
            sys.__stderr__.write("drawn\n")
        os.write(2, b"after\n")

    assert log.read_bytes() == b"a library speaks\nits child too\n"
    assert terminal.read_bytes() == b"drawn\nafter\n"
    assert sys.__stderr__ is before


def test_the_terminal_is_given_back_after_an_error_too(tmp_path: Path) -> None:
    before = sys.__stderr__
    with terminal_in(tmp_path) as terminal:
        with pytest.raises(RuntimeError, match="boom"), redirected_stderr(tmp_path / "stderr.log"):
            raise RuntimeError("boom")
        os.write(2, b"after\n")

    assert terminal.read_bytes() == b"after\n"
    assert sys.__stderr__ is before


@pytest.mark.skipif(not DESCRIPTORS.is_dir(), reason="open descriptors are listed in /proc on Linux alone")
def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    before = sorted(path.name for path in DESCRIPTORS.iterdir())
    with redirected_stderr(tmp_path / "stderr.log"):
        pass

    assert sorted(path.name for path in DESCRIPTORS.iterdir()) == before


def test_the_log_is_made_anew_and_is_a_person_s_own(tmp_path: Path) -> None:
    log = tmp_path / "stderr.log"
    for words in (b"a long first session\n", b"second\n"):
        with redirected_stderr(log):
            os.write(2, words)

    assert log.read_bytes() == b"second\n"
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_the_log_lies_in_the_platform_s_own_place(folder: Path) -> None:
    path = log_path()

    assert path.name == "stderr.log"
    assert path.parent.is_dir()
    assert folder.parent / "home" in path.parents


@pytest.mark.parametrize(("start", "works"), [("start_resource_tracker()", True), ("", False)])
def test_processes_can_share_where_textual_has_taken_standard_error(start: str, works: bool) -> None:
    code = (
        "import sys\nfrom types import SimpleNamespace\nfrom multiprocessing import get_context\n"
        "from fmnist_tui.terminal.standard_error import start_resource_tracker\n"
        f"sys.stderr = SimpleNamespace(fileno=lambda: -1, write=len, flush=lambda: None)\n{start}\n"
        "get_context('spawn').Semaphore()\nprint('shared')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.stdout == ("shared\n" if works else "")
    assert (done.returncode == 0) == works
