"""Ctrl-Z at `train` in a shell with job control: the seconds of a run do not count the time until `fg`."""

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
from command_line import PROGRAM
from terminal import LATER_EPOCH, Terminal, wait_until

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.runs.folder import JOURNAL

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="processes are found by /proc"),
    pytest.mark.skipif(shutil.which("bash") is None, reason="a shell with job control"),
]

SUSPEND = "\x1a"
EPOCHS = 30


@contextmanager
def shell(folder: Path) -> Iterator[Terminal]:
    """Open a shell with job control in a folder with the program in it, `./lab`."""
    script = folder / "lab"
    script.write_text(f"#!{PROGRAM[0]}\nfrom fmnist_tui.cli import main\n\nif __name__ == '__main__':\n    main()\n")
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
    """Return the seconds at the end of each epoch, a list for each run."""
    texts = [path.read_text() for path in notebook.runs_folder.glob(f"*/{JOURNAL}")]
    lines = [[json.loads(line) for line in text.splitlines()] for text in texts]
    return [[line["seconds"] for line in each if "epoch" in line] for each in lines]


@pytest.mark.parametrize("jobs", [1, 2])
def test_seconds_do_not_count_a_suspension(folder: Path, notebook: NotebookFile, jobs: int) -> None:
    with shell(folder) as terminal:
        options = f"--epochs {EPOCHS} --repeats {jobs} --jobs {jobs}"
        terminal.press(f"./lab train 64 --dataset synthetic {options}; echo en''ded", "enter")
        terminal.wait_for(rf"seed 0 .* epoch {LATER_EPOCH}/{EPOCHS} ")
        terminal.press(SUSPEND)
        terminal.wait_for("Stopped")
        assert len(trainings(folder)) >= jobs
        wait_until(lambda: all(state_of(process) == "T" for process in trainings(folder)))
        began, longest = time.monotonic(), max(end for ends in journals(notebook) for end in ends)
        time.sleep(longest + 2)  # longer than all before it, so no epoch can be
        suspended = time.monotonic() - began
        terminal.press("fg", "enter")
        terminal.wait_for("ended")
        terminal.press("exit", "enter")
        terminal.wait_for_end()

    runs = notebook.read().runs
    assert [(run.status, run.curves.epochs) for run in runs] == [("finished", EPOCHS)] * jobs
    for ends in journals(notebook):
        assert max(after - before for before, after in pairwise(ends)) < suspended
