"""`train` and `run` record what they train, train nothing twice, and end with a status that tells how it went."""

import json
import os
import signal
import subprocess
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from command_line import PROGRAM, SLOW_PROGRAM, Call, Outcome
from fake_trainer import ONE_EPOCH, FakeTrainer
from sample_records import PLAN, a_plan, a_run
from slow_trainer import HOLD
from terminal import LATER_EPOCH, Terminal, wait_until

from fmnist_tui.engine.profile import PARTS, active_profile
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.recipe import hyperparameters
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.runs.folder import RunFolder


@pytest.fixture(autouse=True)
def quick(trainer: FakeTrainer) -> FakeTrainer:
    """No test here trains for real."""
    return trainer


def printed_runs(outcome: Outcome) -> list[dict[str, Any]]:
    """Return the runs of the one JSON document that a command printed."""
    runs = json.loads(outcome.out)
    assert isinstance(runs, list)
    return runs


def test_train_prints_a_line_and_records_the_run(call: Call, notebook: NotebookFile) -> None:
    outcome = call("train", "64-32", "--dataset", "synthetic")

    (run,) = notebook.read().runs
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out == (
        f"{run.id}  64-32  seed 0  finished  test accuracy 0.8510  loss 0.4120  52,650 parameters  7.2 s\n"
    )
    assert (run.experiment, run.seed, run.status, run.recipe.dataset) == ("64-32", 0, "finished", "synthetic")


def test_train_as_json_prints_the_runs_as_the_notebook_has_them(call: Call, notebook: NotebookFile) -> None:
    outcome = call("train", "16", "--seed", "3", "--repeats", "2", "--dataset", "fashion-mnist", "--json")

    runs = printed_runs(outcome)
    assert (outcome.status, outcome.err) == (0, "")
    assert [(run["seed"], run["parameters"], run["dataset"]) for run in runs] == [
        (3, 12_730, "fashion-mnist"),
        (4, 12_730, "fashion-mnist"),
    ]
    assert [run["id"] for run in runs] == [run.id for run in notebook.read().runs]
    assert json.loads(call("list", "--json").out)[0]["runs"] == runs


def test_repeats_train_the_seeds_from_the_first_up(call: Call, quick: FakeTrainer, notebook: NotebookFile) -> None:
    outcome = call("train", "64", "--seed", "7", "--repeats", "3", "--name", "three")

    assert quick.seeds == [7, 8, 9]
    *lines, means = outcome.out.splitlines()
    assert len(lines) == 3
    assert means == (
        "three  mean ±sd of 3 runs: validation accuracy 0.8600 ±0.0000  test accuracy 0.8510 ±0.0000  "
        "test loss 0.4120 ±0.0000"
    )
    assert {run.experiment for run in notebook.read().runs} == {"three"}


def test_what_is_asked_for_is_what_is_trained(call: Call, quick: FakeTrainer, folder: Path) -> None:
    values = {"--epochs": 3, "--batch-size": 32, "--validation-fraction": 0.1, "--split-seed": 5, "--patience": 2}
    words = [str(word) for pair in values.items() for word in pair]

    call("train", "Dense8:tanh - drop.5", *words, "--optimizer", "sgd", "--learning-rate", "0.5", "--save-model")
    call("train", "8", "--optimizer", "sgd")

    asked, usual = (job.recipe for job in quick.jobs)
    assert asked.architecture == parse("8:tanh-drop0.5")
    assert asked.training == hyperparameters(
        optimizer="sgd", learning_rate=0.5, batch_size=32, epochs=3, validation_fraction=0.1, split_seed=5, patience=2
    )
    assert usual.training == hyperparameters(optimizer="sgd")
    assert usual.training.learning_rate == 0.01
    kept, unkept = quick.model_paths
    assert unkept is None
    assert kept is not None
    assert kept.resolve().parent.parent == folder / "runs"
    assert kept.name == "model.keras"


