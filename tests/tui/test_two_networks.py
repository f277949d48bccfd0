"""One image through two networks beside each other, and how one gets there."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lab_screen import LabPilot, MakeLab, opened, screen_text, shows, until
from sample_records import a_run
from single_screen import few_garments, standing
from trained_networks import drawn, run_of

from fmnist_tui.lab.classes import GARMENT_CLASSES
from fmnist_tui.lab.inside.one_image import Passage, first_difference, follow, nearest_disagreement, occlusion
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.weights import TrainedWeights, write_weights
from fmnist_tui.tui.units.image_screen import ImageScreen
from fmnist_tui.tui.units.pair_screen import PairScreen
from fmnist_tui.tui.units.passage import difference_words, paired_bars, widest_words
from fmnist_tui.tui.units.screen import UnitsScreen
from fmnist_tui.tui.units.study import test_images as all_test_images

GARMENTS = few_garments()
SECOND = 7
"""The draw of B's weights."""


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Run, Run]:
    """Return a run of 64-32 and one of 16, with their weights."""
    a = run_of("64-32", tmp_path)
    b = replace(run_of("16", tmp_path / "other"), id="r1", seed=1)
    (tmp_path / "r1").mkdir()
    write_weights(tmp_path / "r1", TrainedWeights(drawn("16", SECOND)))
    return a, b


def screen(runs: tuple[Run, Run], folder: Path, at: int = 0) -> PairScreen:
    return PairScreen(runs, folder, all_test_images(GARMENTS), at)


def passages(runs: tuple[Run, Run], at: int) -> tuple[Passage, Passage]:
    image = GARMENTS.x_test[at]
    a, b = (run.recipe.architecture for run in runs)
    return follow(a, drawn("64-32"), image), follow(b, drawn("16", SECOND), image)


def shown(pilot: LabPilot) -> PairScreen:
    assert isinstance(pilot.app.screen, PairScreen)
    return pilot.app.screen


async def followed(pilot: LabPilot) -> None:
    await until(pilot, lambda: len(shown(pilot).falls) == 2)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (140, 45)], ids=str)
async def test_the_probabilities_of_both_and_what_differs_are_shown_at_every_size(
    runs: tuple[Run, Run], tmp_path: Path, size: tuple[int, int]
) -> None:
    one, other = passages(runs, 3)

    async with standing(screen(runs, tmp_path, 3), columns=size[0], rows=size[1]) as pilot:
        await followed(pilot)

        text = screen_text(pilot)
        for passage in (one, other):
            for probability in passage.probabilities.tolist():
                assert f"{probability:.1%}" in text
        assert "x_test[3], test · 4 of 400" in text
        assert "64-32 seed 0" in text
        assert "16 seed 1" in text
        assert text.count("▸") == 2
        assert difference_words(one, other, GARMENT_CLASSES)[:12] in text


async def test_the_pixels_that_decide_are_each_networks_own(runs: tuple[Run, Run], tmp_path: Path) -> None:
    one, other = passages(runs, 0)
    image = GARMENTS.x_test[0]

    async with standing(screen(runs, tmp_path)) as pilot:
        await followed(pilot)
        a, b = shown(pilot).falls
        await pilot.press("G")
        await shows(pilot, "dense 16 relu: .* of 16 above 0")

    assert np.array_equal(a, occlusion(runs[0].recipe.architecture, drawn("64-32"), image, int(one.ranking[0])))
    assert np.array_equal(b, occlusion(runs[1].recipe.architecture, drawn("16", SECOND), image, int(other.ranking[0])))


async def test_w_goes_to_the_next_image_that_gets_different_answers(runs: tuple[Run, Run], tmp_path: Path) -> None:
    a, b = runs[0].recipe.architecture, runs[1].recipe.architecture
    images = GARMENTS.x_test
    expected = nearest_disagreement((a, drawn("64-32")), (b, drawn("16", SECOND)), images, 0, 1)

    async with standing(screen(runs, tmp_path)) as pilot:
        await until(pilot, lambda: shown(pilot).networks is not None)
        await pilot.press("w")
        await until(pilot, lambda: shown(pilot).at == expected)


