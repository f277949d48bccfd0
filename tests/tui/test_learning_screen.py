"""The first layer epoch by epoch: played back from snapshots, and live."""

from pathlib import Path

import numpy as np
import pytest
from fake_trainer import FakeTrainer
from lab_screen import LabPilot, MakeLab, opened, screen_text, shows, until
from sample_records import a_run
from single_screen import standing

from fmnist_tui.lab.records.recipe import Recipe, hyperparameters
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.lab.runs.snapshots import write_snapshot
from fmnist_tui.tui.images.image_grid import SelectableImageGrid
from fmnist_tui.tui.units import learning_screen
from fmnist_tui.tui.units.learning_screen import LearningScreen

EPOCHS = 3


def kernel(epoch: int, units: int = 8) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return weights that grow with the epochs."""
    return np.random.default_rng(epoch).normal(0, 0.1 * (epoch + 1), (784, units)).astype(np.float32)


def a_training(folder: Path, shorthand: str = "8", *, epochs: int = EPOCHS) -> Run:
    """Return a run with snapshots of its epochs."""
    network = parse(shorthand)
    run = a_run("r0", experiment=shorthand, recipe=Recipe(network, hyperparameters(epochs=EPOCHS), "synthetic"))
    (folder / run.id).mkdir()
    for epoch in range(epochs + 1):
        write_snapshot(folder / run.id, epoch, EPOCHS, kernel(epoch, network.layers[-1].width or 0))
    return run


def grid(pilot: LabPilot) -> SelectableImageGrid:
    return pilot.app.screen.query_one(SelectableImageGrid)


def pictures(pilot: LabPilot) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return what is drawn as a kernel has it, shape (784, units)."""
    return np.stack([card.image for card in grid(pilot).cards]).reshape(-1, 784).T


def strongest_of(epoch: int) -> float:
    return float(np.abs(kernel(epoch)).max())


async def test_the_last_epoch_is_shown_and_keys_go_through_the_others(tmp_path: Path) -> None:
    async with standing(LearningScreen(a_training(tmp_path), tmp_path), columns=100) as pilot:
        await shows(pilot, "epoch 3 of 3")
        strongest = [float(np.abs(kernel(epoch)[:, 0]).max()) for epoch in (0, 3)]
        await shows(pilot, f"strongest weight ±{strongest[1]:.3f}, before the training ±{strongest[0]:.3f}")
        assert np.allclose(pictures(pilot), kernel(3), atol=strongest_of(3) / 250)

        await pilot.press("W", "W", "W", "W")
        await shows(pilot, "epoch 0 of 3")
        await shows(pilot, "before the training")
        assert np.allclose(pictures(pilot), kernel(0), atol=strongest_of(0) / 250)

        await pilot.press("w")
        await shows(pilot, "epoch 1 of 3")


async def test_it_is_played_from_the_first_epoch_to_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning_screen, "PLAY_SECONDS", 0.01)
    seen: list[int] = []
    screen = LearningScreen(a_training(tmp_path), tmp_path)
    show = screen.show_epoch

    def note_and_show() -> None:
        seen.append(screen.at)
        show()

    monkeypatch.setattr(screen, "show_epoch", note_and_show)
    async with standing(screen) as pilot:
        await shows(pilot, "epoch 3 of 3")
        seen.clear()

        await pilot.press("F")
        await until(pilot, lambda: screen.is_newest and screen._playing is None)

        assert seen == [0, 1, 2, 3]


async def test_enter_shows_all_epochs_of_a_unit(tmp_path: Path) -> None:
    async with standing(LearningScreen(a_training(tmp_path), tmp_path), columns=140, rows=45) as pilot:
        await shows(pilot, "epoch 3 of 3")
        await pilot.press("right", "enter")
        await shows(pilot, "unit 2, epoch by epoch")


async def test_a_wide_layer_says_how_many_of_its_units_are_kept(tmp_path: Path) -> None:
    async with standing(LearningScreen(a_training(tmp_path, "70"), tmp_path), columns=120) as pilot:
        await shows(pilot, "of 64 kept of 70")


async def test_a_run_without_snapshots_says_how_to_get_them(tmp_path: Path) -> None:
    run = a_training(tmp_path)
    (tmp_path / run.id / "snapshots.bin").unlink()
    async with standing(LearningScreen(run, tmp_path)) as pilot:
        await shows(pilot, "no snapshots of this run are kept; `fmnist-tui train 8")


async def test_while_it_is_trained_each_epoch_is_shown_as_it_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning_screen, "LOOK_SECONDS", 0.02)
    run = a_training(tmp_path, epochs=1)
    folder = RunFolder(tmp_path / run.id)
    screen = LearningScreen(run, tmp_path)
    with folder.locked():
        folder.begin(run)
        async with standing(screen, columns=100) as pilot:
            await shows(pilot, "epoch 1 of 3, live")
            write_snapshot(folder.path, 2, EPOCHS, kernel(2))
            await shows(pilot, "epoch 2 of 3, live")

            await pilot.press("W")
            await shows(pilot, "epoch 1 of 3, live")
            write_snapshot(folder.path, 3, EPOCHS, kernel(3))
            await until(pilot, lambda: len(screen.snapshots) == 4)
            assert "epoch 1 of 3, live" in screen_text(pilot)


async def test_before_the_first_epoch_it_waits_and_then_its_keys_are_in_the_last_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning_screen, "LOOK_SECONDS", 0.02)
    run = a_training(tmp_path, epochs=-1)
    with RunFolder(tmp_path / run.id).locked():
        async with standing(LearningScreen(run, tmp_path)) as pilot:
            await shows(pilot, "waiting for the training")
            for epoch in (0, 1):
                write_snapshot(tmp_path / run.id, epoch, EPOCHS, kernel(epoch))
            await shows(pilot, "epoch 1 of 3, live")
            await shows(pilot, "w Next epoch  F Play")


async def test_the_training_pane_opens_it_for_the_training_on_its_charts(lab: MakeLab, trainer: FakeTrainer) -> None:
    app = lab()
    async with opened(app) as pilot:
        await pilot.press("2", "I")
        await shows(pilot, "nothing is being trained")

        await pilot.press("t")
        await until(pilot, lambda: app.main.training.in_front.training is not None and not app.runner.busy)
        await pilot.press("I")
        await until(pilot, lambda: isinstance(app.screen, LearningScreen))
        app.clear_notifications()  # it covers the last line
        await shows(pilot, "no snapshots of this run are kept")
