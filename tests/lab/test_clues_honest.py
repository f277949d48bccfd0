"""Clues seldom claim what is not so, never contradict each other, and keep to their form for any notebook."""

import json
from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simulated_notebooks import SEVENTEEN, clues_of, false_claims, simulated_notebook
from strategies import runs

from fmnist_tui.lab.clues import find_clues
from fmnist_tui.lab.clues.clue import Clue
from fmnist_tui.lab.experiments.groups import groups
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.records.shorthand import parse_buildable
from fmnist_tui.lab.toml.reading import Notebook


@pytest.mark.parametrize("seeds", [3, 5])
def test_equal_networks_are_seldom_said_to_differ(seeds: int) -> None:
    drawn = np.random.default_rng(seeds)

    wrong = [false_claims(clues_of(simulated_notebook(drawn, seeds=seeds))) for _ in range(40)]

    assert sum(map(bool, wrong)) <= 6  # at 5 % more than six of 40 happen once in 300 times


def test_a_large_difference_is_named_with_ten_seeds() -> None:
    drawn = np.random.default_rng(7)
    means: dict[tuple[int, ...], float] = {
        (units,): 0.85 + 0.01 * place for place, units in enumerate((16, 32, 64, 128, 256, 512))
    }

    named = [
        "doubling" in {clue.rule for clue in clues_of(simulated_notebook(drawn, means, seeds=10))} for _ in range(5)
    ]

    assert all(named)


def assert_consistent(clues: tuple[Clue, ...]) -> None:
    for one, other in combinations(clues, 2):
        for claim in one.claims:
            assert not any(claim.contradicts(each) for each in other.claims), (one.sentence, other.sentence)
        assert not (one.claims and other.claims and set(other.claims) <= set(one.claims)), (one.rule, other.rule)
    for clue in clues:
        as_json = json.loads(json.dumps(clue.as_json(), allow_nan=False))
        assert list(as_json) == ["rule", "sentence", "about", "evidence", "certainty", "source", "try"]
        assert visible(clue.sentence, 10_000) == clue.sentence
        assert as_json["certainty"] in ("clear", "possible")
        if as_json["try"]:
            assert as_json["try"]["repeats"] >= 1
            parse_buildable(as_json["try"]["architecture"])


@given(
    means=st.lists(st.floats(0.80, 0.90), min_size=17, max_size=17),
    seeds=st.integers(1, 5),
    sd=st.sampled_from((0.0, 0.001, 0.0025, 0.02)),
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(1, 17),
    dead=st.sampled_from((0.0, 0.1, 0.6)),
)
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_no_two_clues_of_a_notebook_contradict_each_other(
    means: list[float], seeds: int, sd: float, seed: int, count: int, dead: float
) -> None:
    drawn = np.random.default_rng(seed)
    networks = SEVENTEEN[:count]
    groups = simulated_notebook(
        drawn, dict(zip(SEVENTEEN, means, strict=True)), networks=networks, seeds=seeds, sd=sd, dead=dead
    )

    assert_consistent(clues_of(groups))


@given(st.lists(runs(), max_size=6))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_clues_survive_any_notebook(drawn: list[Run]) -> None:
    assert_consistent(find_clues(groups(Notebook((), tuple(drawn)))))
