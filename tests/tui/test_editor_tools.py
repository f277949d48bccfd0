"""What opens from the editor: presets, clones, what changed, explanations, Keras's summary, copies."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from lab_screen import MakeLab, opened, screen_text, shows, until
from sample_records import RUN

from fmnist_tui.engine.environment import environment
from fmnist_tui.engine.training import model as engine_model
from fmnist_tui.lab.explanations.topics import explain
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.tui.app import LabApp


def held(app: LabApp) -> str:
    """Return what the editor holds, as shorthand."""
    return shorthand(app.main.editor.draft.architecture)


async def test_a_preset_is_found_by_typing_and_loaded_as_one_change(lab: MakeLab) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("P", *"regularised", "enter")
        await until(pilot, lambda: held(app) != "64")

        assert held(app) == "256:gelu-bn-drop0.3-128:gelu-bn-drop0.3"
        assert app.main.editor.draft.training.optimizer == "adamw"
        await pilot.press("u")
        assert held(app) == "64"
        assert app.main.editor.draft.training.optimizer == "adam"


async def test_what_changed_is_told_layer_by_layer_against_what_was_loaded(lab: MakeLab) -> None:
    app = lab()
    async with opened(app, rows=40) as pilot:
        await pilot.press("P", *"decreasing 64-32-16", "enter")
        await until(pilot, lambda: held(app) == "64-32-16")
        await pilot.press("v")
        await shows(pilot, "no differences")
        await pilot.press("escape", "j", "right_square_bracket", "a", "o", "v")

        await shows(pilot, "compared with decreasing 64-32-16")
        text = screen_text(pilot)
        assert "~ layer 2: dense 64 relu → dense 128 relu" in text
        assert "+ layer 3: dropout 0.5" in text


async def test_without_anything_loaded_it_is_said_how_to(lab: MakeLab) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("v")
        await shows(pilot, "Nothing was loaded")


async def test_an_experiment_and_one_of_its_runs_are_cloned_from_the_history(
    lab: MakeLab, notebook: NotebookFile
) -> None:
    notebook.append_run(RUN)
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("tab", "tab", "c")
        assert held(app) == shorthand(RUN.recipe.architecture)
        assert app.main.current == "architecture"
        await pilot.press("tab", "tab", "enter", "j", "c")

        await until(pilot, lambda: app.main.editor.draft.seeds.seed == RUN.seed)
        origin = app.main.editor.draft.origin
        assert origin is not None
        assert RUN.id in origin.name


@pytest.mark.parametrize(
    ("keys", "topics"),
    [
        ((), ("dense", "relu")),
        (("l", "l"), ("l2", "dense", "relu")),
        (("k",), ("flatten",)),
        (("j",), ("adam",)),
        (("j", "j"), ("learning rate",)),
        (("end",), ("repeats",)),
    ],
)
async def test_help_explains_what_the_cursor_is_on(lab: MakeLab, keys: Iterable[str], topics: Iterable[str]) -> None:
    async with opened(lab(), rows=60) as pilot:
        await pilot.press(*keys, "question_mark")
        await shows(pilot, "help: Architecture")
        await pilot.press("tab")

        text = screen_text(pilot)
        assert all(explain(topic).title in text for topic in topics)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ((), "units: how many outputs it has; a whole number from 1 to 65,536"),
        (("right",), "activation: the function that each output goes through; one of relu, leaky_relu,"),
        (("l", "l"), "l2: how strongly large weights are penalized; 0 for not at all; a number from 0 to 1"),
        (("a", "o"), "rate: the probability that a value is set to 0; a number from 0 to 0.99"),
    ],
    ids=["units", "activation", "l2", "rate"],
)
async def test_help_says_what_the_value_under_the_cursor_decides_and_its_range(
    lab: MakeLab, keys: Iterable[str], words: str
) -> None:
    async with opened(lab(), columns=120, rows=60) as pilot:
        await pilot.press(*keys, "question_mark", "tab")

        await shows(pilot, re.escape(words))


async def test_any_word_is_explained(lab: MakeLab) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("i", *"sparse cat", "enter")
        await shows(pilot, re.escape(explain("sparse categorical cross-entropy").lines[0]))


async def test_keras_s_own_summary_is_one_key_away(lab: MakeLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        engine_model, "summary", lambda architecture, width: f"{'=' * width}\nsummary of {shorthand(architecture)}"
    )
    async with opened(lab()) as pilot:
        await pilot.press("M")
        await shows(pilot, "summary of 64")
        (line,) = (line for line in screen_text(pilot).splitlines() if "==" in line)
        assert line.count("=") >= 70  # unbroken: Keras's table is as wide as there is room for


async def test_a_network_that_cannot_be_built_has_no_summary_and_no_script(lab: MakeLab) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("N", "M")
        await shows(pilot, "output: the output needs a vector")


@pytest.mark.parametrize(
    ("choice", "name", "words"), [("architecture", "architecture.txt", "64\n"), ("script", "train.py", "keras")]
)
async def test_a_copy_goes_to_the_clipboard_and_to_a_file(
    lab: MakeLab, folder: Path, choice: str, name: str, words: str
) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("y", *choice, "enter")
        path = folder / "runs" / "copied" / name
        await until(pilot, path.exists)

        assert words in path.read_text(encoding="utf-8")
        assert app.clipboard == path.read_text(encoding="utf-8")


async def test_time_and_memory_are_estimated_from_this_machine_s_runs(lab: MakeLab, notebook: NotebookFile) -> None:
    app = lab()
    async with opened(app) as pilot:
        assert "an epoch" not in screen_text(pilot)
        notebook.append_run(replace(RUN, environment=environment(), status="finished"))
        await shows(pilot, r"50,890 parameters · \d.* MB · ~\d.* s an epoch")
