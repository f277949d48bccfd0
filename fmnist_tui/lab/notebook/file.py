import secrets
from collections.abc import Container, Iterable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from fmnist_tui.lab.errors import advice
from fmnist_tui.lab.notebook import record_file
from fmnist_tui.lab.notebook.ownership import Ownership
from fmnist_tui.lab.notebook.shared_file import IdTaken, SharedFile, Unsafe
from fmnist_tui.lab.notebook.source import Signature, resolve_link
from fmnist_tui.lab.notebook.writable import check_writable
from fmnist_tui.lab.parameters import shown
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Experiment, Run
from fmnist_tui.lab.runs.files import is_link, write_atomic
from fmnist_tui.lab.runs.pending import PendingRun
from fmnist_tui.lab.toml.reading import RUN_ID, Notebook, NotebookError, read_records
from fmnist_tui.lab.toml.writing import experiment_record, record_text, run_record

if TYPE_CHECKING:
    from fmnist_tui.lab.notebook.editing import Changes, Edit
    from fmnist_tui.lab.notebook.trash import Deleted, Trash

DEFAULT_NAME = "experiments.toml"

_ID_LETTERS = "abcdefghjkmnpqrstvwxyz23456789"


def new_id() -> str:
    """49 random bits, so that machines do not collide."""
    return secrets.choice(_ID_LETTERS[:22]) + "".join(secrets.choice(_ID_LETTERS) for _ in range(9))