async def test_v_leads_from_one_image_to_two_networks_and_back_to_where_one_ended(
    runs: tuple[Run, Run], tmp_path: Path
) -> None:
    image = ImageScreen(runs[0], tmp_path, all_test_images(GARMENTS), other=runs[1])
    async with standing(image) as pilot:
        await pilot.press("v", "right", "right", "escape")
        assert pilot.app.screen is image
        assert image.at == 2
        await shows(pilot, r"x_test\[2\]")


async def test_v_leads_there_from_the_units_and_not_without_another_run(runs: tuple[Run, Run], tmp_path: Path) -> None:
    units = UnitsScreen(runs[0], tmp_path, GARMENTS, runs[1])
    async with standing(units) as pilot:
        await until(pilot, lambda: units.on is not None)
        await pilot.press("v")
        await shows(pilot, r"x_train\[\d+\], validation · 1 of 12")
        assert shown(pilot).runs == runs

        await pilot.press("escape")
        units.other = None
        await pilot.press("v")
        assert pilot.app.screen is units


async def test_a_run_without_weights_is_named(runs: tuple[Run, Run], tmp_path: Path) -> None:
    (tmp_path / "r1" / "weights.npz").unlink()
    async with standing(screen(runs, tmp_path), columns=140) as pilot:
        await shows(pilot, "16 seed 1: no weights of this run are kept")
        await pilot.press("w", "right")
        assert shown(pilot).at == 1


async def test_two_marked_rows_of_the_history_lead_there(
    lab: MakeLab, notebook: NotebookFile, runs: tuple[Run, Run], tmp_path: Path
) -> None:
    for run in runs:
        notebook.append_run(replace(a_run(run.id), experiment=run.experiment, recipe=run.recipe, seed=run.seed))
        folder = notebook.runs_folder / run.id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "weights.npz").write_bytes((tmp_path / run.id / "weights.npz").read_bytes())

    async with opened(lab(dataset="synthetic")) as pilot:
        await pilot.press("3", "space", "down", "space", "I")
        await shows(pilot, "v +the same image through")
        await pilot.press("v")
        await shows(pilot, "A 64-32 seed 0 · B 16 seed 1 · x_test")


def probabilities(*shares: float) -> Passage:
    return Passage((), np.array([*shares, *[0.0] * (10 - len(shares))], np.float32))


def differing(one: Passage, other: Passage) -> str:
    return difference_words(one, other, GARMENT_CLASSES)


def test_what_differs_first_is_said_by_rank() -> None:
    one = probabilities(0.6, 0.3, 0.1)

    assert differing(one, probabilities(0.3, 0.6, 0.1)) == "apart in the answer: A T-shirt/top, B Trouser"
    runner_up = probabilities(0.6, 0.1, 0.3)
    assert differing(one, runner_up) == "same answer; first apart in the runner-up: A Trouser, B Pullover"
    third = probabilities(0.6, 0.3, 0.0, 0.1)
    assert differing(one, third) == "same first 2 classes; then A Pullover, B Dress"
    assert differing(one, probabilities(0.5, 0.3, 0.2)) == "they rank all ten classes alike"
    assert [first_difference(one, each) for each in (runner_up, third, one)] == [1, 2, None]
    assert widest_words(one, third, GARMENT_CLASSES) == f"most apart: {GARMENT_CLASSES.names[2]}, A 10.0%, B 0.0%"


def test_bars_of_two_networks_stand_beside_each_other() -> None:
    text = paired_bars(probabilities(1.0), probabilities(0.0, 1.0), 1, ("A one", "B other"), 50, GARMENT_CLASSES)

    head, first, second, *_ = text.plain.splitlines()
    assert head.split() == ["A", "one", "B", "other"]
    full, empty = f"▸{'█' * 11} 100.0% ", f"{'0.0%':>19} "
    assert first == f" T-shirt  {full}{empty}"
    assert second == f"✓Trouser  {empty}{full}"