@pytest.mark.parametrize("batch", ["6000", "6,000", "6_000", "6k", "6e3"])
def test_an_option_reads_a_number_as_the_editor_and_a_filter_do(call: Call, quick: FakeTrainer, batch: str) -> None:
    call("train", "8", "--batch-size", batch, "--validation-fraction", "25%")

    (job,) = quick.jobs
    assert job.recipe.training == hyperparameters(batch_size=6_000, validation_fraction=0.25)
    assert call("list", "--filter", f"batch={batch}").err.startswith("1 of 1 experiment")


def test_early_stopping_that_has_nothing_to_watch_is_said_to_do_nothing(call: Call, quick: FakeTrainer) -> None:
    told = call("train", "8", "--patience", "3", "--validation-fraction", "0", "--dataset", "fashion-mnist")

    assert told.status == 0
    assert "without images held out no training stops early" in told.err
    assert [job.recipe.training.patience for job in quick.jobs] == [3]


def test_synthetic_garments_that_nobody_asked_for_are_said_aloud(call: Call, notebook: NotebookFile) -> None:
    outcome = call("train", "64", "--json")

    assert "SYNTHETIC" in outcome.err
    assert "there is no network here" in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert [run["dataset"] for run in printed_runs(outcome)] == ["synthetic"]


def test_run_trains_what_the_plans_lack_and_nothing_twice(
    call: Call, quick: FakeTrainer, notebook: NotebookFile
) -> None:
    notebook.append_experiments((PLAN, a_plan("other", repeats=1)))
    notebook.append_run(a_run("done1", seed=1))
    notebook.append_run(a_run("broke", seed=2, status="failed", test=None))

    first, second = call("run", "--dataset", "fashion-mnist"), call("run", "--dataset", "fashion-mnist")

    assert [(job.experiment, job.seed) for job in quick.jobs] == [("64 units", 0), ("64 units", 2), ("other", 0)]
    assert (first.status, second.status) == (0, 0)
    assert len(first.out.splitlines()) == 3
    assert second.out == ""
    assert "nothing to train" in second.err


def test_run_keeps_what_a_person_wrote(call: Call, notebook: NotebookFile) -> None:
    written = '# my plan\n[[experiment]]\nname   = "mine" # dear to me\narchitecture = "64"\n'
    notebook.path.write_text(written, encoding="utf-8")

    assert call("run").status == 0

    assert notebook.path.read_text(encoding="utf-8").startswith(written)
    assert [run.experiment for run in notebook.read().runs] == ["mine"]


def test_run_trains_only_the_experiments_that_are_named(call: Call, quick: FakeTrainer, notebook: NotebookFile) -> None:
    notebook.append_experiments((PLAN, a_plan("other", repeats=1)))

    call("run", "nothing").assert_mendable("'nothing'")
    call("run", "other")

    assert [job.experiment for job in quick.jobs] == ["other"]


def test_run_with_repeats_takes_that_number_for_each_plan_s_own(
    call: Call, quick: FakeTrainer, notebook: NotebookFile
) -> None:
    notebook.append_experiments((PLAN, a_plan("other", repeats=1)))

    call("run", "--repeats", "2", "--dataset", "fashion-mnist")

    assert [(job.experiment, job.seed) for job in quick.jobs] == [
        ("64 units", 0),
        ("64 units", 1),
        ("other", 0),
        ("other", 1),
    ]


def test_run_as_json_is_a_list_even_with_nothing_to_train(call: Call, notebook: NotebookFile) -> None:
    notebook.append_experiments((a_plan(repeats=2),))

    first, second = call("run", "--json"), call("run", "--json")

    assert [run["seed"] for run in printed_runs(first)] == [0, 1]
    assert printed_runs(second) == []


def test_results_on_one_dataset_are_none_on_another(call: Call, quick: FakeTrainer, notebook: NotebookFile) -> None:
    notebook.append_experiments((a_plan(repeats=1),))

    call("run", "--dataset", "synthetic")
    call("run", "--dataset", "fashion-mnist")

    assert [job.recipe.dataset for job in quick.jobs] == ["synthetic", "fashion-mnist"]


