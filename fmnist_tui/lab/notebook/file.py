"""The notebook beside its `runs/`: what is read, added, changed, deleted, restored and recovered."""

import secrets
from collections.abc import Iterable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from fmnist_tui.lab.notebook import kept, trash
from fmnist_tui.lab.notebook.editing import Changes, Edit, edited_experiment, edited_run, recorded_anew
from fmnist_tui.lab.notebook.ownership import Ownership
from fmnist_tui.lab.notebook.removing import at_the_end, removed, restored
from fmnist_tui.lab.notebook.shared_file import IdTaken, SharedFile, Unsafe
from fmnist_tui.lab.notebook.source import linked_file
from fmnist_tui.lab.notebook.state import Signature
from fmnist_tui.lab.notebook.trash import Deleted
from fmnist_tui.lab.notebook.writable import check_writable
from fmnist_tui.lab.parameters import shown
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Experiment, Run
from fmnist_tui.lab.runs.files import is_link
from fmnist_tui.lab.runs.pending import Pending
from fmnist_tui.lab.toml.reading import RUN_ID, Notebook, NotebookError, read_records
from fmnist_tui.lab.toml.writing import experiment_record, record_text, run_record

DEFAULT_NAME = "experiments.toml"
"""The notebook's name in the current folder."""

_ID_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"


def new_id() -> str:
    """Return ten random letters and digits that no two machines both invent: 49 bits."""
    return secrets.choice(_ID_LETTERS[:22]) + "".join(secrets.choice(_ID_LETTERS) for _ in range(9))


