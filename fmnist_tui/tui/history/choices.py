"""Which rows a history key acts on."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.jobs import Job, job_for, missing_jobs, resumable
from fmnist_tui.lab.experiments.seeds import seeds_text
from fmnist_tui.lab.plain_text import plural, visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.history.cells import CellContext, cell
from fmnist_tui.tui.history.columns import COLUMNS, NAME, HistoryColumn
from fmnist_tui.tui.history.rows import HistoryRow
from fmnist_tui.tui.history.view import HistoryView, marked_rows
from fmnist_tui.tui.training.states import Ongoing, entries, settled_seeds


def as_group(row: HistoryRow) -> Group:
    if row.entry is None:
        return row.group
    return replace(row.group, runs=(row.run,) if row.run else ())


def marked_groups(view: HistoryView) -> tuple[Group, ...]:
    """A run becomes a group of one."""
    return tuple(map(as_group, marked_rows(view)))


def compared(view: HistoryView) -> tuple[Group, ...]:
    """Return the marked groups; if only one is marked, also that under the cursor."""
    rows = list(marked_rows(view))
    if len(rows) == 1 and view.row is not None and view.row.key != rows[0].key:
        rows.append(view.row)
    return tuple(map(as_group, rows))


def examined_pair(view: HistoryView) -> tuple[Run, Run] | None:
    """Return the runs whose errors to compare, if two tested rows on the same images are marked."""
    rows = marked_rows(view)
    runs = [run for row in rows if (run := examined_run(row)) is not None]
    if not len(rows) == len(runs) == 2:
        return None
    one, other = runs
    return (one, other) if one.recipe.dataset == other.recipe.dataset else None


def examined_run(row: HistoryRow) -> Run | None:
    """Return the row's run, or the group's tested run with the best validation accuracy."""
    if row.entry is not None:
        return row.run
    tested = [run for run in row.group.runs if run.confusion is not None]
    return max(tested, key=_validation, default=None)


def _validation(run: Run) -> tuple[bool, float]:
    return run.status == "finished", run.curves.val_accuracy[-1] if run.curves.val_accuracy else 0.0


def to_train(row: HistoryRow, ongoing: Ongoing) -> tuple[Job, ...]:
    """Return the jobs for a run's seed or a group's missing seeds; interrupted runs are resumed."""
    all_entries = entries(row.group, ongoing)
    settled = settled_seeds(all_entries)
    chosen = all_entries if row.entry is None else (row.entry,)
    kept = tuple(entry.run for entry in chosen if entry.run and not entry.state.ongoing)
    group = replace(row.group, runs=kept)
    jobs = (*resumable([group]), *missing_jobs([group])) if row.entry is None else (job_for(group, row.entry.seed),)
    return tuple(job for job in dict.fromkeys(jobs) if job.seed not in settled)


def start_words(row: HistoryRow, jobs: Sequence[Job], has_checkpoint: Callable[[str], bool]) -> str:
    """Return from where the jobs start; `has_checkpoint` takes a run's id."""
    recorded = {run.seed for run in row.group.runs}
    resumed = [job.seed for job in jobs if job.resumes and has_checkpoint(job.resumes)]
    restarted = [job.seed for job in jobs if job.resumes and job.seed not in resumed]
    again = [job.seed for job in jobs if not job.resumes and job.seed in recorded]
    new = [job.seed for job in jobs if not job.resumes and job.seed not in recorded]
    parts = (
        ("resuming {} from the last checkpoint", resumed),
        ("training {} again from epoch 1: interrupted before a checkpoint", restarted),
        ("training {} again from epoch 1: only interrupted runs are resumed", again),
        ("training {}", new),
    )
    return "; ".join(words.format(f"seed{plural(len(seeds))} {seeds_text(seeds)}") for words, seeds in parts if seeds)


WIDE = 1_000
"""More cells than any text needs, so nothing is cut."""


def as_tabs(rows: Sequence[HistoryRow], columns: Sequence[str], around: CellContext) -> str:
    lines = ([column.title for column in _shown(columns)], *_cells(rows, columns, around))
    return "".join("\t".join(line) + "\n" for line in lines)


def as_markdown(rows: Sequence[HistoryRow], columns: Sequence[str], around: CellContext) -> str:
    from fmnist_tui.lab.report.result_tables import escape

    shown = _shown(columns)
    rules = ["---:" if column.right else "---" for column in shown]
    lines = [[escape(column.title) for column in shown], rules]
    lines += [[escape(text) for text in line] for line in _cells(rows, columns, around)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _shown(columns: Sequence[str]) -> tuple[HistoryColumn, ...]:
    return (NAME, *(COLUMNS[key] for key in columns))


def _cells(rows: Sequence[HistoryRow], columns: Sequence[str], around: CellContext) -> list[list[str]]:
    return [[cell(row, column, around, WIDE).text.strip() for column in _shown(columns)] for row in rows]


class Copy(NamedTuple):
    title: str
    about: str
    text: Callable[[], str]
    file_name: str
    """The file to write if the terminal has no clipboard."""


def copies(view: HistoryView, columns: Sequence[str], around: CellContext) -> tuple[Copy, ...]:
    row = view.row
    if row is None:
        return ()
    rows = marked_rows(view) or (row,)
    what = f"{len(rows)} marked rows" if len(rows) > 1 else "the row"
    seed = row.entry.seed if row.entry else 0
    ids = [run.id for run in ((row.run,) if row.entry else row.group.runs) if run]
    return (
        Copy("row", f"{what}, tab-separated", lambda: as_tabs(rows, columns, around), "rows.tsv"),
        Copy("Markdown", f"{what}, as a table", lambda: as_markdown(rows, columns, around), "rows.md"),
        *([Copy("id", " ".join(ids[:3]) + " …" * (len(ids) > 3), lambda: "\n".join(ids) + "\n", "id.txt")] * bool(ids)),
        Copy("name", visible(row.group.name, 50), lambda: row.group.name + "\n", "name.txt"),
        Copy("script", "a Keras script that does the training", lambda: _script(row, seed), "train.py"),
    )


def _script(row: HistoryRow, seed: int) -> str:
    from fmnist_tui.lab.experiments.keras_script import keras_script

    return keras_script(row.group.recipe, seed)
