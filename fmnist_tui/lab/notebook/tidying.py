"""What `runs/` holds that the notebook no longer needs; removing it moves it aside, until it is deleted for good."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fmnist_tui.lab.errors import advice
from fmnist_tui.lab.notebook import record_file
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.recovery import Recovery
from fmnist_tui.lab.parameters import shown
from fmnist_tui.lab.runs.files import is_link
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.lab.runs.pending import is_active, run_folders
from fmnist_tui.lab.toml.reading import NotebookError

_NUMBER = re.compile("[0-9]{6,12}")
_DRAFT = re.compile(r"\.(.+\.draft|draft-.+)")
"""Temporary files that a killed process left: of `write_atomic`, and of a Keras model."""


@dataclass(frozen=True, slots=True)
class Unneeded:
    path: Path
    """A run's folder, or a file in one."""
    size: int
    """Bytes."""
    why: str


class Tidying:
    """Methods raise NotebookError if the notebook cannot be read, or `runs/` not be written."""

    def __init__(self, file: NotebookFile) -> None:
        self._file = file

    @property
    def aside(self) -> Path:
        """The folder that holds what was removed, a numbered folder each time."""
        return self._file.runs_folder / f".{self._file.ownership.name}.tidied"

    def unneeded(self) -> tuple[Unneeded, ...]:
        """Return what this notebook's runs left and no longer need, by path.

        Runs that are trained now, wait for the notebook, can be resumed or went missing from it are needed.
        """
        notebook = self._file.read()
        ended = {run.id: run.status != "interrupted" for run in notebook.runs}
        kept = {*Recovery(self._file).lost(), *(each.run.id for each in self._file.pending())}
        found: list[Unneeded] = []
        for name in sorted(run_folders(self._file.runs_folder)):
            folder = self._file.runs_folder / name
            if name in kept or not self._is_ours(name) or is_active(folder):
                continue
            if name in ended:
                found += _leftovers(folder, ended=ended[name])
            elif record_file.is_recorded(folder) or record_file.is_unused(folder):
                found.append(Unneeded(folder, _size(folder), _why(folder)))
        return tuple(found)

    def remove(self) -> tuple[Unneeded, ...]:
        """Move what is unneeded aside and return it."""
        with self._file.locked():
            found = self.unneeded()
            if not found:
                return ()
            try:
                place = self._new_place()
                for each in found:
                    to = place / each.path.relative_to(self._file.runs_folder)
                    to.parent.mkdir(exist_ok=True)
                    each.path.rename(to)
            except OSError as error:
                raise self._unwritable(error) from None
            return found

    def restore(self) -> tuple[Path, ...]:
        """Move back what was removed last, and return its paths; what has come into being meanwhile stays."""
        with self._file.locked():
            if not (places := self._places()):
                raise NotebookError(f"{self.aside}: nothing that was removed is kept there")
            restored: list[Path] = []
            try:
                for folder in sorted(places[-1].iterdir()):
                    target = self._file.runs_folder / folder.name
                    # A file goes back to its run's folder, a folder to where none is.
                    for each in sorted(folder.iterdir()) if target.is_dir() and not is_link(target) else [folder]:
                        to = target if each is folder else target / each.name
                        if not os.path.lexists(to):
                            each.rename(to)
                            restored.append(to)
                    with suppress(OSError):
                        folder.rmdir()
                with suppress(OSError):
                    places[-1].rmdir()
            except OSError as error:
                raise self._unwritable(error) from None
            return tuple(restored)

    def delete_removed(self) -> int:
        """Delete for good what was removed; return the bytes that this frees."""
        with self._file.locked():
            freed = 0
            try:
                for place in self._places():
                    freed += _size(place)
                    shutil.rmtree(place)
            except OSError as error:
                raise self._unwritable(error) from None
            return freed

    def removed_bytes(self) -> int:
        return sum(map(_size, self._places()))

    def _is_ours(self, name: str) -> bool:
        owner = self._file.ownership.owner(name)
        return self._file.ownership.owns(name) if owner is None else owner.notebook == self._file.ownership.name

    def _places(self) -> list[Path]:
        """Return the numbered folders, oldest first."""
        if is_link(self.aside):
            raise NotebookError(f"{self.aside}: a link, which is not followed; remove it")
        with suppress(OSError), os.scandir(self.aside) as entries:
            numbered = [
                each.name for each in entries if _NUMBER.fullmatch(each.name) and each.is_dir(follow_symlinks=False)
            ]
            return [self.aside / name for name in sorted(numbered, key=int)]
        return []

    def _new_place(self) -> Path:
        places = self._places()
        self.aside.mkdir(exist_ok=True)
        place = self.aside / f"{int(places[-1].name) + 1 if places else 1:06}"
        place.mkdir()
        return place

    def _unwritable(self, error: OSError) -> NotebookError:
        return NotebookError(f"{self.aside}: cannot be written: {error.strerror}{advice(error)}")


def _leftovers(folder: Path, *, ended: bool) -> Iterator[Unneeded]:
    checkpoint = RunFolder(folder).checkpoint
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if not entry.is_file(follow_symlinks=False):
                continue
            path = folder / entry.name
            if ended and path == checkpoint:
                yield Unneeded(path, _size(path), "the run ended and is not resumed")
            elif _DRAFT.fullmatch(entry.name):
                yield Unneeded(path, _size(path), "left half written by a killed program")


def _why(folder: Path) -> str:
    if record_file.is_unused(folder):
        return "nothing was trained in it"
    run = record_file.read(folder)
    return f"deleted from the notebook{f': {shown(run.experiment)} seed {run.seed}' if run else ''}"


def _size(path: Path) -> int:
    """Return the bytes of a file, or of the files in a folder and its subfolders; links are not followed."""
    if not is_link(path) and path.is_dir():
        with suppress(OSError):
            return sum(map(_size, path.iterdir()))
    with suppress(OSError):
        return path.lstat().st_size
    return 0
