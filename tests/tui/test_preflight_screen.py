"""The preflight screen: checks as they are done, a learning rate to load, and trainings that wait meanwhile."""

import re
from collections.abc import Sequence

import pytest
from fake_preflight import FakePreflight, failing_checks
from fake_trainer import FakeTrainer
from lab_screen import LabPilot, MakeLab, edited, line_with, opened, screen_text, shows, until

from fmnist_tui.engine.training.progress import Phase
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.records.recipe import hyperparameters
from fmnist_tui.tui.app import LabApp
from fmnist_tui.tui.background import Lane
from fmnist_tui.tui.preflight.screen import PreflightScreen

PASSED = "7 of 7 checks passed in 1.2 s"


@pytest.fixture(autouse=True)
def quick(preflights: FakePreflight) -> FakePreflight:
    """Nothing here is computed with TensorFlow."""
    return preflights


def marks(pilot: LabPilot) -> str:
    """Return the marks of the checks, from the top."""
    return "".join(line[1] for line in screen_text(pilot).splitlines() if line[1:3].rstrip() in ("✓", "✗", "·"))


@pytest.mark.parametrize(("columns", "rows"), [(60, 20), (80, 24), (140, 45)])
async def test_the_checks_of_the_network_in_the_editor_are_shown(
    lab: MakeLab, quick: FakePreflight, columns: int, rows: int
) -> None:
    app = lab()
    async with opened(app, columns=columns, rows=rows) as pilot:
        await pilot.press("T")
        await shows(pilot, "the network gets|The network gets")
        await until(pilot, lambda: not app.background.busy(Lane.PREFLIGHT))

        ((recipe, seed),) = quick.recipes
        assert (recipe, seed) == (app.main.editor.draft.recipe("fashion-mnist"), 0)
        await shows(pilot, "✓ loss at the start")
        await pilot.press("G")
        await shows(pilot, "✓ the first steps")
        await pilot.press("escape")
        assert not isinstance(app.screen, PreflightScreen)


async def test_what_is_checked_is_in_the_title_with_how_it_went(lab: MakeLab) -> None:
    async with opened(lab(), columns=140, rows=45) as pilot:
        await pilot.press("T")
        await shows(pilot, PASSED)

        title = screen_text(pilot).splitlines()[0]
        assert title.split(" · ") == [
            *(" preflight", "64", PASSED, "adam 0.001", "batches of 64", "seed 0", "Fashion-MNIST")
        ]
        assert marks(pilot) == "✓✓✓✓✓✓✓"


async def test_checks_to_come_are_listed_and_leaving_stops_them(lab: MakeLab, quick: FakePreflight) -> None:
    quick.may_go_on.clear()
    async with opened(lab()) as pilot:
        await pilot.press("T")
        await shows(pilot, "✓ loss at the start")

        assert marks(pilot) == "✓✓✓✓···"
        await pilot.press("q")
        await until(pilot, quick.stopped.is_set)


async def test_a_check_that_fails_says_what_to_do(lab: MakeLab, quick: FakePreflight) -> None:
    quick.checks = failing_checks
    async with opened(lab(), columns=140, rows=45) as pilot:
        await pilot.press("T")
        await shows(pilot, "5 of 7 checks passed")

        assert marks(pilot) == "✓✓✓✓✓✗✗"
        assert "→ The loss should come near 0." in screen_text(pilot)
        assert "Karpathy 2019" in screen_text(pilot)
        await pilot.press("i")
        await shows(pilot, "sources of the checks.*Glorot & Bengio 2010.*Smith 2017")


async def test_the_suggested_rate_is_loaded_and_can_be_undone(lab: MakeLab, quick: FakePreflight) -> None:
    async with edited(lab) as editor:
        await editor.press("T", "w")
        await shows(editor.pilot, r"try 0\.002 .*Enter loads it")
        assert "1e-6" in editor.text
        assert quick.tested == [editor.app.main.editor.draft.recipe("fashion-mnist")]

        await editor.press("enter")

        await until(editor.pilot, lambda: not isinstance(editor.app.screen, PreflightScreen))
        assert editor.app.main.editor.draft.training == hyperparameters(learning_rate=0.002)
        await shows(editor.pilot, "learning rate 0.002 loaded")
        await editor.press("u")
        assert editor.app.main.editor.draft.training == hyperparameters()


async def test_rates_are_tested_once_and_the_checks_are_still_there(lab: MakeLab, quick: FakePreflight) -> None:
    async with opened(lab()) as pilot:
        await pilot.press("T")
        await shows(pilot, PASSED)
        await pilot.press("w")
        await shows(pilot, "Enter loads it")
        await pilot.press("w")
        await shows(pilot, "✓ gradients")
        await pilot.press("w")
        await shows(pilot, "Enter loads it")

    assert len(quick.tested) == 1


