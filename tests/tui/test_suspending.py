"""Ctrl-Z, `bg`, `fg` and a killed app, in a shell with job control: the terminal is the shell's again each time.

One test suspends TensorFlow; in the others the trainings are slow ones, or there are none.
"""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from command_line import PROGRAM, WITH_SLOW_TRAININGS, WITHOUT_TENSORFLOW
from slow_trainer import HOLD
from terminal import Terminal, wait_until

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.runs.pending import PendingRun

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="the app is found by its folder in /proc"),
    pytest.mark.skipif(shutil.which("bash") is None, reason="a shell with job control"),
]

SUSPEND = "\x1a"
READY = "ready> "
ENDLESS = 10_000
"""Epochs that take longer than any test waits."""
SUSPENDED_SECONDS = 3
"""How long the app is suspended where it matters."""
MODES = (b"1000", b"1003", b"1006", b"1015", b"2004", b"1004", b"1049")
"""What the app asks of a terminal and takes back."""


TRAINS = """
from fmnist_tui.cli import main

if __name__ == "__main__":
    main()
"""


@contextmanager
def shell(folder: Path, *options: str, program: str = TRAINS) -> Iterator[Terminal]:
    """Open a shell with job control and the app in it."""
    script = folder / "lab"
    script.write_text(f"#!{PROGRAM[0]}\n{program}")
    script.chmod(0o755)
    (folder / "bashrc").write_text("PS1='ready> '; bind 'set enable-bracketed-paste off'\n")
    with Terminal(("bash", "--noprofile", "--rcfile", "bashrc", "-i"), folder) as terminal:
        terminal.wait_for("ready>")
        terminal.press(f"./lab --dataset synthetic {' '.join(options)}", "enter")
        terminal.wait_for("▸ 2 dense 64")
        yield terminal
    for process in processes_of(folder):
        with suppress(ProcessLookupError):  # it has just ended
            os.kill(process, signal.SIGKILL)


def words_of(terminal: Terminal) -> str:
    """Return what was written on the normal screen since it is shown; nothing while the app is."""
    last = terminal.output.rpartition(b"\x1b[?1049l")[2]
    return "" if b"\x1b[?1049h" in last else last.decode(errors="replace")


def wait_for_words(terminal: Terminal, words: str) -> None:
    """Wait until something is written on the normal screen."""
    terminal.wait_for(lambda seen: words in words_of(seen))


def processes_of(folder: Path) -> list[int]:
    """Return the numbers of the app's processes in a folder: the launcher's, the app's, and what it is starting."""
    return [
        int(process.name)
        for process in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name))
        if is_the_app(process, folder)
    ]


