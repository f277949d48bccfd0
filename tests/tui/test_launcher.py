"""The app is a child of the process that a shell waits for, which ends, stops and hears as if it were the app."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from command_line import bare_environment
from terminal import wait_until

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="states of processes are read in /proc")

PROGRAM = """
import os, signal, sys, time
from pathlib import Path
from fmnist_tui.terminal.launcher import run_in_child

def session(give_prompt_back):
    def stop(*_):
        Path("told").touch()
        os._exit(5)
    signal.signal(signal.SIGTERM, stop)
    Path("child.tmp").write_text(str(os.getpid()))
    Path("child.tmp").rename("child")
    {work}

def report_killed(number):
    Path("killed-by").write_text(str(number))

sys.exit(run_in_child(session, report_killed))
"""
"""A program whose app is a few lines of Python."""

WAITS = "[time.sleep(0.01) for _ in iter(Path('go').exists, True)]; Path('done').touch(); return 3"
"""An app that works until it may end."""


@contextmanager
def started(folder: Path, work: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start the program in a group of its own, as a shell does, and wait until its app runs."""
    environment = bare_environment(folder) | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", PROGRAM.format(work=work)]
    with subprocess.Popen(command, cwd=folder, env=environment, process_group=0) as launcher:
        try:
            wait_until((folder / "child").exists)
            yield launcher
        finally:
            with suppress(ProcessLookupError):
                os.killpg(launcher.pid, signal.SIGKILL)


def child_of(folder: Path) -> int:
    """Return the number of the app's process."""
    return int((folder / "child").read_text())


def state_of(process: int) -> str:
    """Return the letter of a process's state: T where it is stopped."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.mark.parametrize(
    ("work", "status"), [("return 7", 7), ("return 0", 0), ("os.kill(os.getpid(), signal.SIGKILL)", 137)]
)
def test_it_ends_as_the_app_ends(tmp_path: Path, work: str, status: int) -> None:
    with started(tmp_path, work) as launcher:
        assert launcher.wait(120) == status

    assert (tmp_path / "killed-by").exists() == (status == 137)


def test_it_ends_well_when_the_app_goes_on_without_a_screen(tmp_path: Path) -> None:
    with started(tmp_path, f"give_prompt_back(); {WAITS}") as launcher:
        assert launcher.wait(120) == 0
        assert not (tmp_path / "done").exists()

        (tmp_path / "go").touch()
        wait_until((tmp_path / "done").exists)


def test_a_signal_for_it_is_for_the_app(tmp_path: Path) -> None:
    with started(tmp_path, WAITS) as launcher:
        launcher.send_signal(signal.SIGTERM)

        assert launcher.wait(120) == 5
        assert (tmp_path / "told").exists()


def test_it_is_stopped_with_the_app_and_goes_on_with_it(tmp_path: Path) -> None:
    with started(tmp_path, f"os.kill(os.getpid(), signal.SIGSTOP); {WAITS}") as launcher:
        wait_until(lambda: state_of(launcher.pid) == "T")
        assert state_of(child_of(tmp_path)) == "T"

        (tmp_path / "go").touch()
        launcher.send_signal(signal.SIGCONT)  # a shell says it to the group; the launcher says it on

        assert launcher.wait(120) == 3


def test_a_job_that_is_stopped_and_continued_whole_stays_continued(tmp_path: Path) -> None:
    handler = "lambda *_: Path('told').touch()"
    with started(tmp_path, f"signal.signal(signal.SIGINT, {handler}); {WAITS}") as launcher:
        both = launcher.pid, child_of(tmp_path)
        for _ in range(40):  # which of the two is continued first is the system's choice
            os.killpg(launcher.pid, signal.SIGSTOP)
            wait_until(lambda: [state_of(each) for each in both] == ["T", "T"])
            os.killpg(launcher.pid, signal.SIGCONT)
            wait_until(lambda: "T" not in [state_of(each) for each in both])
            launcher.send_signal(signal.SIGINT)
            wait_until((tmp_path / "told").exists)
            (tmp_path / "told").unlink()

        (tmp_path / "go").touch()

        assert launcher.wait(120) == 3


def test_what_would_stop_it_stops_the_app_first(tmp_path: Path) -> None:
    handler = "lambda *_: [Path('told').touch(), os.kill(os.getpid(), signal.SIGSTOP)]"
    with started(tmp_path, f"signal.signal(signal.SIGTSTP, {handler}); {WAITS}") as launcher:
        launcher.send_signal(signal.SIGTSTP)
        wait_until(lambda: state_of(launcher.pid) == "T")
        assert state_of(child_of(tmp_path)) == "T"
        assert (tmp_path / "told").exists()

        (tmp_path / "go").touch()
        launcher.send_signal(signal.SIGCONT)

        assert launcher.wait(120) == 3


def test_it_ends_with_the_line_and_the_app_need_not(tmp_path: Path) -> None:
    with started(tmp_path, f"signal.signal(signal.SIGHUP, signal.SIG_IGN); {WAITS}") as launcher:
        launcher.send_signal(signal.SIGHUP)
        assert launcher.wait(120) == 129

        (tmp_path / "go").touch()
        wait_until((tmp_path / "done").exists)


def test_it_stays_small(tmp_path: Path) -> None:
    heavy = "'tensorflow', 'textual', 'numpy', 'matplotlib'"
    work = f"return 1 if {{{heavy}}} & set(sys.modules) else 0"
    with started(tmp_path, work) as launcher:
        assert launcher.wait(120) == 0
