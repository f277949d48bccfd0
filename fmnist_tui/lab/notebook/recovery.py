"""What `runs/` holds that the notebook does not: runs that were lost from it, and runs of a notebook it once was.

An editor that writes back an older text, or a tool that syncs files, takes runs away that were recorded since. They
are never added again by themselves, for a person may have meant it: they are named once, and offered.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fmnist_tui.lab.notebook import durable, kept, trash
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.claim import is_claimed
from fmnist_tui.lab.runs.files import RunFolderError, read_regular
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.lab.runs.pending import run_folders
from fmnist_tui.lab.toml.reading import Notebook, NotebookError

_MOST_BYTES = 16 * 1024**2


@dataclass(frozen=True, slots=True)
class Foreign:
    """Runs whose folders are another notebook's, and that may be meant to be this one's."""

    notebook: str | None
    """The file name of the notebook that the folders name; None where they name none."""
    here: bool
    """Whether a notebook of that name lies beside: then this one is a copy of it, else it may be it, renamed."""
    run_ids: tuple[str, ...]
    """Those that give it away; all others that name the notebook go with them."""

    @property
    def words(self) -> str:
        """What is known of them, and what can be done, in a sentence."""
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
    """Finds what a notebook lost, and adds it again when a person says so.

    Args:
        file: the notebook.
    """

    def __init__(self, file: NotebookFile) -> None:
        self._file = file

    def lost(self) -> tuple[str, ...]:
        """Return the ids of the runs that the notebook had and has no more, unless they were deleted or forgotten.

        Raises:
            NotebookError: a notebook that cannot be read.
        """
        statuses = {run.id: run.status for run in self._file.read().runs}
        self._file.ownership.refresh()
        found = set(kept.lost(self._file.runs_folder, statuses, self._file.ownership.owns))
        if found:
            found -= {run_id for each in trash.listed(self._trash) for run_id in each.run_ids}
            found -= set(self._noted()[1])
        if found:
            found -= {each.run.id for each in self._file.pending()}
        return tuple(sorted(found))

    def lost_runs(self) -> tuple[Run, ...]:
        """Return the runs that `lost` finds, as they were recorded, the one trained first in front."""
        copies = (kept.read(self._file.runs_folder / run_id) for run_id in self.lost())
        return tuple(sorted(filter(None, copies), key=lambda run: (run.started, run.id)))

    def add(self, run_ids: Collection[str]) -> tuple[Run, ...]:
        """Add lost runs to the notebook again and return them, the one trained first in front.

        Raises:
            NotebookError: one of them is not lost, or the notebook cannot be written.
        """
        chosen = self._chosen(run_ids)
        self._file.append_again(chosen)
        return chosen

    def forget(self, run_ids: Collection[str]) -> tuple[Run, ...]:
        """Never offer lost runs again; return them. Their folders stay.

        Raises:
            NotebookError: one of them is not lost, or that cannot be written down.
        """
        chosen = self._chosen(run_ids)
        with self._file.locked():
            told, forgotten = self._noted()
            self._note(told, {*forgotten, *(run.id for run in chosen)})
        return chosen

    def foreign(self) -> tuple[Foreign, ...]:
        """Return the runs of other notebooks that may be meant to be this one's: it was renamed, or copied.

        Raises:
            NotebookError: a notebook that cannot be read.
        """
        notebook, ownership = self._file.read(), self._file.ownership
        ownership.refresh()
        telling = _telling(notebook)
        found: dict[str | None, list[str]] = {}
        for run_id in run_folders(self._file.runs_folder, {run.id for run in notebook.runs} - telling):
            if not self._file.ownership.owns(run_id) and self._may_be_meant(run_id, known=run_id in telling):
                owner = ownership.owner(run_id)
                found.setdefault(owner.notebook if owner else None, []).append(run_id)
        return tuple(
            Foreign(name, name is not None and ownership.is_beside(name), tuple(sorted(ids)))
            for name, ids in sorted(found.items(), key=lambda item: item[0] or "")
        )

    def _may_be_meant(self, run_id: str, *, known: bool) -> bool:
        """Whether a folder that is not this notebook's may be meant to be.

        Args:
            run_id: the folder's name.
            known: whether the notebook has the run.
        """
        ownership, folder = self._file.ownership, self._file.runs_folder / run_id
        owner = ownership.owner(run_id)
        unsettled = not kept.is_recorded(folder) and not kept.is_unused(folder) and not _is_at_work(folder)
        if owner is None:
            return unsettled and not known and not ownership.has_heir and not ownership.is_held_beside(run_id)
        if owner.notebook == ownership.name:
            return False
        if known or ownership.is_beside(owner.notebook):
            return known
        if owner.holds and (self._file.ownership.holds(owner.holds) or ownership.is_held_beside(owner.holds)):
            return self._file.ownership.holds(owner.holds)
        return unsettled

    def adopt(self, name: str | None = None) -> tuple[str, ...]:
        """Make the folders of other notebooks' runs this notebook's; return the ids of the runs.

        Args:
            name: the file name of the other notebook; None takes all that `foreign` finds.

        Raises:
            NotebookError: there are none, or a folder cannot be written.
        """
        chosen = [each for each in self.foreign() if name is None or each.notebook == name]
        if not chosen:
            whose = "of another notebook" if name is None else f"of {visible(name)}"
            raise NotebookError(f"{self._file.runs_folder}: no runs {whose} that may be this notebook's")
        with self._file.locked():
            taken = [run_id for each in chosen for run_id in self._folders_of(each)]
            for run_id in taken:
                if not self._file.ownership.mark(run_id, self._file.first_run):
                    raise NotebookError(f"{self._file.runs_folder / run_id}: cannot be written; nothing else was done")
            for deleted in trash.listed(self._trash):
                if any(not each.here and each.notebook == deleted.notebook for each in chosen):
                    with suppress(OSError, ValueError, TypeError):
                        trash.hand_over(self._trash, deleted.number, self._file.ownership.name)
        return tuple(taken)

    def news(self) -> tuple[str, ...]:
        """Return what a person is to be told once, in sentences: again only when it is of other runs.

        A notebook that cannot be read has none. Where it cannot be noted that they were told, they are told again.
        """
        try:
            lost, foreign = self.lost(), self.foreign()
        except NotebookError:
            return ()
        sentences = [*_lost_words(lost), *(each.words for each in foreign)]
        ids = [*lost, *(f"{each.notebook} {run_id}" for each in foreign for run_id in each.run_ids)]
        digest = hashlib.blake2b("\n".join(ids).encode("utf-8", "replace")).hexdigest() if ids else ""
        told, forgotten = self._noted()
        if told == digest:
            return ()
        with suppress(NotebookError):
            self._note(digest, forgotten)
        return tuple(sentences)

    def _folders_of(self, foreign: Foreign) -> Iterable[str]:
        """Return the runs that go over with some: of a notebook that is not here any more, all that name it."""
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
    def _trash(self) -> Path:
        return self._file.runs_folder / trash.FOLDER

    @property
    def _notes(self) -> Path:
        return self._file.runs_folder / f".{self._file.ownership.name}.told"

    def _noted(self) -> tuple[str, frozenset[str]]:
        """Return the digest of what was told last, and the runs that are not to be offered."""
        try:
            noted = json.loads(read_regular(self._notes, _MOST_BYTES) or b"{}")
            return str(noted.get("told", "")), frozenset(map(str, noted.get("forgotten", ())))
        except (RunFolderError, ValueError, AttributeError, TypeError, RecursionError):
            return "", frozenset()

    def _note(self, told: str, forgotten: Collection[str]) -> None:
        text = json.dumps({"told": told, "forgotten": sorted(forgotten)})
        try:
            durable.replace(self._notes, text.encode("ascii"), through_links=False)
        except OSError as error:
            raise NotebookError(f"{self._notes}: cannot be written: {error.strerror}") from None


def _is_at_work(folder: Path) -> bool:
    """Whether a run is being trained: its notebook need not be there before the first result."""
    return is_claimed(folder) or RunFolder(folder).is_alive


def _telling(notebook: Notebook) -> set[str]:
    """Return the ids of those runs whose folders matter, or tell whether the notebook is a copy: not of thousands."""
    ends = (*notebook.runs[:1], *notebook.runs[-1:])
    return {run.id for run in (*ends, *(run for run in notebook.runs if run.status == "interrupted"))}


def _lost_words(lost: Collection[str]) -> list[str]:
    if not lost:
        return []
    one = len(lost) == 1
    return [
        f"{counted(len(lost), 'run')} that this notebook had {'is' if one else 'are'} missing from it, and "
        f"{'was' if one else 'were'} not deleted here; `fmnist-tui recover` lists {'it' if one else 'them'}"
    ]
