"""The notebook together with what `runs/` holds and the notebook does not have yet."""

from dataclasses import dataclass, replace

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.toml.reading import Notebook


@dataclass(frozen=True, slots=True)
class WholeNotebook:
    """What the notebook and `runs/` hold."""

    notebook: Notebook
    """The notebook with the runs of `runs/` after its own; one that goes on stands in place of its record."""
    running: frozenset[str]
    """The ids of the runs that a process trains."""
    kept: tuple[Run, ...]
    """The runs that ended and are not recorded."""

    @property
    def ended(self) -> Notebook:
        """The notebook without the runs that are being trained."""
        runs = tuple(run for run in self.notebook.runs if run.id not in self.running)
        return replace(self.notebook, runs=runs)


def read_whole_notebook(file: NotebookFile) -> WholeNotebook:
    """Return what a notebook and its `runs/` hold; nothing is written.

    Raises:
        NotebookError: a notebook that cannot be read.
    """
    notebook, unrecorded = file.read(), file.unrecorded()
    new = {each.run.id: each.run for each in unrecorded}
    known = tuple(new.pop(run.id, run) for run in notebook.runs)
    return WholeNotebook(
        replace(notebook, runs=(*known, *new.values())),
        frozenset(each.run.id for each in unrecorded if each.alive),
        tuple(each.run for each in unrecorded if not each.alive),
    )


def unfinished(group: Group, running: frozenset[str]) -> str:
    """Return what becomes of a group's runs of which no other has finished the seed: `1 running, 2 interrupted`."""
    finished = {run.seed for run in group.finished}
    latest = {run.seed: "running" if run.id in running else run.status for run in group.runs}
    words = [word for seed, word in latest.items() if seed not in finished]
    order = ("running", "interrupted", "failed", "stopped")
    return ", ".join(f"{words.count(word)} {word}" for word in order if word in words)