def test_a_plan_for_another_dataset_is_left_alone(call: Call, quick: FakeTrainer, notebook: NotebookFile) -> None:
    notebook.append_experiments((a_plan(dataset="fashion-mnist"),))

    assert call("run", "--dataset", "synthetic").status == 0
    assert quick.jobs == []


def test_a_failed_training_is_recorded_and_ends_in_status_1(
    call: Call, quick: FakeTrainer, notebook: NotebookFile
) -> None:
    quick.failure = "the loss became nan in epoch 2; try a lower learning rate"

    outcome = call("train", "64", "--repeats", "2", "--dataset", "synthetic")

    assert outcome.status == 1
    assert outcome.out.count("failed: the loss became nan") == 2
    assert [run.status for run in notebook.read().runs] == ["failed", "failed"]
    assert call("train", "64", "--json").status == 1


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_stops_softly_records_what_there_is_and_begins_no_more(
    call: Call, quick: FakeTrainer, notebook: NotebookFile, number: signal.Signals, status: int
) -> None:
    handlers = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    quick.on_first_epoch = lambda: os.kill(os.getpid(), number)
    quick.may_end.clear()

    outcome = call("train", "64", "--repeats", "3", "--json")

    assert outcome.status == status
    assert quick.seeds == [0]
    (run,) = notebook.read().runs
    assert (run.status, run.curves.epochs) == ("stopped", 1)
    assert [each["status"] for each in printed_runs(outcome)] == ["stopped"]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == handlers


def test_a_second_interrupt_ends_the_program_at_once(call: Call, quick: FakeTrainer, notebook: NotebookFile) -> None:
    over = Event()

    def interrupt() -> None:
        os.kill(os.getpid(), signal.SIGINT)

    def interrupt_again() -> None:
        interrupt()
        over.wait(60)

    quick.on_first_epoch, quick.on_stop = interrupt, interrupt_again
    quick.may_end.clear()

    outcome = call("train", "64", "--dataset", "synthetic")

    over.set()
    assert (outcome.status, outcome.out) == (130, "")
    assert (
        outcome.err
        == "fmnist-tui: stopped at once; finished epochs are kept, as an interrupted run; `fmnist-tui run` resumes it\n"
    )
    assert not notebook.path.exists()


def test_a_stop_before_the_first_step_records_nothing_and_says_so(
    call: Call, quick: FakeTrainer, notebook: NotebookFile
) -> None:
    quick.stopped_before_it_began = True

    outcome = call("train", "64", "--dataset", "synthetic")

    assert outcome.out == ""
    assert outcome.err == "fmnist-tui: 64 seed 0 is left out: stopped by hand before the first epoch; not recorded\n"
    assert not notebook.path.exists()
    assert [path.name for path in notebook.runs_folder.iterdir() if not path.name.startswith(".")] == []


def test_each_run_has_a_folder_of_its_own(call: Call, quick: FakeTrainer, notebook: NotebookFile) -> None:
    call("train", "64", "--repeats", "2", "--dataset", "synthetic")

    assert quick.folders == [notebook.runs_folder / run.id for run in notebook.read().runs]


@pytest.mark.parametrize("command", [("run",), ("train", "64", "--epochs", "2", "--name", "64 units")])
def test_what_another_program_trains_is_not_trained_twice(
    call: Call, quick: FakeTrainer, notebook: NotebookFile, command: tuple[str, ...]
) -> None:
    notebook.append_experiments((a_plan(repeats=1),))
    elsewhere = RunFolder(notebook.run_folder("elsewhere1"))

    with elsewhere.locked():
        elsewhere.begin(a_run("elsewhere1", status="interrupted"))
        outcome = call(*command, "--dataset", "fashion-mnist")

    assert (outcome.status, outcome.out, quick.jobs) == (0, "", [])
    assert outcome.err == ("fmnist-tui: 64 units seed 0 is left out: it is being trained already, by another program\n")


