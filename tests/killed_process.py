"""The life of a process that trains, appends and edits until it is killed, telling what it does as it does it.

Its trainings cost no time; the folder, the journal and the notebook are the real ones.
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

from handwritten_notebooks import BY_HAND
from sample_records import RUN

from fmnist_tui.lab.notebook.file import NotebookFile, new_id
from fmnist_tui.lab.records.run import CURVES, Curves, Run
from fmnist_tui.lab.runs.folder import RunFolder

EPOCHS = 5
BEGINNING = BY_HAND
"""What stands in the notebook before any of them was born: a person's own, in every way that TOML allows."""
PLAN = "64 units"
"""The experiment of a person's that they edit."""


def curves_of(run_id: str, epochs: int) -> Curves:
    """Return what a run's first epochs give: any figures, but always the same."""
    figures = []
    for name in CURVES:
        digests = (sha256(f"{run_id} {name} {epoch}".encode()).digest() for epoch in range(epochs))
        figures.append(tuple(round(int.from_bytes(each[:4], "big") / 2**32, 6) for each in digests))
    return Curves(*figures)


def a_training(run_id: str) -> Run:
    """Return the run that a training of all epochs ends in."""
    recipe = replace(RUN.recipe, training=replace(RUN.recipe.training, epochs=EPOCHS))
    return replace(RUN, id=run_id, experiment="killed", recipe=recipe, curves=curves_of(run_id, EPOCHS))


class Life:
    """One process's doings, told line by line on a pipe: `do` before a change, `done` after it.

    Args:
        path: the notebook.
        pipe: the descriptor to tell on.
        chance: what it does next.
    """

    def __init__(self, path: Path, pipe: int, chance: random.Random) -> None:
        self._notebook = NotebookFile(path)
        self._pipe = pipe
        self._chance = chance

    def live(self) -> None:
        """Do one thing after another, for ever."""
        doings = (self.train, self.train, self.write_note, self.star_plan, self.delete_and_restore)
        while True:
            self._chance.choice(doings)()

    def train(self) -> None:
        """Train a run, or go on with one that was interrupted, and record it."""
        left = [run for run in self._notebook.read().runs if run.status == "interrupted"]
        run = a_training(self._chance.choice(left).id if left else new_id())
        folder = RunFolder(self._notebook.run_folder(run.id))
        with folder.at_work():
            folder.begin(run)
            journal = folder.read()
            known = journal.run.curves.epochs if journal else 0
            for epoch in range(self._chance.randint(0, known), EPOCHS):
                folder.add_epoch(curves_of(run.id, epoch + 1), epoch + 1.0)
                self._tell({"epoch": epoch + 1, "id": run.id})
            with self._doing("record", run.id):
                self._notebook.record(run)

    def write_note(self) -> None:
        """Change a run's note."""
        if run := self._any_run():
            note = f"note {self._chance.random()}"
            with self._doing("note", run.id, note=note):
                self._notebook.edit_run(run.id, {"note": note})

    def star_plan(self) -> None:
        """Star a person's own plan, or take the star off."""
        plan = next(each for each in self._notebook.read().experiments if each.name == PLAN)
        with self._doing("star", PLAN, starred=not plan.starred):
            recipe = plan.recipe("fashion-mnist")
            self._notebook.edit_experiment(PLAN, recipe, {"starred": not plan.starred})

    def delete_and_restore(self) -> None:
        """Delete a run and take that back."""
        if run := self._any_run():
            with self._doing("delete", run.id):
                deleted = self._notebook.delete([run.id])
            with self._doing("restore", run.id):
                self._notebook.restore(deleted)

    def _any_run(self) -> Run | None:
        runs = [run for run in self._notebook.read().runs if run.experiment == "killed"]
        return self._chance.choice(runs) if runs else None

    @contextmanager
    def _doing(self, what: str, whose: str, **more: Any) -> Iterator[None]:
        self._tell({"do": what, "id": whose, **more})
        yield
        self._tell({"done": what, "id": whose})

    def _tell(self, event: dict[str, Any]) -> None:
        os.write(self._pipe, json.dumps(event).encode("ascii") + b"\n")
