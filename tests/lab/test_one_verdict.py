"""One pair, one verdict: the history, the list and every comparison say the same of two experiments."""

from dataclasses import replace
from itertools import combinations

import pytest
from lab_report import whole_notebook

from fmnist_tui.lab.comparison.comparison import Comparison, compare
from fmnist_tui.lab.experiments.groups import Group, groups
from fmnist_tui.lab.statistics.baseline import BaselineDifferences
from fmnist_tui.lab.statistics.verdicts import Verdict
from fmnist_tui.lab.toml.reading import read_text


@pytest.fixture(scope="module")
def known() -> tuple[Group, ...]:
    """The experiments of the notebook at the top level, some with more seeds than others."""
    return groups(read_text(whole_notebook(), "experiments.toml"))


def pinned(known: tuple[Group, ...], name: str) -> tuple[Group, ...]:
    """Return the groups, one of them as the baseline."""
    return tuple(
        replace(group, plan=replace(group.plan, baseline=group.name == name)) if group.plan else group
        for group in known
    )


def verdict_of(comparison: Comparison, place: int) -> Verdict | None:
    row = next(row for row in comparison.metrics if row.metric.name == "val_accuracy")
    return row.cells[place].verdict


def test_a_pair_has_the_verdict_of_the_history_in_either_order_and_beside_others(known: tuple[Group, ...]) -> None:
    for name in ("64 units", "16 units", "512 units", "increasing 4-8-16"):
        all_groups = pinned(known, name)
        history = BaselineDifferences(all_groups)
        baseline = next(group for group in all_groups if history.is_baseline(group))
        others = [group for group in all_groups if group is not baseline]
        for place, other in enumerate(others):
            told = history.of(other)
            assert told, other.name
            beside = others[(place + 3) % len(others)]
            assert verdict_of(compare([baseline, other], known=all_groups), 1) == told.verdict
            assert verdict_of(compare([baseline, beside, other], known=all_groups), 2) == told.verdict
            turned = verdict_of(compare([other, baseline], known=all_groups), 1)
            assert turned
            assert (turned.word, turned.more) == (told.verdict.word, told.verdict.more)
            assert turned.p == pytest.approx(told.verdict.p)


def test_every_pair_has_one_verdict_in_either_order_for_every_metric(known: tuple[Group, ...]) -> None:
    words = []
    for one, other in list(combinations(known, 2))[::5]:
        there, back = compare([one, other], known=known), compare([other, one], known=known)
        for ours, theirs in zip(there.metrics, back.metrics, strict=True):
            verdict, turned = ours.cells[1].verdict, theirs.cells[1].verdict
            assert (verdict and verdict.word) == (turned and turned.word), (one.name, other.name, ours.metric.name)
            words.append(verdict and verdict.word)
    assert {"clear", "possible", "not resolved"} <= set(words)


def test_128_against_64_units_is_not_resolved_wherever_it_is_told(known: tuple[Group, ...]) -> None:
    all_groups = pinned(known, "64 units")
    named = {group.name: group for group in all_groups}
    pair = [named["64 units"], named["128 units"]]

    told = BaselineDifferences(all_groups).of(pair[1])

    assert told
    assert told.among == len(known) - 1
    assert told.verdict.word == "not resolved"
    assert verdict_of(compare(pair, known=all_groups), 1) == told.verdict
    assert verdict_of(compare(pair), 1) != told.verdict, "compared alone it would have been possible"
