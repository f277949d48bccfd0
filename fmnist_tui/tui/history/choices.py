"""What a key of the history is about: the marked rows, or the one under the cursor."""

from dataclasses import replace

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.history.rows import Row
from fmnist_tui.tui.history.view import View, marked_rows
from fmnist_tui.tui.training.states import Ongoing, State, entries, settled_seeds


def as_group(row: Row) -> Group:
    """Return what a row stands for: its group, or its one run as a group of its own."""
    if row.entry is None:
        return row.group
    return replace(row.group, runs=(row.run,) if row.run else ())


def marked_groups(view: View) -> tuple[Group, ...]:
    """Return what is marked, in the order it was marked; a single run is a group of one."""
    return tuple(map(as_group, marked_rows(view)))


def compared(view: View) -> tuple[Group, ...]:
    """Return what is compared: the marked rows, and if that is only one, the row under the cursor with it."""
    rows = list(marked_rows(view))
    if len(rows) == 1 and view.row is not None and view.row.key != rows[0].key:
        rows.append(view.row)
    return tuple(map(as_group, rows))


def examined(view: View) -> tuple[Run, Run | None] | None:
    """Return the run whose errors are wanted, and the one to hold it against: of two marked rows, or the cursor's.

    None where nothing of them was tested.
    """
    rows = [*marked_rows(view)]
    wanted = rows if len(rows) == 2 else [view.row] if view.row else []
    runs = [run for row in wanted if (run := examined_run(row)) is not None]
    if not runs:
        return None
    return runs[0], runs[1] if len(runs) > 1 else None


def examined_run(row: Row) -> Run | None:
    """Return the run of a row, or of a group the one with the best validation accuracy whose errors are known."""
    if row.entry is not None:
        return row.run
    known = [run for run in row.group.runs if run.confusion is not None]
    return max(known, key=_validation, default=None)


def _validation(run: Run) -> tuple[bool, float]:
    return run.status == "finished", run.curves.val_accuracy[-1] if run.curves.val_accuracy else 0.0


def to_train(row: Row, ongoing: Ongoing) -> tuple[Job, ...]:
    """Return the trainings that are wanted of a row: of a run its seed, of a group all that are lacking.

    What was interrupted is gone on with. A seed that is finished, at work or waiting is left out.
    """
    known = entries(row.group, ongoing)
    settled = settled_seeds(known)
    planned = set(row.group.missing_seeds())
    jobs: dict[int, Job] = {}
    for entry in known if row.entry is None else (row.entry,):
        interrupted = entry.run if entry.state is State.INTERRUPTED else None
        if entry.seed not in settled and (row.entry is not None or interrupted or entry.seed in planned):
            resumes = interrupted.id if interrupted else None
            jobs[entry.seed] = Job(row.group.name, row.group.recipe, entry.seed, resumes)
    return tuple(jobs.values())
