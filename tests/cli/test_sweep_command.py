"""`--jobs N` trains side by side: recorded as it ends, printed in order, stopped by Ctrl-C, told while it runs."""

import io
import json
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier

import pyte
import pytest
from command_line import SLOW_PROGRAM, Call
from fake_trainer import RUNNING, FakeTrainer
from sample_records import PLAN, a_plan
from sweep_jobs import install_fake_trainer
from terminal import LATER_EPOCH, Terminal

from fmnist_tui.cli import opening
from fmnist_tui.cli.progress import training_bars
from fmnist_tui.engine import cores, memory
from fmnist_tui.engine.parallel import limits, worker
from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.engine.training.progress import Phase, Progress
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.toml.reading import NotebookError


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeTrainer:
    """The trainer in the engine's place; what would be processes are threads, on a machine of two cores."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(worker, "WorkerProcess", partial(ThreadPoolExecutor, 1))
    monkeypatch.setattr(opening, "usable_cores", lambda: 2)
    return install_fake_trainer(monkeypatch, temporary)


@pytest.fixture
def side_by_side(quick: FakeTrainer) -> FakeTrainer:
    """The same, and each training waits for another to run with it; without one it breaks."""
    quick.on_first_epoch = Barrier(2, timeout=120).wait
    return quick


@pytest.mark.parametrize("command", [("run",), ("train", "64", "--repeats", "4")], ids=["run", "train"])
@pytest.mark.parametrize("jobs", ["0", "-1", "9"])
def test_jobs_are_from_one_to_four_times_the_cores(
    call: Call, quick: FakeTrainer, folder: Path, command: tuple[str, ...], jobs: str
) -> None:
    call(*command, "--jobs", jobs).assert_mendable(f"--jobs must be from 1 to 8, not {jobs}", "2 cores")

    assert quick.jobs == []
    assert list(folder.iterdir()) == []


def test_run_trains_what_the_plans_lack_side_by_side_and_nothing_twice(
    call: Call, side_by_side: FakeTrainer, notebook: NotebookFile
) -> None:
    notebook.append_experiments((PLAN, a_plan("other", repeats=1)))

    first, second = call("run", "--jobs", "2"), call("run", "--jobs", "2")

    assert (first.status, second.status) == (0, 0)
    runs = notebook.read().runs
    assert sorted((run.experiment, run.seed) for run in runs) == [
        ("64 units", 0),
        ("64 units", 1),
        ("64 units", 2),
        ("other", 0),
    ]
    assert [line.split()[0] for line in first.out.splitlines()] == [run.id for run in runs]
    assert "nothing to train" in second.err


def test_as_json_the_runs_stand_in_the_order_of_their_seeds(
    call: Call, side_by_side: FakeTrainer, notebook: NotebookFile
) -> None:
    outcome = call("train", "16", "--seed", "3", "--repeats", "4", "--jobs", "2", "--dataset", "synthetic", "--json")

    runs = json.loads(outcome.out)
    assert (outcome.status, outcome.err) == (0, "")
    assert [run["seed"] for run in runs] == [3, 4, 5, 6]
    assert {run["id"] for run in runs} == {run.id for run in notebook.read().runs}


def test_models_are_saved_in_the_folders_of_their_runs(
    call: Call, side_by_side: FakeTrainer, notebook: NotebookFile
) -> None:
    call("train", "16", "--repeats", "2", "--jobs", "2", "--save-model")

    expected = {notebook.runs_folder / run.id / "model.keras" for run in notebook.read().runs}
    assert len(expected) == 2
    assert {path.resolve() for path in side_by_side.model_paths if path} == expected


@pytest.mark.parametrize("words", [("--repeats", "1", "--jobs", "8"), ("--repeats", "2")], ids=["one", "by default"])
def test_what_needs_no_other_process_is_trained_in_this_one(
    call: Call, quick: FakeTrainer, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr(worker, "WorkerProcess", lambda: pytest.fail("a process was started"))

    assert call("train", "16", *words).status == 0
    assert quick.jobs


def test_a_failed_training_ends_in_status_1_and_the_others_go_on(
    call: Call, quick: FakeTrainer, notebook: NotebookFile
) -> None:
    quick.failure = "the loss became nan in epoch 2; try a lower learning rate"

    outcome = call("train", "64", "--repeats", "3", "--jobs", "2")

    assert outcome.status == 1
    assert outcome.out.count("failed: the loss became nan") == 3
    assert len(notebook.read().runs) == 3


def test_a_signal_stops_all_softly_records_what_there_is_and_begins_no_more(
    call: Call, quick: FakeTrainer, notebook: NotebookFile
) -> None:
    both = Barrier(2, action=lambda: os.kill(os.getpid(), signal.SIGINT), timeout=120)
    quick.may_end.clear()
    quick.on_first_epoch = both.wait

    outcome = call("train", "64", "--repeats", "3", "--jobs", "2", "--json")

    assert outcome.status == 130
    assert [(each["seed"], each["status"]) for each in json.loads(outcome.out)] == [(0, "stopped"), (1, "stopped")]
    assert [run.curves.epochs for run in notebook.read().runs] == [1, 1]


def test_a_run_that_cannot_be_recorded_is_told_and_the_others_are(
    call: Call, quick: FakeTrainer, notebook: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = NotebookFile.record

    def refuse_seed_1(self: NotebookFile, run: Run) -> None:
        if run.seed == 1:  # the last to begin: what has not begun by then would not be trained
            raise NotebookError("experiments.toml: another program is writing it; try again")
        record(self, run)

    monkeypatch.setattr(NotebookFile, "record", refuse_seed_1)

    outcome = call("train", "64", "--repeats", "2", "--jobs", "2", "--dataset", "synthetic")

    assert outcome.status == 2
    assert outcome.err == "fmnist-tui: experiments.toml: another program is writing it; try again\n"
    assert [run.seed for run in notebook.read().runs] == [0]


class FakeTerminal(io.StringIO):
    """A terminal that keeps what is written to it."""

    def isatty(self) -> bool:
        return True


def test_each_training_at_work_has_a_line_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    first, second = (Job("64", Recipe(parse("64")), seed) for seed in (0, 1))

    def screen_of(*ended: str) -> str:
        screen = FakeTerminal()
        monkeypatch.setattr(sys, "stderr", screen)
        with training_bars(jobs=5) as bars:
            bars.show(ActiveRun(first, "one", Progress(Phase.LOADING, 2)))
            bars.show(ActiveRun(second, "two", Progress(Phase.TRAINING, 2, points=RUNNING)))
            bars.keep_only({"one", "two"} - {*ended})
            before = screen.tell()
            bars._bars.refresh()
            return screen.getvalue()[before:]

    both, one = screen_of(), screen_of("one")

    assert "1/5 64 seed 0" in both
    assert "loading TensorFlow" in both
    assert "2/5 64 seed 1" in both
    assert "loss 0.500" in both
    assert "seed 0" not in one
    assert "seed 1" in one


def test_while_tensorflow_loads_seconds_are_counted_beside_a_bar_that_does_not_pretend_to_move(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    screen, clock = FakeTerminal(), [100.0]
    monkeypatch.setattr(sys, "stderr", screen)
    training = ActiveRun(Job("64", Recipe(parse("64")), 0), "one", Progress(Phase.LOADING, 2))

    def drawn() -> str:
        bars._bars.refresh()
        return screen.getvalue().rpartition("\x1b[2K")[2]

    with training_bars(jobs=1) as bars:
        bars._bars.get_time = lambda: clock[0]
        bars.show(training)
        bar, _, words = drawn().partition("loading TensorFlow")
        assert not words.startswith(" · ")
        clock[0] += 7
        assert drawn().startswith(f"{bar}loading TensorFlow · 7 s")

        training.progress = Progress(Phase.COMPILING, 2)
        bars.show(training)
        assert " s " not in drawn().split("compiling")[1]


def test_what_is_printed_meanwhile_has_lines_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    terminal, shown = FakeTerminal(), pyte.Screen(80, 5)
    monkeypatch.setattr(sys, "stderr", terminal)

    with training_bars(jobs=2) as bars:
        for seed, run_id in enumerate(("one", "two")):
            bars.show(ActiveRun(Job("64", Recipe(parse("64")), seed), run_id, Progress(Phase.TRAINING, 2)))
        bars._bars.refresh()
        with bars.out_of_the_way():
            terminal.write("a result\r\n")
        pyte.Stream(shown).feed(terminal.getvalue().replace("\r\n", "\n").replace("\n", "\r\n"))

    assert [row[:10].rstrip() for row in shown.display] == ["a result", "1/2 64 see", "2/2 64 see", "", ""]


def test_a_training_has_one_line_and_an_echoed_control_c_leaves_none_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    terminal, shown = FakeTerminal(), pyte.Screen(80, 6)
    monkeypatch.setattr(sys, "stderr", terminal)
    stream = pyte.Stream(shown)
    far = Progress(Phase.TRAINING, 1_000, points=RUNNING, images_per_second=309_000.0, seconds_left=4_000.0)

    def draw() -> list[str]:
        stream.feed(terminal.getvalue().replace("\n", "\r\n"))
        terminal.seek(0)
        terminal.truncate()
        return [row.rstrip() for row in shown.display]

    with training_bars(jobs=2) as bars:
        for seed in (0, 1):
            job = Job("a name that takes all the room", Recipe(parse("64")), seed)
            bars.show(ActiveRun(job, str(seed), far))
        bars._bars.refresh()
        before = draw()
        stream.feed("^C")
        bars.keep_only(())
    after = draw()

    assert [bool(row) for row in before] == [True, True, False, False, False, False]
    assert before[:2] == [
        f"{seed + 1}/2 a name that takes a… seed {seed} ━━━━━━━━━━━━ epoch 1/1000 · 1 h 06 min left …"
        for seed in (0, 1)
    ]
    assert after == [""] * 6


def test_what_goes_to_a_file_is_not_drawn_on_the_terminal_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    screen, file = FakeTerminal(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(sys, "stdout", file)

    with training_bars(jobs=1):
        sys.stdout.write("a result\n")

    assert file.getvalue() == "a result\n"
    assert "a result" not in screen.getvalue()


def test_control_c_in_a_terminal_keeps_what_two_processes_have_trained(folder: Path, notebook: NotebookFile) -> None:
    options = ("--epochs", "10000", "--repeats", "3", "--jobs", "2")

    with Terminal((*SLOW_PROGRAM, "train", "2", "--dataset", "synthetic", *options), folder, columns=120) as terminal:
        terminal.wait_for(rf"1/3 2 seed 0 .* epoch {LATER_EPOCH}/10000 ")
        terminal.wait_for(rf"2/3 2 seed 1 .* epoch {LATER_EPOCH}/10000 ")
        terminal.press("\x03")
        status = terminal.wait_for_end()

    runs = notebook.read().runs
    assert status == 130
    assert {(run.seed, run.status) for run in runs} == {(0, "stopped"), (1, "stopped")}
    assert all(1 <= run.curves.epochs < 10_000 for run in runs)
    assert all(run.test is not None for run in runs)
    assert b"Traceback" not in terminal.output
    assert b"KeyboardInterrupt" not in terminal.output


@pytest.mark.parametrize("found", [cores.Cores(8, 2), cores.Cores(2, 2)], ids=["two of eight", "two of two"])
def test_a_training_on_fewer_cores_than_there_are_says_so(
    call: Call, quick: FakeTrainer, monkeypatch: pytest.MonkeyPatch, found: cores.Cores
) -> None:
    monkeypatch.setattr(limits, "cores", lambda: found)

    outcome = call("train", "64", "--dataset", "synthetic")

    assert outcome.status == 0
    assert ("may run on 2 of 8 cores" in outcome.err) == (found.present == 8)


def test_memory_for_fewer_trainings_than_wanted_is_said(
    call: Call, quick: FakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "most_workers", lambda: 1)

    outcome = call("train", "16", "--repeats", "3", "--jobs", "3", "--dataset", "synthetic")

    assert "memory is free for 1 training at once, not 3: the others wait, which takes longer" in outcome.err
    assert sorted(quick.seeds) == [0, 1, 2]
