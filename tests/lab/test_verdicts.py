"""Verdicts follow the rule that they state, and their p values are corrected and worded in one way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmnist_tui.lab.statistics.intervals import Difference
from fmnist_tui.lab.statistics.verdicts import corrected_differences, holm, p_text, p_words, verdict


def a_difference(p: float, mean: float = 0.33, n: int = 3) -> Difference:
    return Difference(mean, mean - 1, mean + 1, p, n, paired=False, sd=0.25)


@pytest.mark.parametrize(
    ("p", "corrected", "words"),
    [
        (0.049, None, "clear"),
        (0.05, None, "possible at n = 3, about 8 more seeds"),
        (0.19, None, "possible at n = 3, about 8 more seeds"),
        (0.2, None, "not resolved at n = 3, about 8 more seeds"),
        (0.04, 0.12, "possible at n = 3, about 11 more seeds"),
        (0.04, 0.4, "not resolved at n = 3, about 15 more seeds"),
    ],
)
def test_a_verdict_follows_its_rule_and_says_how_many_more_seeds_would_tell(
    p: float, corrected: float | None, words: str
) -> None:
    assert str(verdict(a_difference(p), corrected)) == words


def test_a_verdict_asks_for_one_more_seed_at_least() -> None:
    assert str(verdict(a_difference(0.06, mean=0.77, n=5))) == "possible at n = 5, about 1 more seed"
    assert verdict(a_difference(0.9, mean=0.001)).more is None


def test_holms_correction_is_that_of_a_worked_example() -> None:
    # Holm's step-down by hand: 4 × 0.005, 3 × 0.01, 2 × 0.03, 1 × 0.04 raised to the one before it.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))
    assert holm([]) == ()
    assert holm([0.9, 0.8]) == (1.0, 1.0)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_never_lowers_a_p_and_never_raises_it_above_bonferronis(ps: list[float]) -> None:
    corrected = holm(ps)

    for before, after in zip(ps, corrected, strict=True):
        assert before <= after <= min(1.0, len(ps) * before) + 1e-12
    in_order = [after for _, after in sorted(zip(ps, corrected, strict=True))]
    assert in_order == sorted(in_order)


def test_differences_that_are_looked_at_together_are_judged_by_corrected_p_values() -> None:
    found = corrected_differences([a_difference(0.03), None, a_difference(0.001), a_difference(0.04)])

    assert [each and each.p for each in found] == [pytest.approx(0.06), None, pytest.approx(0.003), pytest.approx(0.06)]
    assert [each and each.verdict.word for each in found] == ["possible", None, "clear", "possible"]
    assert {each.among for each in found if each} == {3}


def test_one_difference_alone_is_judged_by_its_own_p() -> None:
    (found,) = corrected_differences([a_difference(0.03)])

    assert found
    assert (found.p, found.among, found.verdict) == (0.03, 1, verdict(a_difference(0.03)))


@pytest.mark.parametrize(
    ("p", "text", "words"),
    [
        (1.0, "1.000", "p = 1.000"),
        (0.0123, "0.012", "p = 0.012"),
        (0.001, "0.001", "p = 0.001"),
        (0.0009, "< 0.001", "p < 0.001"),
        (0.0, "< 0.001", "p < 0.001"),
    ],
)
def test_a_p_value_is_never_said_to_be_nothing(p: float, text: str, words: str) -> None:
    assert p_text(p) == text
    assert p_words(p) == words
