"""Which rows a history key acts on: the marked rows, or the one under the cursor."""

from dataclasses import replace

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.jobs import Job, job_for, lacking, resumable
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.history.rows import Row
from fmnist_tui.tui.history.view import View, marked_rows
from fmnist_tui.tui.training.states import Ongoing, entries, settled_seeds


def as_group(row: Row) -> Group:
    if row.entry is None:
        return row.group
    return replace(row.group, runs=(row.run,) if row.run else ())


def marked_groups(view: View) -> tuple[Group, ...]:
    """Return the marked groups in the order they were marked; a run becomes a group of one."""
    return tuple(map(as_group, marked_rows(view)))


def compared(view: View) -> tuple[Group, ...]:
    """Return the marked groups; if only one is marked, also that under the cursor."""
    rows = list(marked_rows(view))
    if len(rows) == 1 and view.row is not None and view.row.key != rows[0].key:
        rows.append(view.row)
    return tuple(map(as_group, rows))


def examined(view: View) -> tuple[Run, Run | None] | None:
    """Return the run whose errors to show and, if two rows are marked, one to compare with; None if none was tested."""
    rows = [*marked_rows(view)]
    selected = rows if len(rows) == 2 else [view.row] if view.row else []
    runs = [run for row in selected if (run := examined_run(row)) is not None]
    if not runs:
        return None
    return runs[0], runs[1] if len(runs) > 1 else None


def examined_run(row: Row) -> Run | None:
    """Return the row's run, or the group's tested run with the best validation accuracy."""
    if row.entry is not None:
        return row.run
    tested = [run for run in row.group.runs if run.confusion is not None]
    return max(tested, key=_validation, default=None)


def _validation(run: Run) -> tuple[bool, float]:
    return run.status == "finished", run.curves.val_accuracy[-1] if run.curves.val_accuracy else 0.0


def to_train(row: Row, ongoing: Ongoing) -> tuple[Job, ...]:
    """Return the jobs to train for a row: a run's seed, or a group's missing seeds.

    Interrupted runs are resumed. Seeds that are finished, running or queued are left out.
    """
    all_entries = entries(row.group, ongoing)
    settled = settled_seeds(all_entries)
    chosen = all_entries if row.entry is None else (row.entry,)
    kept = tuple(entry.run for entry in chosen if entry.run and not entry.state.ongoing)
    group = replace(row.group, runs=kept)
    jobs = (*resumable([group]), *lacking([group])) if row.entry is None else (job_for(group, row.entry.seed),)
    return tuple(job for job in dict.fromkeys(jobs) if job.seed not in settled)
