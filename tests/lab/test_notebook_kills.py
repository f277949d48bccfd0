"""A program is killed at any moment while it records and edits: the notebook is whole, and no result is lost."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from handwritten_notebooks import HANDWRITTEN
from sample_records import a_run

from fmnist_tui.lab.notebook.file import NotebookFile

KILLS = int(os.environ.get("FMNIST_TUI_KILLS", "50"))
"""How often a writer is killed: FMNIST_TUI_KILLS=1000 by hand."""

WRITERS = """
import os, sys
from itertools import count
from pathlib import Path
from sample_records import a_run
from fmnist_tui.lab.notebook.file import NotebookFile

def write(folder):
    notebook = NotebookFile(folder / "experiments.toml")
    done = os.open(folder / "done", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in count():
        notebook.record(a_run(f"r{number}", seed=number))
        os.write(done, f"r{number}\\n".encode())
        if number % 3 == 0:
            notebook.edit_run(f"r{number}", {"note": "edited", "starred": True})
        if number % 5 == 0:
            notebook.restore(notebook.delete([f"r{number}"]))

for line in sys.stdin:
    if not (child := os.fork()):
        write(Path(line.strip()))
    print(child, flush=True)
    os.waitpid(child, 0)
    print("dead", flush=True)
"""


@pytest.fixture(scope="module")
def writers() -> Iterator[subprocess.Popen[str]]:
    """A program that starts a writer in each folder named to it."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    program = subprocess.Popen(
        [sys.executable, "-c", WRITERS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    yield program
    program.communicate(timeout=120)


def killed_after(runs: int, seconds: float, folder: Path, writers: subprocess.Popen[str]) -> None:
    """Let a writer record some runs in a folder and work for some time more, and kill it."""
    assert writers.stdin is not None
    assert writers.stdout is not None
    writers.stdin.write(f"{folder}\n")
    writers.stdin.flush()
    child = int(writers.stdout.readline())
    while len(recorded(folder)) < runs:
        time.sleep(0.001)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    assert writers.stdout.readline() == "dead\n"


def recorded(folder: Path) -> list[str]:
    """Return the ids that the writer reported after recording them."""
    done = folder / "done"
    return done.read_text(encoding="ascii").splitlines() if done.exists() else []


def test_a_writer_killed_at_any_moment_leaves_a_whole_notebook(tmp_path: Path, writers: subprocess.Popen[str]) -> None:
    generator = random.Random(20241124)
    for kill in range(KILLS):
        folder = tmp_path / str(kill)
        folder.mkdir()
        notebook = NotebookFile(folder / "experiments.toml")
        notebook.path.write_text(HANDWRITTEN, encoding="utf-8")

        killed_after(generator.randrange(8), generator.uniform(0, 0.01), folder, writers)

        notebook.read()
        recovered = [run.id for run in notebook.recover()]
        runs = {run.id: run for run in NotebookFile(notebook.path).read().runs[1:]}
        missing = set(recorded(folder)) - runs.keys()
        for deleted in notebook.trash():
            missing -= {*deleted.run_ids}
        assert missing == set()
        assert len(recovered) <= 1
        for number, run in enumerate(runs.values()):
            assert run == a_run(run.id, seed=run.seed, note=run.note, starred=run.starred)
            assert (run.note, run.starred) in ((None, False), ("edited", True)), number
        assert notebook.path.read_text(encoding="utf-8").startswith(HANDWRITTEN)
        notebook.append_run(a_run("after"))