def is_the_app(process: Path, folder: Path) -> bool:
    """Whether a process of `/proc` is one of the app's in a folder."""
    try:
        return (process / "cwd").readlink() == folder and b"./lab" in (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def assert_given_back(terminal: Terminal) -> None:
    """Assert that every mode that was set is off, and the cursor is seen."""
    for mode in MODES:
        assert terminal.output.rfind(b"\x1b[?%sl" % mode) > terminal.output.rfind(b"\x1b[?%sh" % mode), mode
    assert terminal.output.rfind(b"\x1b[?25h") > terminal.output.rfind(b"\x1b[?25l")
    assert terminal.output.rfind(b"\x1b[<u") > terminal.output.rfind(b"\x1b[>")
    settings = "stty -a | tr ' ;' '\\n\\n' | grep -cx -e icanon -e echo -e isig -e icrnl"
    terminal.press(f"echo settings $({settings})", "enter")
    wait_for_words(terminal, "settings 4")


def leave(terminal: Terminal) -> None:
    """Leave the shell."""
    terminal.press("exit", "enter")
    terminal.wait_for_end()


def bring_back(terminal: Terminal) -> None:
    """Have the shell bring the app back, and wait until it is in the terminal again."""
    entered = terminal.output.count(b"\x1b[?1049h")
    terminal.press("fg", "enter")
    terminal.wait_for(lambda seen: seen.output.count(b"\x1b[?1049h") > entered)


def stay_suspended(terminal: Terminal) -> None:
    """Let some seconds go by, in which nothing may be trained: there is no state to wait for."""
    terminal.press(f"sleep {SUSPENDED_SECONDS}; echo sl''ept", "enter")
    wait_for_words(terminal, "slept")


def train(terminal: Terminal, epochs: int) -> float:
    """Have a tiny network trained, and wait until it is; return when that was asked for."""
    terminal.wait_for("ready · synthetic")
    terminal.press("enter", "2", "enter", *["down"] * 4, "enter", *str(epochs), "enter")
    terminal.wait_for(rf"▸ *epochs +{epochs:,}?".replace(",", ",?"))
    began = time.monotonic()
    terminal.press("t", "tab")
    terminal.wait_for("p pauses")
    terminal.wait_for(r"epoch +\d+ ")
    return began


def pending(folder: Path) -> PendingRun:
    """Return the run at work or broken off."""
    (each,) = NotebookFile(folder / "experiments.toml").pending()
    return each


def epochs(folder: Path) -> int:
    """Return how many epochs are in the journal of the run."""
    return pending(folder).run.curves.epochs


def test_ctrl_z_gives_the_shell_its_terminal_and_fg_the_app_at_the_new_size(folder: Path) -> None:
    with shell(folder, program=WITHOUT_TENSORFLOW) as terminal:
        terminal.press(SUSPEND)
        wait_for_words(terminal, "fmnist-tui: suspended; `fg` resumes the app")
        wait_for_words(terminal, "Stopped")
        assert_given_back(terminal)

        terminal.resize(130, 30)
        terminal.press("fg", "enter")
        terminal.wait_for("1 Architecture.*2 Training")
        terminal.press("enter", "9")
        terminal.wait_for("▸ 2 dense 9")
        terminal.press("enter", "q")
        wait_for_words(terminal, READY)
        assert_given_back(terminal)
        leave(terminal)


def press_the_key(terminal: Terminal, launcher: int, app: int) -> None:
    terminal.press(SUSPEND)


def ask_the_launcher(terminal: Terminal, launcher: int, app: int) -> None:
    os.kill(launcher, signal.SIGTSTP)


def stop_the_app(terminal: Terminal, launcher: int, app: int) -> None:
    os.kill(app, signal.SIGSTOP)


def stop_all(terminal: Terminal, launcher: int, app: int) -> None:
    os.killpg(os.getpgid(app), signal.SIGSTOP)


def suspend(terminal: Terminal, folder: Path, stop: Callable[[Terminal, int, int], None]) -> None:
    """Suspend a training for some seconds, in which nothing is trained, and bring the app back."""
    launcher, app, *_ = processes_of(folder)
    stop(terminal, launcher, app)
    if stop in (press_the_key, ask_the_launcher):
        wait_for_words(terminal, "fmnist-tui: training paused; `fg` resumes it, `bg` continues it in the background")
    wait_until(lambda: [state_of(launcher), state_of(app)] == ["T", "T"])
    before = epochs(folder)
    assert pending(folder).alive
    time.sleep(SUSPENDED_SECONDS)  # in which nothing may be trained: there is no state to wait for
    assert epochs(folder) == before
    bring_back(terminal)


def stop_and_leave(terminal: Terminal) -> None:
    """Leave the app, whose training is stopped and recorded, and the shell."""
    terminal.press("q")
    terminal.wait_for("A training is running.")
    terminal.press("s")
    wait_for_words(terminal, READY)
    assert_given_back(terminal)
    leave(terminal)


def test_however_it_is_suspended_a_training_waits_until_fg_and_its_seconds_do_too(folder: Path) -> None:
    ways = (press_the_key, ask_the_launcher, stop_the_app)
    with shell(folder) as terminal:
        began = train(terminal, ENDLESS)
        for stop in ways:
            suspend(terminal, folder, stop)
            before = epochs(folder)
            wait_until(lambda before=before: epochs(folder) > before)  # type: ignore[misc]
        stop_and_leave(terminal)
        wall = time.monotonic() - began

    (run,) = NotebookFile(folder / "experiments.toml").read().runs
    assert run.status == "stopped"
    assert 0 < run.seconds < wall - len(ways) * SUSPENDED_SECONDS


def test_a_worker_that_is_suspended_with_the_app_goes_on_to_the_end_and_its_seconds_do_not_count_that(
    folder: Path,
) -> None:
    (folder / HOLD).touch()
    with shell(folder, "--jobs", "2", program=WITH_SLOW_TRAININGS) as terminal:
        began = train(terminal, 10)
        suspend(terminal, folder, stop_all)
        (folder / HOLD).unlink()
        terminal.wait_for("finished · test accuracy 0")
        wall = time.monotonic() - began
        terminal.press("q")
        wait_for_words(terminal, "1 run in experiments.toml")
        leave(terminal)

    (run,) = NotebookFile(folder / "experiments.toml").read().runs
    assert run.curves.epochs == 10
    assert 0 < run.seconds < wall - SUSPENDED_SECONDS


def state_of(process: int) -> str:
    """Return the letter of a process's state: T where it is stopped."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]


def test_signals_that_ask_for_nothing_change_nothing_and_after_bg_a_training_goes_on_without_the_screen(
    folder: Path,
) -> None:
    with shell(folder, program=WITH_SLOW_TRAININGS) as terminal:
        train(terminal, ENDLESS)
        launcher, app, *_ = processes_of(folder)
        for number in (signal.SIGPIPE, signal.SIGPIPE, signal.SIGCONT, signal.SIGCONT):
            os.kill(app, number)
        os.kill(launcher, signal.SIGCONT)
        before = epochs(folder)
        wait_until(lambda: epochs(folder) > before + 3)

        terminal.press(SUSPEND)
        wait_for_words(terminal, "Stopped")
        suspended_at = epochs(folder)
        terminal.press("bg", "enter")
        wait_until(lambda: epochs(folder) > suspended_at + 3)
        assert_given_back(terminal)

        bring_back(terminal)
        stop_and_leave(terminal)

    assert [run.status for run in NotebookFile(folder / "experiments.toml").read().runs] == ["stopped"]


def test_trainings_at_once_wait_as_well(folder: Path) -> None:
    with shell(folder, "--jobs", "2", program=WITH_SLOW_TRAININGS) as terminal:
        train(terminal, ENDLESS)
        terminal.press(SUSPEND)
        wait_for_words(terminal, "fmnist-tui: training paused")
        wait_for_words(terminal, "Stopped")
        before = epochs(folder)
        stay_suspended(terminal)
        while_suspended = epochs(folder)
        assert while_suspended <= before + 1  # a worker obeys within an epoch, maybe after the app has stopped

        terminal.press("fg", "enter")
        wait_until(lambda: epochs(folder) > while_suspended)
        terminal.press("q")
        terminal.wait_for("A training is running.")
        terminal.press("s")
        wait_for_words(terminal, READY)
        leave(terminal)


def test_signals_that_stop_are_answered_as_the_key_is_and_once(folder: Path) -> None:
    with shell(folder, program=WITHOUT_TENSORFLOW) as terminal:
        launcher, app, *_ = processes_of(folder)
        for _ in range(10):
            os.kill(launcher, signal.SIGTSTP)
        wait_for_words(terminal, "Stopped")
        assert_given_back(terminal)
        bring_back(terminal)

        os.kill(app, signal.SIGSTOP)  # which no process can answer: its modes stay, and the shell draws between
        wait_until(lambda: state_of(launcher) == "T")
        bring_back(terminal)
        terminal.press("enter", "9")
        terminal.wait_for("▸ 2 dense 9")
        terminal.press("enter", "q")
        wait_for_words(terminal, READY)
        assert_given_back(terminal)
        leave(terminal)


def test_where_no_shell_could_bring_it_back_the_app_stays(folder: Path) -> None:
    with Terminal((PROGRAM[0], "-c", WITHOUT_TENSORFLOW, "--dataset", "synthetic"), folder) as terminal:
        terminal.wait_for("▸ 2 dense 64")
        terminal.press(SUSPEND)
        terminal.wait_for("no shell to suspend to")
        terminal.press("enter", "9")
        terminal.wait_for("▸ 2 dense 9")
        terminal.press("enter", "q")
        assert terminal.wait_for_end() == 0
        assert terminal.settings_restored


@pytest.mark.parametrize("trains", [True, False], ids=["training", "idle"])
def test_an_app_that_is_killed_leaves_the_terminal_as_it_was_and_a_line(folder: Path, trains: bool) -> None:
    with shell(folder, program=WITH_SLOW_TRAININGS if trains else WITHOUT_TENSORFLOW) as terminal:
        if trains:
            train(terminal, ENDLESS)
        _, app, *_ = processes_of(folder)
        os.kill(app, signal.SIGKILL)

        wait_for_words(terminal, "fmnist-tui: the app was killed by signal 9")
        wait_for_words(terminal, READY)
        said = "as interrupted: 2 seed 0 (" if trains else "; nothing was being trained"
        assert said in " ".join(words_of(terminal).split())
        terminal.press("echo status $?", "enter")
        wait_for_words(terminal, "status 137")
        assert_given_back(terminal)
        leave(terminal)

    if trains:
        assert not pending(folder).alive
        assert epochs(folder) > 0


def test_an_app_that_is_killed_while_the_shell_has_the_terminal_writes_a_line_and_nothing_else(folder: Path) -> None:
    with shell(folder, program=WITHOUT_TENSORFLOW) as terminal:
        terminal.press(SUSPEND)
        wait_for_words(terminal, "Stopped")
        left = len(terminal.output)
        _, app, *_ = processes_of(folder)
        os.kill(app, signal.SIGKILL)
        terminal.press("fg", "enter")
        wait_for_words(terminal, "killed by signal 9")
        leave(terminal)

    assert b"\x1b[?1049l" not in terminal.output[left:]
    assert b"\x1b[?1000l" not in terminal.output[left:]
