"""The notebook together with the runs in `runs/` that it does not have yet."""

from dataclasses import dataclass, replace

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.toml.reading import Notebook


@dataclass(frozen=True, slots=True)
class WholeNotebook:
    notebook: Notebook
    """The notebook followed by unrecorded runs; a resumed run replaces its record."""
    running: frozenset[str]
    """Ids of runs being trained."""
    kept: tuple[Run, ...]
    """Runs that ended and are not recorded."""

    @property
    def ended(self) -> Notebook:
        runs = tuple(run for run in self.notebook.runs if run.id not in self.running)
        return replace(self.notebook, runs=runs)


def read_whole_notebook(file: NotebookFile) -> WholeNotebook:
    """Read a notebook and its `runs/` without writing; NotebookError if it cannot be read."""
    notebook, unrecorded = file.read(), file.unrecorded()
    new = {each.run.id: each.run for each in unrecorded}
    recorded = tuple(new.pop(run.id, run) for run in notebook.runs)
    return WholeNotebook(
        replace(notebook, runs=(*recorded, *new.values())),
        frozenset(each.run.id for each in unrecorded if each.alive),
        tuple(each.run for each in unrecorded if not each.alive),
    )


def unfinished(group: Group, running: frozenset[str]) -> str:
    """Count by status the runs whose seed has not finished: `1 running, 2 interrupted`."""
    finished = {run.seed for run in group.finished}
    latest = {run.seed: "running" if run.id in running else run.status for run in group.runs}
    words = [word for seed, word in latest.items() if seed not in finished]
    order = ("running", "interrupted", "failed", "stopped")
    return ", ".join(f"{words.count(word)} {word}" for word in order if word in words)
