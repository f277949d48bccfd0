"""Deleted records, one file each beside the notebook, until restored."""

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fmnist_tui.lab.errors import advice
from fmnist_tui.lab.notebook import durable
from fmnist_tui.lab.notebook.removing import Name, Piece
from fmnist_tui.lab.parameters import shown
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.runs.files import RunFolderError, is_link, read_regular
from fmnist_tui.lab.toml.reading import NotebookError

FOLDER = ".trash"

MOST_BYTES = 1024**3
"""More than deleting a whole notebook takes, each byte escaped in JSON."""

_NAME = re.compile(r"([0-9]{6,12})\.json")


@dataclass(frozen=True, slots=True)
class Deleted:
    number: int
    """Counts up, since clocks may go back."""
    when: datetime
    """In UTC."""
    run_ids: tuple[str, ...]
    experiment: str | None
    notebook: str | None = None
    """File name of the notebook; None if an older version wrote it."""

    @property
    def words(self) -> str:
        runs = f"run {self.run_ids[0]}" if len(self.run_ids) == 1 else counted(len(self.run_ids), "run")
        if self.experiment is None:
            return runs
        return f"experiment {shown(self.experiment)}" + (f" and {runs}" if self.run_ids else "")


class Trash:
    def __init__(self, runs_folder: Path) -> None:
        self._folder = runs_folder / FOLDER

    def put(self, run_ids: Sequence[str], experiment: str | None, pieces: Sequence[Piece], notebook: str) -> Deleted:
        """Store what is about to be deleted, holding the notebook's lock; NotebookError if it must not be deleted."""
        if is_link(self._folder):
            raise NotebookError(f"{self._folder}: a link, which is not followed; remove it; nothing was deleted")
        try:
            self._folder.mkdir(exist_ok=True)
            number = max(self._numbers(), default=0) + 1
        except OSError as error:
            raise NotebookError(
                f"{self._folder}: cannot be written: {error.strerror}; nothing was deleted{advice(error)}"
            ) from None
        deleted = Deleted(
            number=number,
            when=datetime.now(UTC).replace(microsecond=0),
            run_ids=tuple(run_ids),
            experiment=experiment,
            notebook=notebook,
        )
        record = {
            "words": deleted.words,
            "when": deleted.when.isoformat(),
            "runs": deleted.run_ids,
            "experiment": experiment,
            "notebook": notebook,
            "pieces": [asdict(piece) for piece in pieces],
        }
        try:
            content = json.dumps(record, indent=1).encode("ascii")
            durable.replace(self._path(deleted.number), content, through_links=False)
        except OSError as error:
            raise NotebookError(
                f"{self._folder}: cannot be written: {error.strerror}; nothing was deleted{advice(error)}"
            ) from None
        return deleted

    def listed(self) -> tuple[Deleted, ...]:
        """Return the newest last; invalid files are skipped."""
        found = []
        with suppress(OSError):
            for number in self._numbers():
                with suppress(OSError, RunFolderError, ValueError, KeyError, TypeError):
                    found.append(_deleted(number, _record(self._path(number))))
        return tuple(found)

    def pieces(self, deleted: Deleted) -> tuple[Piece, ...]:
        path = self._path(deleted.number)
        try:
            return tuple(_piece(each) for each in _record(path)["pieces"])
        except FileNotFoundError:
            raise NotebookError(f"{path}: not there any more; it was restored already, or removed by hand") from None
        except RunFolderError as error:
            raise NotebookError(str(error)) from None
        except (ValueError, KeyError, TypeError):
            raise NotebookError(f"{path}: damaged; copy what you need out of it by hand") from None

    def forget(self, deleted: Deleted) -> None:
        with suppress(OSError):
            self._path(deleted.number).unlink(missing_ok=True)

    def reassign(self, number: int, notebook: str) -> None:
        record = _record(self._path(number)) | {"notebook": notebook}
        durable.replace(self._path(number), json.dumps(record, indent=1).encode("ascii"))

    def _numbers(self) -> list[int]:
        return sorted(int(match[1]) for path in self._folder.iterdir() if (match := _NAME.fullmatch(path.name)))

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06}.json"


def _record(path: Path) -> dict[str, Any]:
    content = read_regular(path, MOST_BYTES)
    if content is None:
        raise FileNotFoundError
    record = json.loads(content)
    if not isinstance(record, dict):
        raise TypeError("not an object")
    return record


def _deleted(number: int, record: dict[str, Any]) -> Deleted:
    experiment, notebook = (None if record.get(key) is None else str(record[key]) for key in ("experiment", "notebook"))
    when = datetime.fromisoformat(record["when"])
    return Deleted(number, when, tuple(map(str, record["runs"])), experiment, notebook)


def _piece(values: dict[str, Any]) -> Piece:
    text, before, after = (str(values[name]) for name in ("text", "before", "after"))
    return Piece(text, int(values["at"]), before, after, _name(values["following"]), _name(values["preceding"]))


def _name(values: Sequence[str] | None) -> Name | None:
    return None if values is None else (str(values[0]), str(values[1]))
