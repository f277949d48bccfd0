"""What one run's network gets right and another's wrong, and the reverse."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from lab_screen import LabPilot, screen_text, shows, until
from scipy.stats import binomtest
from single_screen import answers, few_garments, run_with_predictions, standing

from fmnist_tui.lab.classes import GARMENT_CLASSES
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.confusion.agreement import Agreement, AgreementScreen, agreement_sheet, verdict_words
from fmnist_tui.tui.confusion.evidence import PredictedImages, gather
from fmnist_tui.tui.confusion.screen import ErrorsScreen
from fmnist_tui.tui.images.enlarged import Gallery
from fmnist_tui.tui.images.image_grid import SelectableImageGrid
from fmnist_tui.tui.units.pair_screen import PairScreen

OUTCOMES = ("A right, B wrong", "B right, A wrong", "both wrong", "both right")


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Run, Run]:
    """A better run and a worse one."""
    return run_with_predictions(tmp_path, "r0", 0, wrong=0.1), run_with_predictions(tmp_path, "r1", 1, wrong=0.3)


def expected() -> dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    """Return for each outcome which garments have it."""
    truth = few_garments().y_test
    right_a, right_b = (answers(seed, wrong).classes == truth for seed, wrong in ((0, 0.1), (1, 0.3)))
    return dict(
        zip(OUTCOMES, (right_a & ~right_b, right_b & ~right_a, ~right_a & ~right_b, right_a & right_b), strict=True)
    )


def counts(pilot: LabPilot, outcome: str) -> list[int]:
    """Return the counts in the row of an outcome."""
    row = next(line for line in screen_text(pilot).splitlines() if line[1:].startswith(outcome))
    return [int(each.replace("·", "0")) for each in re.findall(r"[\d·]+", row[18:])]


def other_screen(runs: tuple[Run, Run], folder: Path) -> ErrorsScreen:
    return ErrorsScreen(runs[0], folder, few_garments(), runs[1])


async def switched(pilot: LabPilot) -> None:
    """Wait for the garments of both runs, and switch to what only one run gets right."""
    screen = pilot.app.screen
    assert isinstance(screen, ErrorsScreen)
    await until(pilot, lambda: screen.evidence is not None and screen.other_evidence is not None)
    await pilot.press("v")
    await shows(pilot, "A right, B wrong")


async def test_v_counts_who_is_right_in_all_and_by_class(runs: tuple[Run, Run], tmp_path: Path) -> None:
    async with standing(other_screen(runs, tmp_path)) as pilot:
        await switched(pilot)

        truth = few_garments().y_test
        for outcome, chosen in expected().items():
            assert counts(pilot, outcome) == [chosen.sum(), *np.bincount(truth[chosen], minlength=10)]
        assert "A 64 units, seed 0, run r0 · B 64 units, seed 1, run r1" in screen_text(pilot)


async def test_the_difference_is_tested_as_scipy_tests_it(runs: tuple[Run, Run], tmp_path: Path) -> None:
    only_a, only_b = (int(expected()[outcome].sum()) for outcome in OUTCOMES[:2])
    p = binomtest(only_a, only_a + only_b).pvalue
    assert p < 0.001

    async with standing(other_screen(runs, tmp_path)) as pilot:
        await switched(pilot)

        words = " ".join(screen_text(pilot).split())
        assert f"{only_a} images only A gets right, {only_b} only B: A is the better of these two networks" in words
        assert "exact test, p < 0.001). Other seeds may say otherwise." in words


def test_two_networks_alike_are_not_called_different(runs: tuple[Run, Run], tmp_path: Path) -> None:
    a = gather(run_with_predictions(tmp_path, "a", 5), tmp_path, few_garments())
    b = gather(run_with_predictions(tmp_path, "b", 6), tmp_path, few_garments())

    test = Agreement(a, b).mcnemar()

    assert test.p > 0.05
    assert (
        f"neither of these two networks is clearly the better (McNemar's exact test, p = {test.p:.3f})"
        in verdict_words(test)
    )


@pytest.mark.parametrize("outcome", range(4))
async def test_behind_each_count_are_its_garments_with_both_answers(
    runs: tuple[Run, Run], tmp_path: Path, outcome: int
) -> None:
    async with standing(other_screen(runs, tmp_path)) as pilot:
        await switched(pilot)
        await pilot.press(*"j" * outcome, "enter")
        await shows(pilot, r"1–\d+ of")

        assert isinstance(pilot.app.screen, Gallery)
        cards = pilot.app.screen.query_one(SelectableImageGrid).cards
        places = {int(dict(card.facts)["place"].removeprefix("x_test[").removesuffix("]")) for card in cards}
        assert places == set(np.flatnonzero(expected()[OUTCOMES[outcome]]).tolist())
        signs = [("✓", "✗"), ("✗", "✓"), ("✗", "✗"), ("✓", "✓")][outcome]
        assert {tuple(line[1] for line in card.caption) for card in cards} == {signs}
        assert f"A{signs[0]}" in screen_text(pilot)
        assert f"B{signs[1]}" in screen_text(pilot)


async def test_the_count_of_a_class_shows_the_garments_of_that_class(runs: tuple[Run, Run], tmp_path: Path) -> None:
    async with standing(other_screen(runs, tmp_path)) as pilot:
        await switched(pilot)
        await pilot.press(*"l" * 7)
        assert "A right, B wrong, of Shirt" in screen_text(pilot)
        await pilot.press("enter")
        await shows(pilot, "1–")

        cards = pilot.app.screen.query_one(SelectableImageGrid).cards
        assert {dict(card.facts)["true class"] for card in cards} == {"Shirt"}


def test_the_surest_of_whoever_is_wrong_come_first(runs: tuple[Run, Run], tmp_path: Path) -> None:
    a, b = (gather(run, tmp_path, few_garments()) for run in runs)

    only_a, only_b = (Agreement(a, b).behind(outcome, None) for outcome in (0, 1))

    assert len(only_a) > 10
    assert (np.diff(b.confidence[only_a]) <= 0).all()
    assert (np.diff(a.confidence[only_b]) <= 0).all()


async def test_it_goes_back_to_the_errors_of_the_first(runs: tuple[Run, Run], tmp_path: Path) -> None:
    async with standing(other_screen(runs, tmp_path), columns=140, rows=45) as pilot:
        await switched(pilot)
        assert isinstance(pilot.app.screen, AgreementScreen)
        assert "Ankle boot" in screen_text(pilot)

        await pilot.press("escape")
        assert isinstance(pilot.app.screen, ErrorsScreen)


async def test_the_garments_behind_a_count_go_through_both_networks(runs: tuple[Run, Run], tmp_path: Path) -> None:
    a, b = (gather(run, tmp_path, few_garments()) for run in runs)
    places = Agreement(a, b).behind(0, None)

    async with standing(other_screen(runs, tmp_path)) as pilot:
        await switched(pilot)
        await pilot.press("I")

        pair = pilot.app.screen
        assert isinstance(pair, PairScreen)
        assert pair.runs == runs
        assert np.array_equal(pair.images.places, places)


async def test_without_the_others_predictions_it_says_how_to_get_them(runs: tuple[Run, Run], tmp_path: Path) -> None:
    other = run_with_predictions(tmp_path, "r2", 2, kept=False)
    async with standing(ErrorsScreen(runs[0], tmp_path, few_garments(), other)) as pilot:
        await shows(pilot, "▀|⣿")
        await pilot.press("v")

        await shows(pilot, "seed 2, run r2")
        assert isinstance(pilot.app.screen, ErrorsScreen)


async def test_without_another_run_the_key_is_not_offered(runs: tuple[Run, Run], tmp_path: Path) -> None:
    for other in (None, replace(runs[0], note="the same run")):
        async with standing(ErrorsScreen(runs[0], tmp_path, few_garments(), other)) as pilot:
            await pilot.press("v")

            assert "Other run" not in screen_text(pilot)
            assert isinstance(pilot.app.screen, ErrorsScreen)


def test_the_answers_kept_are_those_gathered(runs: tuple[Run, Run], tmp_path: Path) -> None:
    evidence = gather(runs[0], tmp_path, few_garments())

    assert isinstance(evidence, PredictedImages)
    assert (evidence.predicted == answers(0, 0.1).classes).all()
    assert (evidence.confidence == answers(0, 0.1).confidence).all()


def test_on_a_narrow_screen_no_class_is_cut_off() -> None:
    counts = tuple((9_000, *[900] * 10) for _ in OUTCOMES)

    lines = agreement_sheet(counts, GARMENT_CLASSES, width=60).text().plain.splitlines()

    assert max(map(len, lines)) <= 60
    assert lines[0].split() == ["right", "all", *GARMENT_CLASSES.columns]
    assert [line.split()[0] for line in lines[1:]] == ["A", "B", "none", "A+B"]
