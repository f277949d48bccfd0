import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from threading import Lock
from typing import Any

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.folders import state_folder
from fmnist_tui.lab.layers import KINDS, Layer
from fmnist_tui.lab.parameters import check_parameters
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.dataset import DATASETS
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
from fmnist_tui.lab.runs.files import read_regular, write_atomic
from fmnist_tui.tui.editor.draft import MOST_LAYERS, Draft, Origin, Seeds, content

MOST_BYTES = 1024**2

_KINDS = {kind.name: kind for kind in KINDS}


class SavedDraft:
    """Losing a draft costs a few keys, so this is silent about every problem."""

    def __init__(self, notebook: Path) -> None:
        self._notebook = notebook.absolute()
        self._saved = Draft()
        self._lock = Lock()

    @property
    def path(self) -> Path | None:
        """None without a home folder."""
        folder = state_folder()
        name = hashlib.sha256(str(self._notebook).encode("utf-8", "surrogateescape")).hexdigest()[:16]
        return folder / "drafts" / f"{name}.json" if folder else None

    def read(self) -> Draft | None:
        try:
            text = read_regular(self.path, MOST_BYTES) if self.path else None
            if text is None:
                return None
            self._saved = draft = from_json(json.loads(text))
        except (UserError, OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return draft

    def differs_from(self, draft: Draft) -> bool:
        """Whether a draft differs from the one last saved or read."""
        return content(draft) != content(self._saved)

    def save(self, draft: Draft) -> None:
        with self._lock:
            if not self.differs_from(draft) or self.path is None:
                return
            self._saved = draft
            text = json.dumps({"notebook": str(self._notebook)} | as_json(draft), indent=1)
            with suppress(UserError, OSError):
                self.path.parent.mkdir(parents=True, exist_ok=True)
                write_atomic(self.path, lambda file: file.write(text.encode("ascii")))


def as_json(draft: Draft) -> dict[str, Any]:
    origin = draft.origin
    return {
        "layers": _layers_json(draft.layers),
        "training": draft.training.as_record(),
        "seeds": asdict(draft.seeds),
        "origin": origin
        and {
            "name": origin.name,
            "layers": _layers_json(origin.recipe.architecture.layers),
            "training": origin.recipe.training.as_record(),
            "dataset": origin.recipe.dataset,
        },
    }


def from_json(document: dict[str, Any]) -> Draft:
    """Raises ValueError, TypeError, KeyError or AttributeError if it is no draft."""
    draft = Draft(_layers(document["layers"]), Hyperparameters(**document["training"]), Seeds(**document["seeds"]))
    check_parameters(draft.seeds)
    draft = replace(draft, row=min(1, draft.rows - 1))
    if not (origin := document["origin"]):
        return draft
    if not isinstance(origin["name"], str) or not _is_dataset(origin["dataset"]):
        raise ValueError("the origin is no recipe")
    architecture, training = Architecture(_layers(origin["layers"])), Hyperparameters(**origin["training"])
    return replace(draft, origin=Origin(origin["name"], Recipe(architecture, training, origin["dataset"])))


def _is_dataset(name: object) -> bool:
    return isinstance(name, str) and (name in DATASETS or "@" in name)


def _layers_json(layers: tuple[Layer, ...]) -> list[dict[str, Any]]:
    return [{"kind": layer.name, **asdict(layer)} for layer in layers]


def _layers(listed: list[dict[str, Any]]) -> tuple[Layer, ...]:
    if len(listed) > MOST_LAYERS:
        raise ValueError("too many layers")
    return tuple(
        _KINDS[layer["kind"]](**{name: value for name, value in layer.items() if name != "kind"}) for layer in listed
    )
