"""The commands that read the notebook show what `runs/` holds and the notebook does not have yet."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from command_line import Call, Outcome
from sample_records import RUN, a_plan, a_run

from fmnist_tui.lab.notebook import record_file
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import CURVES, Curves, Run
from fmnist_tui.lab.runs.folder import RunFolder

ONE_EPOCH = Curves(*(getattr(RUN.curves, name)[:1] for name in CURVES))
"""What a journal holds after the first epoch."""


@contextmanager
def training(notebook: NotebookFile, run: Run) -> Iterator[None]:
    """Be at work on a run, after its first epoch, until the block is left: as if killed then."""
    folder = RunFolder(notebook.run_folder(run.id))
    with folder.locked():
        folder.begin(run)
        folder.add_epoch(ONE_EPOCH, 1.5)
        yield


def kill(notebook: NotebookFile, run: Run) -> None:
    """Leave in a run's folder what a training does that is killed after its first epoch."""
    with training(notebook, run):
        pass


def document(outcome: Outcome) -> Any:
    """Return the one document that was printed."""
    assert outcome.status == 0
    return json.loads(outcome.out)


def test_a_run_that_was_killed_is_listed_as_interrupted_with_its_curves(call: Call, notebook: NotebookFile) -> None:
    kill(notebook, a_run("killed"))

    listed = call("list")
    (group,) = document(call("list", "--json"))
    (run,) = group["runs"]

    assert "1 interrupted" in listed.out
    heading, row = (line.rstrip() for line in listed.out.splitlines())
    assert heading.index("not finished") == row.index("1 interrupted")
    assert "no experiments yet" not in listed.err
    assert "1 run in runs is not in experiments.toml yet; `fmnist-tui run`" in listed.err
    assert (run["id"], run["status"], len(run["history"]["loss"])) == ("killed", "interrupted", 1)
    assert run["history"]["val_accuracy"] == [0.82]
    assert document(call("show", "killed", "--json")) == run
    assert not notebook.path.exists()


def test_every_command_that_shows_an_interrupted_run_names_the_one_that_resumes_it(
    call: Call, notebook: NotebookFile
) -> None:
    kill(notebook, a_run("killed"))

    for words in (("list",), ("show", "killed"), ("show", "64 units"), ("recover",), ("list",), ("show", "killed")):
        assert "1 interrupted run; `fmnist-tui run` resumes it\n" in call(*words).err, words
    notebook.record(a_run("again"))
    for words in (("list",), ("show", "killed"), ("show", "64 units"), ("recover",)):
        assert call(*words).err.count("resumes") == 0, words


def test_a_run_that_another_program_trains_is_listed_as_running(call: Call, notebook: NotebookFile) -> None:
    notebook.append_experiments((a_plan(),))
    notebook.record(a_run("done"))
    with training(notebook, a_run("live", seed=1)):
        listed, shown, one = call("list"), call("show", "64 units"), call("show", "live")
        (group,) = document(call("list", "--json"))
        running, interrupted = (
            call("list", "--filter", "status=running"),
            call("list", "--filter", "status=interrupted"),
        )

    assert "1 running" in listed.out
    assert listed.err == ""
    assert "1 interrupted" not in listed.out
    assert [line.split()[1] for line in shown.out.splitlines() if " live " in line] == ["running"]
    assert "running" in one.out
    assert {run["id"]: run["status"] for run in group["runs"]} == {"done": "finished", "live": "running"}
    assert running.err.startswith("1 of 1 experiment")
    assert interrupted.err.startswith("0 of 1 experiment")


def test_a_run_that_goes_on_elsewhere_stands_in_place_of_its_record(call: Call, notebook: NotebookFile) -> None:
    notebook.record(a_run("again", status="interrupted", curves=Curves(), test=None, best=None, confusion=None))
    with training(notebook, a_run("again")):
        (group,) = document(call("list", "--json"))

    assert [(run["id"], run["status"], len(run["history"]["loss"])) for run in group["runs"]] == [
        ("again", "running", 1)
    ]


def test_a_result_that_waits_for_the_notebook_counts_in_every_command(call: Call, notebook: NotebookFile) -> None:
    notebook.record(a_run("first"))
    record_file.write(notebook.run_folder("second"), a_run("second", seed=1))
    other = replace(RUN, id="third", experiment="other", recipe=replace(RUN.recipe, dataset="synthetic"))
    record_file.write(notebook.run_folder("third"), other)
    before = notebook.path.read_bytes()

    listed = document(call("list", "--json"))
    report = call("export", "out.md")

    assert [(each["name"], each["n"]) for each in listed] == [("64 units", 2), ("other", 1)]
    assert "run second" in call("show", "second").out
    assert call("compare", "64 units", "other").status == 0
    assert "seed=1" in call("code", "second").out.replace(" ", "") or "SEED=1" in call("code", "second").out.replace(
        " ", ""
    )
    assert report.status == 0
    assert "2 runs in runs are not in experiments.toml yet" in report.err
    assert notebook.path.read_bytes() == before
    assert record_file.has_record(notebook.run_folder("second"))


def test_a_result_that_the_notebook_has_already_is_shown_once(call: Call, notebook: NotebookFile) -> None:
    notebook.append_run(a_run())
    record_file.write(notebook.run_folder("r0"), a_run())

    listed = call("list", "--json")

    assert [run["id"] for run in document(listed)[0]["runs"]] == ["r0"]
    assert listed.err == ""


def test_a_report_leaves_out_what_is_being_trained(call: Call, notebook: NotebookFile) -> None:
    notebook.record(a_run("done"))
    with training(notebook, a_run("live", seed=1)):
        call("export", "with.md")
    kill(notebook, a_run("live", seed=1))
    call("export", "killed.md")

    folder = notebook.path.absolute().parent
    assert "did not finish" not in (folder / "with.md").read_text(encoding="utf-8")
    assert "did not finish" in (folder / "killed.md").read_text(encoding="utf-8")


def test_a_run_that_did_not_finish_is_no_longer_told_once_its_seed_is_finished(
    call: Call, notebook: NotebookFile
) -> None:
    notebook.record(a_run("failed", status="failed", test=None))
    assert "1 failed" in call("list").out

    notebook.record(a_run("again"))
    assert "failed" not in call("list").out
