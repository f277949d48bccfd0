"""A process that trains, appends and edits until it is killed, and reports each action on a pipe.

Its trainings are fake and take no time; folder, journal and notebook are real.
"""

import json
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from handwritten_notebooks import HANDWRITTEN
from sample_records import RUN

from fmnist_tui.lab.notebook.file import NotebookFile, new_id
from fmnist_tui.lab.records.run import CURVES, Curves, Run
from fmnist_tui.lab.runs.folder import RunFolder

EPOCHS = 5
BEGINNING = HANDWRITTEN
"""The notebook's first content: handwritten, with everything that TOML allows."""
PLAN = "64 units"
"""The handwritten experiment that the processes edit."""


def curves_of(run_id: str, epochs: int) -> Curves:
    """Return a run's curves for its first epochs: arbitrary values, always the same."""
    figures = []
    for name in CURVES:
        digests = (sha256(f"{run_id} {name} {epoch}".encode()).digest() for epoch in range(epochs))
        figures.append(tuple(round(int.from_bytes(digest[:4], "big") / 2**32, 6) for digest in digests))
    return Curves(*figures)


def a_training(run_id: str) -> Run:
    """Return the finished run of a training."""
    recipe = replace(RUN.recipe, training=replace(RUN.recipe.training, epochs=EPOCHS))
    return replace(RUN, id=run_id, experiment="killed", recipe=recipe, curves=curves_of(run_id, EPOCHS))


class Life:
    """The actions of a process, reported on a pipe, a line each: `do` before a change, `done` after it.

    Args:
        path: the notebook.
        pipe: the descriptor to write to.
        chance: chooses the actions.
    """

    def __init__(self, path: Path, pipe: int, chance: random.Random) -> None:
        self._notebook = NotebookFile(path)
        self._pipe = pipe
        self._chance = chance

    def live(self) -> None:
        """Act for ever."""
        actions = (self.train, self.train, self.write_note, self.star_plan, self.delete_and_restore)
        while True:
            self._chance.choice(actions)()

    def train(self) -> None:
        """Train a run or resume an interrupted one, and record it."""
        interrupted = [run for run in self._notebook.read().runs if run.status == "interrupted"]
        run = a_training(self._chance.choice(interrupted).id if interrupted else new_id())
        folder = RunFolder(self._notebook.run_folder(run.id))
        with folder.locked():
            folder.begin(run)
            journal = folder.read()
            epochs = journal.run.curves.epochs if journal else 0
            for epoch in range(self._chance.randint(0, epochs), EPOCHS):
                folder.add_epoch(curves_of(run.id, epoch + 1), epoch + 1.0)
                self._report({"epoch": epoch + 1, "id": run.id})
            with self._reported("record", run.id):
                self._notebook.record(run)

    def write_note(self) -> None:
        if run := self._any_run():
            note = f"note {self._chance.random()}"
            with self._reported("note", run.id, note=note):
                self._notebook.edit_run(run.id, {"note": note})

    def star_plan(self) -> None:
        """Star the handwritten plan, or remove the star."""
        plan = next(plan for plan in self._notebook.read().experiments if plan.name == PLAN)
        with self._reported("star", PLAN, starred=not plan.starred):
            recipe = plan.recipe("fashion-mnist")
            self._notebook.edit_experiment(PLAN, recipe, {"starred": not plan.starred})

    def delete_and_restore(self) -> None:
        """Delete a run and restore it."""
        if run := self._any_run():
            with self._reported("delete", run.id):
                deleted = self._notebook.delete([run.id])
            with self._reported("restore", run.id):
                self._notebook.restore(deleted)

    def _any_run(self) -> Run | None:
        runs = [run for run in self._notebook.read().runs if run.experiment == "killed"]
        return self._chance.choice(runs) if runs else None

    @contextmanager
    def _reported(self, what: str, whose: str, **more: Any) -> Iterator[None]:
        self._report({"do": what, "id": whose, **more})
        yield
        self._report({"done": what, "id": whose})

    def _report(self, event: dict[str, Any]) -> None:
        os.write(self._pipe, json.dumps(event).encode("ascii") + b"\n")