@pytest.mark.parametrize(
    ("keys", "said"), [(("enter",), "no rate yet: w tests learning rates"), (("w", "enter"), "curve is flat: no rate")]
)
async def test_without_a_suggestion_there_is_no_rate_to_load(
    lab: MakeLab, quick: FakePreflight, keys: Sequence[str], said: str
) -> None:
    quick.losses = [2.3] * 141
    async with opened(lab()) as pilot:
        await pilot.press("T")
        await shows(pilot, PASSED)
        for key in keys:
            await pilot.press(key)
            if key == "w":
                await shows(pilot, "none is suggested")

        await shows(pilot, said)


async def test_a_network_that_cannot_be_built_is_not_checked(lab: MakeLab, quick: FakePreflight) -> None:
    async with edited(lab, "N", "a", "c", "T") as editor:
        await shows(editor.pilot, "output: the output needs a vector")

        assert not isinstance(editor.app.screen, PreflightScreen)
    assert quick.recipes == []


async def test_without_data_nothing_is_checked(
    lab: MakeLab, quick: FakePreflight, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fmnist_tui.engine.dataset.files import DatasetError

    def missing(*_: object, **__: object) -> None:
        raise DatasetError("no data in /nowhere; name another folder")

    monkeypatch.setattr("fmnist_tui.engine.dataset.sources.load", missing)
    app = lab()
    async with opened(app, until_it_shows="no data in /nowhere") as pilot:
        await pilot.press("escape")
        await pilot.press("T")
        await shows(pilot, "no data in /nowhere")

        assert not isinstance(app.screen, PreflightScreen)
    assert quick.recipes == []


async def test_what_does_not_fit_in_memory_is_said_in_the_place_of_the_checks(
    lab: MakeLab, quick: FakePreflight
) -> None:
    quick.error = UserError("nothing was checked: it needs more than 9.0 GB of memory")
    async with opened(lab()) as pilot:
        await pilot.press("T")
        await shows(pilot, "✗ not checked +nothing was checked: it needs more than")
        await pilot.press("w")
        await shows(pilot, "9.0 GB")
    assert quick.tested == []


def phases(app: LabApp) -> list[Phase]:
    return [training.progress.phase for training in app.runner.active]


async def test_a_training_waits_while_the_checks_run_and_goes_on_afterwards(
    lab: MakeLab, quick: FakePreflight, trainer: FakeTrainer
) -> None:
    trainer.may_end.clear()
    quick.may_go_on.clear()
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: phases(app) == [Phase.TRAINING])

        await pilot.press("T")
        await shows(pilot, "✓ loss at the start")
        assert phases(app) == [Phase.PAUSED]
        quick.may_go_on.set()
        await shows(pilot, PASSED)
        await until(pilot, lambda: phases(app) == [Phase.TRAINING])
        await pilot.press("w")
        await shows(pilot, f"{PASSED}.*Enter loads it")

        await until(pilot, lambda: phases(app) == [Phase.TRAINING])
        trainer.may_end.set()
        await until(pilot, lambda: not app.runner.busy)


async def test_a_training_goes_on_when_the_checks_are_left_and_one_that_the_user_paused_stays_paused(
    lab: MakeLab, quick: FakePreflight, trainer: FakeTrainer
) -> None:
    trainer.may_end.clear()
    quick.may_go_on.clear()
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: phases(app) == [Phase.TRAINING])
        await pilot.press("T")
        await shows(pilot, "✓ loss at the start")
        await pilot.press("q")
        await until(pilot, lambda: phases(app) == [Phase.TRAINING])

        await pilot.press("p")
        await until(pilot, lambda: phases(app) == [Phase.PAUSED])
        quick.may_go_on.set()
        await pilot.press("T")
        await shows(pilot, PASSED)
        await until(pilot, lambda: not app.background.busy(Lane.PREFLIGHT))
        assert phases(app) == [Phase.PAUSED]
        trainer.may_end.set()
        await pilot.press("q", "p")


async def test_the_checks_wait_for_a_training_that_is_being_compiled_and_can_be_left_meanwhile(
    lab: MakeLab, quick: FakePreflight, trainer: FakeTrainer
) -> None:
    trainer.may_begin.clear()
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: phases(app) == [Phase.COMPILING])
        await pilot.press("T")
        await shows(pilot, "waiting until the training pauses")
        assert quick.recipes == []

        await pilot.press("q")
        await until(pilot, lambda: not app.background.busy(Lane.PREFLIGHT))
        assert quick.recipes == []
        trainer.may_begin.set()
        await until(pilot, lambda: not app.runner.busy)


async def test_help_tells_of_the_learning_rate_test(lab: MakeLab) -> None:
    async with opened(lab(), columns=100, rows=40) as pilot:
        await pilot.press("T", "?")
        await shows(pilot, "Load the suggested learning rate")


async def test_the_marks_differ_without_colour(
    lab: MakeLab, quick: FakePreflight, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    quick.checks = failing_checks
    async with opened(lab(), columns=100, rows=40) as pilot:
        await pilot.press("T")
        await shows(pilot, "5 of 7")

        assert re.search("✓ gradients", line_with(pilot, "gradients  "))
        assert re.search("✗ one small batch", line_with(pilot, "one small batch"))
