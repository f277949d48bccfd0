"""Differences to the baseline: corrected for the whole notebook, and computed once."""

from dataclasses import replace

import pytest
from group_builders import made_up_group, made_up_recipe, made_up_run

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.run import Curves
from fmnist_tui.lab.statistics import intervals
from fmnist_tui.lab.statistics.baseline import BaselineDifferences, baselines, family_of
from fmnist_tui.lab.statistics.intervals import Difference, difference
from fmnist_tui.lab.statistics.verdicts import differences_to, holm


def group(name: str, *accuracies: float, baseline: bool = False, synthetic: bool = False) -> Group:
    """Return an experiment whose runs, seeds from 0, end with these validation accuracies."""
    recipe = made_up_recipe(dataset="synthetic" if synthetic else "fashion-mnist")
    runs = tuple(
        made_up_run(name, recipe, seed, curves=Curves((0.9,), (0.3,), (accuracy,), (0.4,)))
        for seed, accuracy in enumerate(accuracies)
    )
    plan = made_up_group(name, recipe=recipe).plan
    assert plan
    return Group(name, recipe, runs, replace(plan, baseline=baseline))


BASE = group("base", 0.860, 0.862, 0.859, baseline=True)
BETTER = group("better", 0.868, 0.866, 0.869)
ALIKE = group("alike", 0.861, 0.858, 0.862)
ALONE = group("alone", 0.9)
ALL = (BASE, BETTER, ALIKE, ALONE)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the groups whose difference was computed, in order."""
    names: list[str] = []

    def noted(one: Group, other: Group) -> Difference | None:
        names.append(one.name)
        return difference(one, other)

    monkeypatch.setattr(intervals, "difference", noted)
    return names


def test_p_values_are_corrected_for_all_experiments_that_have_a_difference() -> None:
    differences = BaselineDifferences(ALL)
    better, alike = differences.of(BETTER), differences.of(ALIKE)

    assert better
    assert alike
    assert (better.p, alike.p) == pytest.approx(holm([better.difference.p, alike.difference.p]))
    assert better.p == pytest.approx(2 * better.difference.p)
    assert better.among == 2


def test_the_dataset_of_a_family_is_that_of_its_reference() -> None:
    drawn = group("drawn", 0.7, 0.71, synthetic=True)
    asked: list[Group] = []

    def noted(other: Group) -> Difference | None:
        asked.append(other)
        return difference(other, BASE)

    found = differences_to(BASE, (*ALL, drawn), noted)

    assert asked == [BETTER, ALIKE, ALONE]
    assert found.keys() == {id(BETTER), id(ALIKE)}


def test_a_pair_is_judged_against_the_baseline_and_else_against_the_earlier_one() -> None:
    known = (ALIKE, BETTER, BASE)

    for one, other, reference in ((ALIKE, BASE, BASE), (BETTER, BASE, BASE), (BETTER, ALIKE, ALIKE)):
        assert family_of(one, other, known) is family_of(other, one, known) is reference


def test_nothing_is_told_of_the_baseline_of_single_runs_and_without_a_baseline() -> None:
    differences = BaselineDifferences(ALL)

    assert differences.is_baseline(BASE)
    assert [differences.of(each) for each in (BASE, ALONE)] == [None, None]
    assert BaselineDifferences(ALL[1:]).of(BETTER) is None


def test_each_dataset_has_the_baseline_that_was_trained_on_it() -> None:
    drawn = group("base", 0.7, 0.71, baseline=True, synthetic=True)
    other = group("better", 0.8, 0.81, synthetic=True)
    known = (*ALL, drawn, other)
    differences = BaselineDifferences(known)
    found = differences.of(other)

    assert baselines(known) == {"fashion-mnist": BASE, "synthetic": drawn}
    assert found
    assert found.difference == difference(other, drawn)


def test_of_two_pinned_baselines_the_first_counts() -> None:
    assert baselines((BETTER, BASE, group("another", 0.8, 0.9, baseline=True))) == {"fashion-mnist": BASE}
    assert baselines((BETTER, ALIKE)) == {}


def test_a_difference_is_worked_out_when_it_is_asked_for_and_only_once(told: list[str]) -> None:
    differences = BaselineDifferences(ALL)
    assert told == []

    differences.of(BETTER)
    assert told == ["better", "alike", "alone"]

    differences.of(ALIKE)
    differences.difference(BETTER)
    assert len(told) == 3


def test_after_the_notebook_is_read_anew_only_what_has_other_runs_is_worked_out_again(told: list[str]) -> None:
    before = BaselineDifferences(ALL)
    before.of(BETTER)
    same = replace(BETTER)
    more = replace(ALIKE, runs=(*ALIKE.runs, made_up_run("alike", ALIKE.recipe, 9)))
    now = (BASE, same, more, ALONE)
    told.clear()
    after = BaselineDifferences(now, before)

    found = after.of(same)
    assert told == ["alike"]
    assert found
    assert found.difference == difference(BETTER, BASE)

    grown = replace(BASE, runs=BASE.runs[:2])
    told.clear()
    third = BaselineDifferences((grown, same), after)
    corrected = third.of(same)
    assert told == ["better"]
    assert corrected
    assert corrected.difference == difference(same, grown)