def test_run_goes_on_with_what_was_interrupted_in_the_place_of_a_new_run(
    call: Call, quick: FakeTrainer, notebook: NotebookFile
) -> None:
    notebook.append_experiments((a_plan(repeats=2),))
    broken_off = RunFolder(notebook.run_folder("killed1"))
    with broken_off.locked():
        broken_off.begin(a_run("killed1", seed=1, status="interrupted"))
        broken_off.add_epoch(ONE_EPOCH, 3.0)

    outcome = call("run", "--dataset", "fashion-mnist")

    assert (outcome.status, outcome.err) == (0, "resuming 1 interrupted run: 64 units seed 1\n")
    assert [(job.seed, job.resumes) for job in quick.jobs] == [(1, "killed1"), (0, None)]
    runs = notebook.read().runs
    assert [(run.seed, run.status) for run in sorted(runs, key=lambda run: run.seed)] == [
        (0, "finished"),
        (1, "finished"),
    ]
    assert "killed1" in {run.id for run in runs}
    assert quick.folders[0] == notebook.runs_folder / "killed1"


def interrupt(notebook: NotebookFile, run: Run) -> None:
    """Leave what a training leaves that is killed after its first epoch."""
    folder = RunFolder(notebook.run_folder(run.id))
    with folder.locked():
        folder.begin(run)
        folder.add_epoch(ONE_EPOCH, 3.0)


def test_run_resumes_what_was_interrupted_without_any_plan_and_once(
    call: Call, quick: FakeTrainer, notebook: NotebookFile
) -> None:
    interrupt(notebook, a_run("killed1"))
    interrupt(notebook, replace(a_run("killed2", seed=3), experiment="other"))

    first, second = call("run", "--dataset", "fashion-mnist"), call("run", "--dataset", "fashion-mnist")

    assert first.err == "resuming 2 interrupted runs: 64 units seed 0, other seed 3\n"
    assert [(job.seed, job.resumes) for job in quick.jobs] == [(0, "killed1"), (3, "killed2")]
    assert {run.id: run.status for run in notebook.read().runs} == {"killed1": "finished", "killed2": "finished"}
    second.assert_mendable("no [[experiment]] to run, and no interrupted run to resume")


@pytest.mark.parametrize("name", ["other", "killed2"])
def test_run_with_names_resumes_only_theirs(call: Call, quick: FakeTrainer, notebook: NotebookFile, name: str) -> None:
    notebook.append_experiments((a_plan(repeats=2),))
    interrupt(notebook, a_run("killed1"))
    interrupt(notebook, replace(a_run("killed2", seed=3), experiment="other"))

    assert call("run", name, "--dataset", "fashion-mnist").status == 0

    assert [(job.experiment, job.seed, job.resumes) for job in quick.jobs] == [("other", 3, "killed2")]


def test_a_seed_that_was_trained_again_after_its_interruption_is_not_resumed(
    call: Call, quick: FakeTrainer, notebook: NotebookFile
) -> None:
    notebook.append_experiments((a_plan(repeats=1),))
    interrupt(notebook, a_run("killed1"))
    notebook.append_run(a_run("again"))

    assert "nothing to train" in call("run", "--dataset", "fashion-mnist").err
    assert quick.jobs == []


def test_run_says_how_to_resume_what_was_trained_on_other_images(
    call: Call, quick: FakeTrainer, notebook: NotebookFile
) -> None:
    interrupt(notebook, a_run("killed1"))

    left, resumed = call("run", "--dataset", "synthetic"), call("run", "--dataset", "fashion-mnist")

    assert (
        "fmnist-tui: 1 interrupted run on fashion-mnist left out: 64 units seed 0; "
        "`fmnist-tui run --dataset fashion-mnist` resumes it\n"
    ) in left.err
    assert (left.status, resumed.status, len(quick.jobs)) == (0, 0, 1)


