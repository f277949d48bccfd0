"""The draft in the editor is there again after a restart, and never in the notebook."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some
from lab_screen import MakeLab, edited, opened, until
from strategies import architectures

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.recipe import Recipe, hyperparameters
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.tui.editor.draft import Draft, Origin, Seeds, content
from fmnist_tui.tui.editor.saved_draft import SavedDraft, as_json, from_json

DRAFT = Draft(
    parse("flatten-conv8x3").layers,  # cannot be trained, and is kept all the same
    hyperparameters(optimizer="sgd", epochs=3),
    Seeds(4, 2),
    Origin("mine", Recipe(parse("64"))),
)


@given(network=architectures(), seed=some.integers(0, 99))
def test_any_draft_is_read_back_as_it_was_saved(network: Architecture, seed: int) -> None:
    draft = Draft(network.layers, seeds=Seeds(seed, 3), origin=Origin("[b]x[/b]", Recipe(network)))

    assert content(from_json(json.loads(json.dumps(as_json(draft))))) == content(draft)


def test_each_notebook_has_a_draft_of_its_own(folder: Path) -> None:
    SavedDraft(Path("a.toml")).save(DRAFT)

    assert content(SavedDraft(folder / "a.toml").read() or Draft()) == content(DRAFT)
    assert SavedDraft(Path("b.toml")).read() is None
    assert list(folder.iterdir()) == []


WRONG: dict[str, object] = {
    "layers": [{"kind": "dense", "units": "many"}],
    "training": {"epochs": -1},
    "seeds": {"seed": 0, "repeats": 0},
    "origin": {"name": 3},
}
BROKEN = {
    "empty": "",
    "a list": "[]",
    "null": "null",
    "deep": "[" * 100_000,
    "another kind": json.dumps(as_json(DRAFT) | {"layers": [{"kind": "dance"}]}),
    **{key: json.dumps(as_json(DRAFT) | {key: value}) for key, value in WRONG.items()},
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=list(BROKEN))
def test_a_broken_file_is_ignored(folder: Path, text: str) -> None:
    saved = SavedDraft(Path("a.toml"))
    assert saved.path is not None
    saved.path.parent.mkdir(parents=True)
    saved.path.write_text(text)

    assert saved.read() is None


def test_without_a_home_nothing_is_saved_or_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "")
    saved = SavedDraft(Path("a.toml"))

    saved.save(DRAFT)

    assert saved.read() is None


async def test_what_was_edited_is_there_again_after_quitting(lab: MakeLab, notebook: NotebookFile) -> None:
    async with edited(lab, "plus") as editor:
        assert editor.architecture == "65"
        await editor.press("q")
    async with edited(lab) as editor:
        assert editor.architecture == "65"

    assert not notebook.path.exists()


async def test_a_draft_is_saved_while_the_app_runs(lab: MakeLab) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("plus")
        await until(pilot, lambda: SavedDraft(Path("experiments.toml")).read() is not None)
