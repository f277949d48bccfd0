"""Signals at a training: what asks for nothing changes nothing, and a stop asked for many times keeps all.

One training of TensorFlow gets all of them, in its own threads too; the others are slow ones.
"""

import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from command_line import PROGRAM, SLOW_PROGRAM, bare_environment, call_apart, running_apart
from slow_trainer import HOLD
from terminal import MOST_SECONDS, processes_in, wait_until

from fmnist_tui.cli.recording import STOPPED_AT_ONCE
from fmnist_tui.lab.notebook.file import NotebookFile

pytestmark = pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="processes are found by /proc")

JOBS = pytest.mark.parametrize("jobs", [1, 2])
ASK_FOR_NOTHING = (signal.SIGPIPE, signal.SIGPIPE, signal.SIGHUP, signal.SIGHUP, signal.SIGSTOP, signal.SIGTSTP)


def training(
    folder: Path, jobs: int, program: Sequence[str] = SLOW_PROGRAM
) -> AbstractContextManager["subprocess.Popen[str]"]:
    """Train for ever, so many at once."""
    words = ("train", "2", "--dataset", "synthetic", "--epochs", "10000", "--repeats", str(jobs), "--jobs", str(jobs))
    return running_apart(*words, folder=folder, program=program)


def epochs(notebook: NotebookFile) -> dict[str, int]:
    """Return how many epochs each training at work has finished, by run."""
    return {each.run.id: each.run.curves.epochs for each in NotebookFile(notebook.path).pending() if each.alive}


def wait_for_more(notebook: NotebookFile, jobs: int) -> None:
    """Wait until each training has finished an epoch more."""
    before = epochs(notebook)

    def have_more() -> bool:
        now = epochs(notebook)
        return len(now) == jobs and all(count > before.get(run, 0) for run, count in now.items())

    wait_until(have_more)


def send_what_asks_for_nothing(process: "subprocess.Popen[str]") -> None:
    for number in ASK_FOR_NOTHING:
        process.send_signal(number)
        process.send_signal(signal.SIGCONT)


@JOBS
def test_signals_that_ask_for_nothing_change_nothing_and_a_stop_keeps_what_was_trained(
    folder: Path, notebook: NotebookFile, jobs: int
) -> None:
    with training(folder, jobs) as process:
        wait_for_more(notebook, jobs)
        send_what_asks_for_nothing(process)
        wait_for_more(notebook, jobs)
        trained = epochs(notebook)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate()

    runs = notebook.read().runs
    assert (process.returncode, "Traceback" in said) == (143, False)
    assert [run.status for run in runs] == ["stopped"] * jobs
    assert sum(run.curves.epochs for run in runs) >= sum(trained.values())
    wait_until(lambda: not processes_in(folder))


@pytest.mark.parametrize(("jobs", "program"), [(1, PROGRAM), (2, SLOW_PROGRAM)], ids=["TensorFlow", "processes"])
def test_an_interrupt_ten_times_ends_the_program_and_no_epoch_is_lost(
    folder: Path, notebook: NotebookFile, jobs: int, program: Sequence[str]
) -> None:
    with training(folder, jobs, program) as process:
        wait_for_more(notebook, jobs)
        send_what_asks_for_nothing(process)
        wait_for_more(notebook, jobs)
        trained = epochs(notebook)
        for _ in range(10):
            process.send_signal(signal.SIGINT)
        _, said = process.communicate()

    wait_until(lambda: not processes_in(folder))

    def is_whole() -> bool:
        notebook.recover()
        return len(notebook.read().runs) == jobs

    wait_until(is_whole)
    runs = notebook.read().runs
    assert process.returncode == 130
    assert said in ("", f"fmnist-tui: {STOPPED_AT_ONCE}\n")  # several signals that come at once are one to a process
    assert {run.status for run in runs} <= {"stopped", "interrupted"}
    assert sum(run.curves.epochs for run in runs) >= sum(trained.values())


def test_a_program_that_is_killed_takes_its_workers_along_and_the_next_clears_what_it_left(
    folder: Path, notebook: NotebookFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    with training(folder, 2) as process:
        wait_for_more(notebook, 2)
        workers = set(_children(process.pid))
        assert len(workers) >= 2
        assert len(list(temporary.glob("fmnist-tui-*"))) == 1
        process.send_signal(signal.SIGKILL)
        wait_until(lambda: not any(map(_is_there, workers)))

    assert [run.status for run in notebook.recover()] == ["interrupted"] * 2
    with training(folder, 1) as process:
        wait_for_more(notebook, 1)
        assert list(temporary.glob("fmnist-tui-*")) == []
        process.send_signal(signal.SIGTERM)
        process.communicate()


def test_a_training_without_a_plan_that_is_killed_is_resumed_by_the_command_that_list_names(
    folder: Path, notebook: NotebookFile
) -> None:
    (folder / HOLD).touch()
    words = ("train", "2", "--dataset", "synthetic", "--epochs", "12")
    with subprocess.Popen([*SLOW_PROGRAM, *words], cwd=folder, env=bare_environment(folder)) as process:
        wait_for_more(notebook, 1)
        process.kill()
    (killed,) = notebook.pending()
    (folder / HOLD).unlink()

    listed = call_apart("list", folder=folder)
    resumed = call_apart("run", "--dataset", "synthetic", folder=folder, program=SLOW_PROGRAM)

    (run,) = notebook.read().runs
    assert "1 interrupted run; `fmnist-tui run` resumes it\n" in listed.err
    assert (resumed.status, resumed.err) == (0, "resuming 1 interrupted run: 2 seed 0\n")
    assert (run.id, run.status, run.curves.epochs) == (killed.run.id, "finished", 12)
    before = killed.run.curves.epochs
    assert run.curves.loss[:before] == killed.run.curves.loss


def _children(parent: int) -> list[int]:
    """Return the numbers of a process's children."""
    return [int(number) for number in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


def _is_there(process: int) -> bool:
    """Whether a process is there and not merely unburied."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("module", ["concurrent.futures.process", "fmnist_tui.tui.loading"])
def test_threads_that_never_end_of_a_process_pool_or_loading_tensorflow_do_not_keep_the_program(
    folder: Path, module: str
) -> None:
    never_ends = f"import threading, {module}; threading._register_atexit(threading.Event().wait)"

    ended = subprocess.run(
        [sys.executable, "-c", f"{never_ends}; from fmnist_tui.cli import main; main()", "list"],
        cwd=folder,
        timeout=MOST_SECONDS,
        check=False,
        capture_output=True,
    )

    assert ended.returncode == 0
