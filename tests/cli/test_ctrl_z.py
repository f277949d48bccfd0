"""Ctrl-Z at `train` in a shell with job control: no second until `fg` counts; Ctrl-C then keeps all that was trained.

In processes of their own TensorFlow trains, in the main thread, which also answers signals; else trainings are slow.
"""

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path

import pytest
from command_line import PROGRAM, WITH_SLOW_TRAININGS
from terminal import Terminal, wait_until

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.runs.folder import JOURNAL

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="processes are found by /proc"),
    pytest.mark.skipif(shutil.which("bash") is None, reason="a shell with job control"),
]

SUSPEND, INTERRUPT = "\x1a", "\x03"
ENDLESS = 10_000
"""Epochs that take longer than any test waits."""
TRAINS = """
from fmnist_tui.cli import main

if __name__ == "__main__":
    main()
"""
PROGRAMS = {1: WITH_SLOW_TRAININGS, 2: TRAINS}


@contextmanager
def shell(folder: Path, program: str) -> Iterator[Terminal]:
    """Open a shell with job control in a folder with a program in it, `./lab`."""
    script = folder / "lab"
    script.write_text(f"#!{PROGRAM[0]}\n{program}")
    script.chmod(0o755)
    (folder / "bashrc").write_text("PS1='ready> '; bind 'set enable-bracketed-paste off'\n")
    try:
        with Terminal(("bash", "--noprofile", "--rcfile", "bashrc", "-i"), folder, columns=120) as terminal:
            yield terminal
    finally:
        for process in trainings(folder):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def trainings(folder: Path) -> list[int]:
    """Return the program's processes, its workers included."""
    found = [int(path.name) for path in Path("/proc").glob("[0-9]*") if is_a_training(path, folder)]
    return [process for process in found if process != os.getpid()]  # a test is in the folder too


def is_a_training(process: Path, folder: Path) -> bool:
    try:
        return (process / "cwd").readlink() == folder and (process / "comm").read_text() not in ("bash\n", "sh\n")
    except OSError:
        return False


def state_of(process: int) -> str:
    """Return the letter of a process's state: T where it is stopped."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def journals(notebook: NotebookFile) -> list[list[float]]:
    """Return the seconds at the end of each epoch, a list for each run, in the order of their ids."""
    texts = [path.read_text() for path in sorted(notebook.runs_folder.glob(f"*/{JOURNAL}"))]
    lines = [[json.loads(line) for line in text.splitlines(True) if line.endswith("\n")] for text in texts]
    return [[line["seconds"] for line in each if "epoch" in line] for each in lines]


def longest_epoch(ends: list[float]) -> float:
    """Return the most seconds between the ends of two epochs."""
    return max(later - end for end, later in pairwise(ends))


@pytest.mark.parametrize("jobs", PROGRAMS)
def test_seconds_do_not_count_a_suspension_and_control_c_keeps_what_was_trained(
    folder: Path, notebook: NotebookFile, jobs: int
) -> None:
    with shell(folder, PROGRAMS[jobs]) as terminal:
        options = f"--epochs {ENDLESS} --batch-size 1000 --repeats {jobs + 1} --jobs {jobs}"
        terminal.press(f"./lab train 64 --dataset synthetic {options}", "enter")
        wait_until(lambda: len(journals(notebook)) == jobs and all(len(ends) > 2 for ends in journals(notebook)))
        terminal.press(SUSPEND)
        terminal.wait_for("Stopped")
        assert len(trainings(folder)) >= jobs
        wait_until(lambda: all(state_of(process) == "T" for process in trainings(folder)))
        began, before = time.monotonic(), journals(notebook)
        time.sleep(2 * max(map(longest_epoch, before)) + 2)  # longer than an epoch can be
        suspended = time.monotonic() - began
        terminal.press("fg", "enter")
        wait_until(lambda: all(len(now) > len(then) for now, then in zip(journals(notebook), before, strict=True)))
        terminal.press(INTERRUPT)
        wait_until(lambda: len(notebook.read().runs) == jobs)
        terminal.press("echo status: $?", "enter")
        terminal.wait_for("status: 130")
        terminal.press("exit", "enter")
        terminal.wait_for_end()

    runs = notebook.read().runs
    assert sorted((run.seed, run.status) for run in runs) == [(seed, "stopped") for seed in range(jobs)]
    assert all(1 <= run.curves.epochs < ENDLESS and run.test is not None for run in runs)
    assert b"Traceback" not in terminal.output
    assert b"KeyboardInterrupt" not in terminal.output
    assert max(map(longest_epoch, journals(notebook))) < suspended