def test_run_leaves_an_interrupted_run_of_another_notebook_alone(
    call: Call, quick: FakeTrainer, notebook: NotebookFile
) -> None:
    other = NotebookFile(notebook.path.with_name("other.toml"))
    other.append_experiments((a_plan("theirs"),))
    interrupt(other, a_run("killed1"))

    call("run", "--dataset", "fashion-mnist").assert_mendable("no interrupted run to resume")
    assert call("run", "--dataset", "fashion-mnist", "--file", "other.toml", "64 units").status == 0
    assert [job.resumes for job in quick.jobs] == ["killed1"]


def test_a_hang_up_ends_the_printing_and_not_the_training(folder: Path, notebook: NotebookFile) -> None:
    command = (*SLOW_PROGRAM, "train", "2", "--dataset", "synthetic", "--epochs", "8", "--repeats", "2")
    (folder / HOLD).touch()

    with Terminal(command, folder, columns=120) as terminal:
        terminal.wait_for(rf"1/2 2 seed 0 .* epoch {LATER_EPOCH}/8 ")
        terminal.hang_up()

    (folder / HOLD).unlink()
    wait_until(lambda: len(notebook.read().runs) == 2)
    assert sorted((run.seed, run.status, run.curves.epochs) for run in notebook.read().runs) == [
        (0, "finished", 8),
        (1, "finished", 8),
    ]


def test_control_c_in_a_terminal_keeps_what_was_trained_so_far(folder: Path, notebook: NotebookFile) -> None:
    command = (*SLOW_PROGRAM, "train", "16", "--dataset", "synthetic", "--epochs", "10000")

    with Terminal(command, folder) as terminal:
        terminal.wait_for(rf"epoch {LATER_EPOCH}/10000 ")
        terminal.press("\x03")
        status = terminal.wait_for_end()

    (run,) = notebook.read().runs
    assert status == 130
    assert run.status == "stopped"
    assert run.reason is not None
    assert "stopped by hand" in run.reason
    assert 1 <= run.curves.epochs < 10_000
    assert run.test is not None
    assert f"{run.id}  16  seed 0  stopped" in terminal.text
    assert b"Traceback" not in terminal.output


def test_sigterm_to_the_program_stops_at_the_next_step_and_records(folder: Path, notebook: NotebookFile) -> None:
    command = (*SLOW_PROGRAM, "train", "2", "--dataset", "synthetic", "--epochs", "10000")

    with Terminal(command, folder, columns=120) as terminal:
        terminal.wait_for(rf"epoch {LATER_EPOCH}/10000 ")
        os.kill(next(iter(terminal.processes("train"))), signal.SIGTERM)
        status = terminal.wait_for_end()

    (run,) = notebook.read().runs
    assert (status, run.status) == (143, "stopped")


def test_a_profile_is_a_table_below_its_run_and_adds_up(call: Call) -> None:
    outcome = call("train", "16", "--dataset", "fashion-mnist", "--profile")

    run, *table = outcome.out.splitlines()
    assert "finished" in run
    assert [line.split()[0] for line in table] == [*PARTS, "rest", "whole"]
    seconds = [float(line.split()[1].replace(",", "")) for line in table]
    assert sum(seconds[:-1]) == pytest.approx(seconds[-1], abs=0.05)
    assert active_profile() is None


def test_a_profile_is_of_one_process(call: Call, folder: Path) -> None:
    for more in ("--jobs=2", "--scheduler=local"):
        call("train", "16", "--profile", more).assert_mendable("--profile", "leave --jobs and --scheduler out")

    assert list(folder.iterdir()) == []


def test_too_few_addresses_for_tensorflow_are_one_line_and_leave_nothing_behind(
    folder: Path, notebook: NotebookFile
) -> None:
    command = (*PROGRAM, "train", "2", "--dataset", "synthetic", "--epochs", "1")

    ended = subprocess.run(
        ["bash", "-c", 'ulimit -v 2000000; exec "$@"', "bash", *command],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )

    Outcome(ended.returncode, ended.stdout, ended.stderr).assert_mendable("addresses", "`ulimit -v unlimited`")
    assert not notebook.path.exists()
    assert [path.name for path in notebook.runs_folder.iterdir() if not path.name.startswith(".")] == []
