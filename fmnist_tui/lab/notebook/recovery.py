"""Find runs that the notebook lost, and runs of notebooks it was renamed or copied from.

Editors that save an older text and tools that sync files may remove recorded runs, but so may the user: they are
reported once and only added on request.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fmnist_tui.lab.errors import advice
from fmnist_tui.lab.notebook import durable, record_file
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.trash import Trash
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.files import RunFolderError, read_regular
from fmnist_tui.lab.runs.pending import is_active, run_folders
from fmnist_tui.lab.toml.reading import Notebook, NotebookError

_MOST_BYTES = 16 * 1024**2


@dataclass(frozen=True, slots=True)
class ForeignRuns:
    """Runs of another notebook that may belong to this one."""

    notebook: str | None
    """File name of the other notebook; None if the folders name none."""
    here: bool
    """Whether that notebook exists: then this one is a copy of it, else perhaps a renaming."""
    run_ids: tuple[str, ...]
    """The runs that show it; all others naming that notebook follow."""

    @property
    def words(self) -> str:
        if self.notebook is None:
            return (
                f"runs/ holds {counted(len(self.run_ids), 'run')} that may be this notebook's, or another's; "
                "`fmnist-tui recover --adopt` makes them this notebook's"
            )
        name = visible(self.notebook)
        adopt = f"`fmnist-tui recover --from {name}` makes them this notebook's"
        if self.here:
            return f"this notebook is a copy of {name}, and the folders of its runs in runs/ are {name}'s; {adopt}"
        return f"runs/ holds runs of {name}, which is not here any more; if this notebook is it, renamed, {adopt}"


class Recovery:
    def __init__(self, file: NotebookFile) -> None:
        self._file = file

    def lost(self) -> tuple[str, ...]:
        """Return ids of lost runs, except deleted and forgotten ones."""
        statuses = {run.id: run.status for run in self._file.read().runs}
        self._file.ownership.refresh()
        found = set(record_file.lost(self._file.runs_folder, statuses, self._file.ownership.owns))
        if found:
            found -= {run_id for each in self._trash.listed() for run_id in each.run_ids}
            found -= set(self._load_report()[1])
        if found:
            found -= {each.run.id for each in self._file.pending()}
        return tuple(sorted(found))

    def lost_runs(self) -> tuple[Run, ...]:
        copies = record_file.read_all([self._file.runs_folder / run_id for run_id in self.lost()])
        return tuple(sorted(copies, key=lambda run: (run.started, run.id)))

    def add(self, run_ids: Collection[str]) -> tuple[Run, ...]:
        """Add lost runs and return them, oldest first; NotebookError if one is not lost."""
        chosen = self._chosen(run_ids)
        self._file.append_again(chosen)
        return chosen

    def forget(self, run_ids: Collection[str]) -> tuple[Run, ...]:
        """Stop offering lost runs, and return them; their folders stay."""
        chosen = self._chosen(run_ids)
        with self._file.locked():
            reported, forgotten = self._load_report()
            self._save_report(reported, {*forgotten, *(run.id for run in chosen)})
        return chosen

    def foreign(self) -> tuple[ForeignRuns, ...]:
        """Return runs that may belong to this notebook after a renaming or copy."""
        notebook, ownership = self._file.read(), self._file.ownership
        ownership.refresh()
        sample = _sample_ids(notebook)
        found: dict[str | None, list[str]] = {}
        for run_id in run_folders(self._file.runs_folder, {run.id for run in notebook.runs} - sample):
            if not self._file.ownership.owns(run_id) and self._may_belong(run_id, recorded=run_id in sample):
                owner = ownership.owner(run_id)
                found.setdefault(owner.notebook if owner else None, []).append(run_id)
        return tuple(
            ForeignRuns(name, name is not None and ownership.is_beside(name), tuple(sorted(ids)))
            for name, ids in sorted(found.items(), key=lambda item: item[0] or "")
        )

    def _may_belong(self, run_id: str, *, recorded: bool) -> bool:
        ownership, folder = self._file.ownership, self._file.runs_folder / run_id
        owner = ownership.owner(run_id)
        unrecorded = not record_file.is_recorded(folder) and not record_file.is_unused(folder) and not is_active(folder)
        if owner is None:
            return (
                unrecorded
                and not recorded
                and not ownership.has_default_owner
                and not ownership.other_notebook_has_run(run_id)
            )
        if owner.notebook == ownership.name:
            return False
        if recorded or ownership.is_beside(owner.notebook):
            return recorded
        if owner.holds and (self._file.ownership.holds(owner.holds) or ownership.other_notebook_has_run(owner.holds)):
            return self._file.ownership.holds(owner.holds)
        return unrecorded

    def adopt(self, name: str | None = None) -> tuple[str, ...]:
        """Take over folders of the notebook `name`, or of all that `foreign` finds; NotebookError if there are none."""
        chosen = [each for each in self.foreign() if name is None or each.notebook == name]
        if not chosen:
            whose = "of another notebook" if name is None else f"of {visible(name)}"
            raise NotebookError(f"{self._file.runs_folder}: no runs {whose} that may be this notebook's")
        with self._file.locked():
            taken = [run_id for each in chosen for run_id in self._folders_of(each)]
            for run_id in taken:
                if not self._file.ownership.mark(run_id, self._file.first_run):
                    raise NotebookError(f"{self._file.runs_folder / run_id}: cannot be written; nothing else was done")
            for deleted in self._trash.listed():
                if any(not each.here and each.notebook == deleted.notebook for each in chosen):
                    with suppress(OSError, ValueError, TypeError):
                        self._trash.reassign(deleted.number, self._file.ownership.name)
        return tuple(taken)

    def news(self) -> tuple[str, ...]:
        """Return new messages for the user; repeated only for other runs, or if they could not be marked as shown."""
        try:
            lost, foreign = self.lost(), self.foreign()
        except NotebookError:
            return ()
        sentences = [*_lost_messages(lost), *(each.words for each in foreign)]
        ids = [*lost, *(f"{each.notebook} {run_id}" for each in foreign for run_id in each.run_ids)]
        digest = hashlib.blake2b("\n".join(ids).encode("utf-8", "replace")).hexdigest() if ids else ""
        if self._load_report()[0] == digest:
            return ()
        with suppress(NotebookError), self._file.locked():
            _, forgotten = self._load_report()  # what was forgotten meanwhile is not taken back
            self._save_report(digest, forgotten)
        return tuple(sentences)

    def _folders_of(self, foreign: ForeignRuns) -> Iterable[str]:
        if foreign.here or foreign.notebook is None:
            return foreign.run_ids
        owner = self._file.ownership.owner
        names = run_folders(self._file.runs_folder)
        return [name for name in names if (whose := owner(name)) and whose.notebook == foreign.notebook]

    def _chosen(self, run_ids: Collection[str]) -> tuple[Run, ...]:
        lost = self.lost_runs()
        if unknown := sorted({*run_ids} - {run.id for run in lost}):
            raise NotebookError(
                f"{visible(unknown[0])}: no run that is missing from {self._file.path}; `fmnist-tui recover` lists them"
            )
        return tuple(run for run in lost if run.id in run_ids)

    @property
    def _trash(self) -> Trash:
        return Trash(self._file.runs_folder)

    @property
    def _report_path(self) -> Path:
        return self._file.runs_folder / f".{self._file.ownership.name}.told"

    def _load_report(self) -> tuple[str, frozenset[str]]:
        try:
            report = json.loads(read_regular(self._report_path, _MOST_BYTES) or b"{}")
            return str(report.get("told", "")), frozenset(map(str, report.get("forgotten", ())))
        except (RunFolderError, ValueError, AttributeError, TypeError, RecursionError):
            return "", frozenset()

    def _save_report(self, reported: str, forgotten: Collection[str]) -> None:
        text = json.dumps({"told": reported, "forgotten": sorted(forgotten)})
        try:
            durable.replace(self._report_path, text.encode("ascii"), through_links=False)
        except OSError as error:
            raise NotebookError(f"{self._report_path}: cannot be written: {error.strerror}{advice(error)}") from None


def _sample_ids(notebook: Notebook) -> set[str]:
    """Return the runs that show whether the notebook is a copy, instead of thousands."""
    ends = (*notebook.runs[:1], *notebook.runs[-1:])
    return {run.id for run in (*ends, *(run for run in notebook.runs if run.status == "interrupted"))}


def _lost_messages(lost: Collection[str]) -> list[str]:
    if not lost:
        return []
    one = len(lost) == 1
    return [
        f"{counted(len(lost), 'run')} that this notebook had {'is' if one else 'are'} missing from it, and "
        f"{'was' if one else 'were'} not deleted here; `fmnist-tui recover` lists {'it' if one else 'them'}"
    ]