class NotebookFile:
    """A notebook file and its `runs/` folder, which other programs may change at any time.

    Methods raise NotebookError if it cannot be read or written; it then stays unchanged. What edits
    is imported with the first edit: the app is drawn without it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # Links are resolved, so that all paths to one file share a lock and a `runs/`.
        self.own_path = resolve_link(path)
        self._file = SharedFile(self.own_path, self.runs_folder)
        self.ownership = Ownership(self.own_path, self.runs_folder, DEFAULT_NAME, self._file.had_run)
        self._nothing_new: dict[str, Signature | None] = {}  # see `record_file.pending_runs`

    @property
    def runs_folder(self) -> Path:
        return self.own_path.parent / "runs"

    def run_folder(self, run_id: str) -> Path:
        """Create a run's folder, owned by this notebook; NotebookError also for an invalid folder name."""
        folder = self.make_folder(run_id)
        if self.ownership.owner(run_id) is None and (record_file.is_unused(folder) or self.ownership.owns(run_id)):
            self.ownership.mark(run_id, self.first_run)
        return folder

    def make_folder(self, run_id: str) -> Path:
        if not RUN_ID.fullmatch(run_id):
            raise NotebookError(f"a run's id must be up to 64 letters, digits, - and _, not {shown(run_id)}")
        self._file.make_runs_folder()
        folder = self.runs_folder / run_id
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise NotebookError(f"{folder}: cannot be made: {error.strerror}{advice(error)}") from None
        if is_link(folder):
            raise NotebookError(f"{folder}: a link, which is not followed; remove it")
        return folder

    def write_copy(self, name: str, text: str) -> Path:
        path = self.make_folder("copied") / name
        write_atomic(path, lambda file: file.write(text.encode("utf-8")))
        return path

    @property
    def first_run(self) -> str | None:
        return next((run.id for run in self._file.known.runs), None)

    def check_writable(self) -> str | None:
        """Return why results must wait in `runs/`, or None; NotebookError if they could not be stored at all."""
        file = self._file
        return check_writable(self.own_path, self.runs_folder, file.make_runs_folder, file.check_lock_and_note)

    def changed(self) -> bool:
        return self._file.changed()

    def read(self) -> Notebook:
        """Return the notebook, parsed again only if it changed; empty if the file does not exist."""
        return self._file.read()

    def locked(self) -> AbstractContextManager[None]:
        """Keep other programs from writing the notebook or claiming a training; do not write within it."""
        return self._file.locked()

    def append_run(self, run: Run) -> None:
        """Append a run and sync it to disk; NotebookError also if its id is taken."""
        with self._file.locked():
            self._file.append(record_text("run", run_record(run)))

    def append_again(self, runs: Iterable[Run]) -> None:
        """Append lost runs, or replace the records of their interruption."""
        with self._file.locked():
            for run in runs:
                self._record(run)

    def append_experiments(self, experiments: tuple[Experiment, ...]) -> None:
        """Append plans; NotebookError also if a name is taken."""
        with self._file.locked():
            self._file.append("".join(record_text("experiment", experiment_record(each)) for each in experiments))

    def edit_experiment(self, name: str, recipe: Recipe, changes: "Changes") -> None:
        """See `edit_experiment_text`; a new baseline replaces the old one."""
        from fmnist_tui.lab.notebook.editing import edit_experiment_text

        with self._file.locked():
            before = {run.id: run.experiment for run in self.read().runs}
            self._file.edit(partial(edit_experiment_text, name=name, recipe=recipe, changes=changes))
            self._update_copies(run for run in self._file.known.runs if before.get(run.id) != run.experiment)

    def edit_run(self, run_id: str, changes: "Changes") -> None:
        from fmnist_tui.lab.notebook.editing import edit_run_text

        with self._file.locked():
            self._file.edit(partial(edit_run_text, run_id=run_id, changes=changes))
            self._update_copies(run for run in self._file.known.runs if run.id == run_id)

    def delete(self, run_ids: Iterable[str], experiment: str | None = None) -> "Deleted":
        """Move runs, and optionally a plan, from the notebook to the trash; `runs/ID/` stays."""
        from fmnist_tui.lab.notebook.removing import removed

        ids = tuple(dict.fromkeys(run_ids))
        if not ids and experiment is None:
            raise NotebookError(f"{self.path}: nothing was chosen; nothing was deleted")
        with self._file.locked():
            by_id = {run.id: run for run in self.read().runs}
            put: list[Deleted] = []
            chosen = [by_id[run_id] for run_id in ids if run_id in by_id]
            for run in chosen:  # first, so that a crash in between cannot bring one back from its journal
                record_file.save_recorded_epochs(self.runs_folder / run.id, run)

            def change(text: str, notebook: Notebook) -> "Edit":
                edit, pieces = removed(text, notebook, ids, experiment)
                self._forget(put)
                put.append(self._trash.put(ids, experiment, pieces, self.ownership.name))
                return edit

            try:
                self._file.edit(change)
            except BaseException:
                self._forget(put)
                raise
            for run in chosen:
                record_file.mark_recorded(self.runs_folder / run.id, run)
            return put[-1]

    def restore(self, deleted: "Deleted") -> None:
        """Restore a deletion byte for byte in its place, or at the end; NotebookError also if it exists again."""
        from fmnist_tui.lab.notebook.removing import restored, restored_at_end

        with self._file.locked():
            pieces = self._trash.pieces(deleted)
            try:
                self._file.edit(partial(restored, pieces=pieces))
            except Unsafe:
                self._file.edit(partial(restored_at_end, pieces=pieces))
            self._forget([deleted])

    def trash(self) -> "tuple[Deleted, ...]":
        """Return what can be restored, newest last."""
        notebook = self.read()
        ids, names = {run.id for run in notebook.runs}, {plan.name for plan in notebook.experiments}
        return tuple(
            each
            for each in self._trash.listed()
            if each.experiment not in names and ids.isdisjoint(each.run_ids) and self.ownership.named(each.notebook)
        )

    def record(self, run: Run) -> None:
        """Store a result in `runs/ID/run.toml`, then in the notebook; NotebookError says where the result is."""
        folder = self.runs_folder / run.id
        problem = None
        try:
            record_file.write(self.run_folder(run.id), run)
        except NotebookError as error:
            problem = str(error)
        except OSError as error:
            problem = f"{folder}: cannot be written: {error.strerror}{advice(error)}"
        try:
            with self._file.locked():
                self._record(run)
        except NotebookError as error:
            if problem is None:
                where = folder / record_file.RESULT
                raise NotebookError(f"{error}; the result is kept in {where} and added once that is mended") from None
            raise NotebookError(f"{error}; nor could the result be kept: {problem}") from None
        record_file.mark_recorded(folder, run)

    def recover(self) -> tuple[Run, ...]:
        """Append and return results waiting in `runs/` and runs whose process died."""
        added: list[Run] = []
        if not self._file.is_half_written and not self._recoverable():
            return ()
        with self._file.locked():
            for run in self._recoverable():
                folder = self.runs_folder / run.id
                if not record_file.is_waiting(folder) or record_file.read(folder) != run:
                    with suppress(OSError):
                        record_file.write(folder, run)
                try:
                    added += [run] if self._record(run) else []
                except (IdTaken, Unsafe):
                    continue  # the result stays in `runs/`; the user must choose between the two
                record_file.mark_recorded(folder, run)
        return tuple(added)

    def pending(self, without: Container[str] = ()) -> tuple[PendingRun, ...]:
        """Return running runs, here or elsewhere, and interrupted ones missing from the notebook.

        The folders of runs `without` are not read.
        """
        try:
            notebook = self.read()
        except NotebookError:
            notebook = self._file.known
        return tuple(
            each
            for each in self._pending_runs(notebook, without)
            if each.alive or not record_file.is_waiting(each.folder)
        )

    def unrecorded(self) -> tuple[PendingRun, ...]:
        """Return runs missing from the notebook: running ones, then ended ones."""
        notebook = self.read()
        alive = tuple(each for each in self._pending_runs(notebook) if each.alive)
        excluded = {run.id for run in notebook.runs if run.status != "interrupted"} | {each.run.id for each in alive}
        ended = (run for run in self._recoverable() if run.id not in excluded)
        return (*alive, *(PendingRun(run, alive=False, folder=self.runs_folder / run.id) for run in ended))

    def _record(self, run: Run) -> bool:
        """Return whether the notebook changed."""
        recorded = None
        if self._file.may_have_run(run.id):
            recorded = next((each for each in self.read().runs if each.id == run.id), None)
        if recorded is None:
            self._file.append(record_text("run", run_record(run)))
            return True
        (held,) = read_records(record_text("run", run_record(run))).runs
        if repr(replace(held, note=recorded.note, starred=recorded.starred)) == repr(recorded):
            return False
        if recorded.status == run.status == "interrupted" and run.curves.epochs < recorded.curves.epochs:
            return False  # every finished epoch counts
        if recorded.status != "interrupted":
            raise IdTaken(f"{self.path}: the run {run.id} is there already; nothing was added")
        from fmnist_tui.lab.notebook.editing import replace_run

        self._file.edit(partial(replace_run, run=run))
        self._update_copies(each for each in self._file.known.runs if each.id == run.id)
        return True

    def _update_copies(self, runs: Iterable[Run]) -> None:
        """So that a lost run comes back as the user left it."""
        for run in runs:
            if self.ownership.owns(run.id):
                record_file.update(self.runs_folder / run.id, run)

    def _recoverable(self) -> tuple[Run, ...]:
        self.ownership.refresh()
        found = {run.id: run for run in record_file.waiting(self.runs_folder, self.ownership.owns)}
        for run in (each.run for each in self._pending_runs(self.read()) if not each.alive):
            result = found.get(run.id, run)
            if result.status == "interrupted" and result.curves.epochs <= run.curves.epochs:
                found[run.id] = run
        return tuple(found.values())

    @cached_property
    def _trash(self) -> "Trash":
        from fmnist_tui.lab.notebook.trash import Trash

        return Trash(self.runs_folder)

    def _forget(self, put: "Iterable[Deleted]") -> None:
        for each in put:
            self._trash.forget(each)

    def _pending_runs(self, notebook: Notebook, without: Container[str] = ()) -> tuple[PendingRun, ...]:
        self.ownership.refresh()

        def owns(run_id: str) -> bool:
            return run_id not in without and self.ownership.owns(run_id)

        return record_file.pending_runs(self.runs_folder, notebook, owns, self._nothing_new)