class NotebookFile:
    """One notebook file, which other programs may change at any time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # Its own file, should `path` be a link: by whatever path it is named, it has one lock and one `runs/`.
        self.own_path = linked_file(path)
        self._file = SharedFile(self.own_path, self.runs_folder)
        self.ownership = Ownership(self.own_path, self.runs_folder, DEFAULT_NAME, self._file.held_run)
        self._settled: dict[str, Signature | None] = {}  # see `kept.unsettled`

    @property
    def runs_folder(self) -> Path:
        """Where large or private things of the runs live, beside the notebook's own file."""
        return self.own_path.parent / "runs"

    def run_folder(self, run_id: str) -> Path:
        """Return the folder of one run, made if need be and marked as this notebook's, with `runs/` ignored by git.

        Raises:
            NotebookError: it cannot be made, or the id is none that a folder can be called by.
        """
        folder = self.make_folder(run_id)
        if self.ownership.owner(run_id) is None and (kept.is_unused(folder) or self.ownership.owns(run_id)):
            self.ownership.mark(run_id, self.first_run)
        return folder

    def make_folder(self, run_id: str) -> Path:
        """Return a folder in `runs/`, made if need be; NotebookError as for `run_folder`."""
        if not RUN_ID.fullmatch(run_id):
            raise NotebookError(f"a run's id must be up to 64 letters, digits, - and _, not {shown(run_id)}")
        self._file.make_runs_folder()
        folder = self.runs_folder / run_id
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise NotebookError(f"{folder}: cannot be made: {error.strerror}") from None
        if is_link(folder):
            raise NotebookError(f"{folder}: a link, which is not followed; remove it")
        return folder

    @property
    def first_run(self) -> str | None:
        """The id of the notebook's first run, when it was read last."""
        return next((run.id for run in self._file.known.runs), None)

    def check_writable(self) -> str | None:
        """Return why results will wait in `runs/` for the notebook to be writable; None where nothing is in the way.

        Raises:
            NotebookError: no result could be kept, so nothing should be trained.
        """
        file = self._file
        return check_writable(self.own_path, self.runs_folder, file.make_runs_folder, file.check_lock_and_note)

    def changed(self) -> bool:
        """Whether the file differs from what was last read, or last could not be read."""
        return self._file.changed()

    def read(self) -> Notebook:
        """Return what the file holds, read anew only if it has changed; a file that is not there is empty.

        Raises:
            NotebookError: a file that cannot be read.
        """
        return self._file.read()

    def locked(self) -> AbstractContextManager[None]:
        """Let no other program write the notebook or claim a training, until the block is left.

        Nothing else here that writes may be called meanwhile.

        Raises:
            NotebookError: another program does not let go of it, or it cannot be written.
        """
        return self._file.locked()

    def append_run(self, run: Run) -> None:
        """Add a run at the end and have it on disk before returning.

        Raises:
            NotebookError: a file that cannot be read (it is left as it is) or written, an id that is
                taken, or a run that could not be read again.
        """
        with self._file.locked():
            self._file.append(record_text("run", run_record(run)))

    def append_again(self, runs: Iterable[Run]) -> None:
        """Add runs that were lost from the notebook, or replace the records of their interruption; NotebookError."""
        with self._file.locked():
            for run in runs:
                self._record(run)

    def append_experiments(self, experiments: tuple[Experiment, ...]) -> None:
        """Add plans at the end; NotebookError as for `append_run`, or where a name is taken."""
        with self._file.locked():
            self._file.append("".join(record_text("experiment", experiment_record(each)) for each in experiments))

    def edit_experiment(self, name: str, recipe: Recipe, changes: Changes) -> None:
        """Change what is said of an experiment: `name` (its runs follow), `note`, `hypothesis`, `starred` and the like.

        Runs without a plan get one; a new baseline takes the place of the one before.

        Args:
            name: what it is called by now.
            recipe: which of the recipes that the name has had.
            changes: new values by key; None, false and an empty text remove the key.

        Raises:
            NotebookError: it cannot be changed; the file is as it was.
        """
        with self._file.locked():
            self._file.edit(partial(edited_experiment, name=name, recipe=recipe, changes=changes))

    def edit_run(self, run_id: str, changes: Changes) -> None:
        """Change the `note` or the star (`starred`) of a run; NotebookError as for `edit_experiment`."""
        with self._file.locked():
            self._file.edit(partial(edited_run, run_id=run_id, changes=changes))

    def delete(self, run_ids: Iterable[str], experiment: str | None = None) -> Deleted:
        """Take runs, and the plan of a name, out of the notebook; they can be restored, and `runs/ID/` stays.

        Raises:
            NotebookError: one of them is not there, or it cannot be written; the file is as it was.
        """
        ids = tuple(dict.fromkeys(run_ids))
        if not ids and experiment is None:
            raise NotebookError(f"{self.path}: nothing was chosen; nothing was deleted")
        with self._file.locked():
            known = {run.id: run for run in self.read().runs}
            put: list[Deleted] = []
            chosen = [known[run_id] for run_id in ids if run_id in known]
            for run in chosen:  # before they go, lest one come back from its journal should this program die between
                kept.remember(self.runs_folder / run.id, run)

            def change(text: str, notebook: Notebook) -> Edit:
                edit, pieces = removed(text, notebook, ids, experiment)
                self._forget(put)
                put.append(trash.put(self._trash, ids, experiment, pieces, self.ownership.name))
                return edit

            try:
                self._file.edit(change)
            except BaseException:
                self._forget(put)
                raise
            for run in chosen:
                kept.settle(self.runs_folder / run.id, run)
            return put[-1]

    def restore(self, deleted: Deleted) -> None:
        """Put back what was deleted, byte for byte where it stood; at the end if its neighbours are gone.

        Raises:
            NotebookError: it is there again, or not in the trash, or cannot be written; the file is as it was.
        """
        with self._file.locked():
            pieces = trash.pieces(self._trash, deleted)
            try:
                self._file.edit(partial(restored, pieces=pieces))
            except Unsafe:
                self._file.edit(partial(at_the_end, pieces=pieces))
            self._forget([deleted])

    def trash(self) -> tuple[Deleted, ...]:
        """Return what was deleted and can be restored, newest last.

        Raises:
            NotebookError: a notebook that cannot be read.
        """
        notebook = self.read()
        ids, names = {run.id for run in notebook.runs}, {plan.name for plan in notebook.experiments}
        return tuple(
            each
            for each in trash.listed(self._trash)
            if each.experiment not in names and ids.isdisjoint(each.run_ids) and self.ownership.named(each.notebook)
        )

    def record(self, run: Run) -> None:
        """Have a result in the notebook, and in `runs/ID/run.toml` before; one that was interrupted is replaced.

        Raises:
            NotebookError: the notebook cannot be written; the message says where the result is kept.
        """
        folder = self.runs_folder / run.id
        problem = None
        try:
            kept.keep(self.run_folder(run.id), run)
        except NotebookError as error:
            problem = str(error)
        except OSError as error:
            problem = f"{folder}: cannot be written: {error.strerror}"
        try:
            with self._file.locked():
                self._record(run)
        except NotebookError as error:
            if problem is None:
                where = folder / kept.RESULT
                raise NotebookError(f"{error}; the result is kept in {where} and added once that is mended") from None
            raise NotebookError(f"{error}; nor could the result be kept: {problem}") from None
        kept.settle(folder, run)

    def recover(self) -> tuple[Run, ...]:
        """Add the results that are kept in `runs/`, and the runs whose process is gone, and return them.

        An append that was cut short with its process is completed.

        Raises:
            NotebookError: the notebook cannot be read or written; what is kept stays where it is.
        """
        added: list[Run] = []
        if not self._file.is_half_written and not self._recoverable():
            return ()
        with self._file.locked():
            for run in self._recoverable():
                folder = self.runs_folder / run.id
                if not kept.waits(folder) or kept.read(folder) != run:
                    with suppress(OSError):
                        kept.keep(folder, run)
                try:
                    added += [run] if self._record(run) else []
                except (IdTaken, Unsafe):
                    continue  # the result stays kept: it is for a person to say which of the two is which
                kept.settle(folder, run)
        return tuple(added)

    def pending(self) -> tuple[Pending, ...]:
        """Return the runs at work, here or elsewhere, and the interrupted ones that the notebook does not have yet."""
        try:
            notebook = self.read()
        except NotebookError:
            notebook = self._file.known
        return tuple(each for each in self._unsettled(notebook) if each.alive or not kept.waits(each.folder))

    def unrecorded(self) -> tuple[Pending, ...]:
        """Return what `runs/` holds and the notebook does not: the runs at work, then those that ended.

        Raises:
            NotebookError: a notebook that cannot be read.
        """
        notebook = self.read()
        alive = tuple(each for each in self._unsettled(notebook) if each.alive)
        known = {run.id for run in notebook.runs if run.status != "interrupted"} | {each.run.id for each in alive}
        ended = (run for run in self._recoverable() if run.id not in known)
        return (*alive, *(Pending(run, alive=False, folder=self.runs_folder / run.id) for run in ended))

    def _record(self, run: Run) -> bool:
        """Add a run, or replace the record of its interruption; return whether the notebook was without it.

        Raises:
            IdTaken: another run has its id.
        """
        known = None
        if self._file.may_have_run(run.id):
            known = next((each for each in self.read().runs if each.id == run.id), None)
        if known is None:
            self._file.append(record_text("run", run_record(run)))
            return True
        (held,) = read_records(record_text("run", run_record(run))).runs
        if repr(replace(held, note=known.note, starred=known.starred)) == repr(known):
            return False
        if known.status == run.status == "interrupted" and run.curves.epochs < known.curves.epochs:
            return False  # every finished epoch counts
        if known.status != "interrupted":
            raise IdTaken(f"{self.path}: the run {run.id} is there already; nothing was added")
        self._file.edit(partial(recorded_anew, run=run))
        return True

    def _recoverable(self) -> tuple[Run, ...]:
        """Return the results that are kept, then what journals tell of runs whose process is gone."""
        self.ownership.refresh()
        found = {run.id: run for run in kept.waiting(self.runs_folder, self.ownership.owns)}
        for run in (each.run for each in self._unsettled(self.read()) if not each.alive):
            result = found.get(run.id, run)
            if result.status == "interrupted" and result.curves.epochs <= run.curves.epochs:
                found[run.id] = run
        return tuple(found.values())

    @property
    def _trash(self) -> Path:
        return self.runs_folder / trash.FOLDER

    def _forget(self, put: Iterable[Deleted]) -> None:
        for each in put:
            trash.forget(self._trash, each)

    def _unsettled(self, notebook: Notebook) -> tuple[Pending, ...]:
        self.ownership.refresh()
        return kept.unsettled(self.runs_folder, notebook, self.ownership.owns, self._settled)
