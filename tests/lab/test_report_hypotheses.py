"""Hypotheses are answered by the results, and never by more than these show."""

from dataclasses import replace

import pytest
from group_builders import made_up_group, made_up_recipe, made_up_run
from hypothesis import given
from hypothesis import strategies as st
from reports import content_of, part, written
from strategies import hostile_text

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.recipe import Hyperparameters
from fmnist_tui.lab.records.run import Curves
from fmnist_tui.lab.report.claims import claim


def network(
    name: str, layers: str, *validation: float, hypothesis: str | None = None, training: Hyperparameters | None = None
) -> Group:
    """Return a group with a run for each validation accuracy."""
    recipe = made_up_recipe(layers, training)
    runs = [
        replace(made_up_run(name, recipe, seed), curves=Curves((0.7, 0.8), (0.8, 0.6), (0.7, accuracy), (0.8, 0.6)))
        for seed, accuracy in enumerate(validation)
    ]
    group = made_up_group(name, (), recipe=recipe)
    assert group.plan
    return replace(group, runs=tuple(runs), plan=replace(group.plan, hypothesis=hypothesis))


LINEAR = network("baseline", "linear", 0.800, 0.801, 0.802)
WIDE = network("64 units", "64", 0.880, 0.882, 0.881)
WIDER = network("128 units", "128", 0.881, 0.881, 0.882)
NOISY = network("noisy", "8", 0.79, 0.83, 0.87)


def answer(group: Group, hypothesis: str, *others: Group, language: str = "en") -> str:
    """Return what the report says of a group's hypothesis."""
    assert group.plan
    stated = replace(group, plan=replace(group.plan, hypothesis=hypothesis))
    found = written(*others, stated, language="es" if language == "es" else "en")
    section = part(found, "Pregunta e hipótesis" if language == "es" else "Question and hypotheses")
    (line,) = [each for each in section.splitlines() if each.startswith("  - ")]
    return line.removeprefix("  - ")


def test_without_a_name_it_is_tested_against_the_baseline_with_difference_interval_and_n() -> None:
    assert answer(WIDE, "a hidden layer helps", LINEAR) == (
        "**Supported.** Tested as: *64 units has a higher accuracy than baseline*. "
        "Difference +8.00 points (95 % interval +7.75 to +8.25, n = 3, p < 0.001)."
    )
    assert answer(WIDE, "una capa oculta ayuda", LINEAR, language="es") == (
        "**Se sostiene.** Se puso a prueba como: *64 units tiene mayor exactitud que baseline*. "
        "Diferencia: +8.00 puntos (intervalo del 95 % de +7.75 a +8.25, n = 3, p < 0.001)."
    )


@pytest.mark.parametrize(
    ("group", "hypothesis", "expected"),
    [
        (LINEAR, "worse than 64 units", "Supported"),
        (LINEAR, "better than 64 units", "Not supported"),
        (WIDER, "as good as 64 units", "Supported"),
        (WIDER, "tan buena como las 64 units", "Supported"),
        (WIDER, "better than 64 units", "Not decided"),
        (LINEAR, "as good as 64 units", "Not supported"),
        (NOISY, "as good as baseline", "Not decided"),
        (NOISY, "mejor que baseline", "Not decided"),
        (NOISY, "peor que la 64 units", "Not decided"),
        (WIDE, "is not better than baseline", "Not judged"),
        (WIDE, "isn't any better than baseline", "Not judged"),
        (WIDE, "no es mejor que baseline", "Not judged"),
    ],
)
def test_it_is_supported_or_not_only_where_the_interval_allows_nothing_else(
    group: Group, hypothesis: str, expected: str
) -> None:
    others = [each for each in (LINEAR, WIDE, WIDER, NOISY) if each is not group]

    assert answer(group, hypothesis, *others).startswith(f"**{expected}.** ")


def test_where_neither_is_better_it_is_said_whether_they_are_shown_to_be_alike() -> None:
    assert "as good as each other within 0.5 points" in answer(WIDER, "better than 64 units", LINEAR, WIDE)
    assert "as good as each other" not in answer(NOISY, "better than baseline", LINEAR, WIDE)


def test_of_the_baseline_itself_it_is_tested_against_all_others() -> None:
    assert answer(LINEAR, "the simplest is the worst", WIDE, WIDER, NOISY).startswith(
        "**Not decided.** Tested as: *every other network has a higher accuracy than baseline*. Of the 3 others, 2 are "
        "so and 1 is not decided. The one that fits it least is noisy. Difference +2.90 points (95 % interval "
    )
    assert answer(LINEAR, "the simplest is the worst", WIDE, WIDER).startswith("**Supported.** ")
    assert answer(LINEAR, "better than baseline", WIDE, network("worst", "4", 0.5, 0.501, 0.502)).startswith(
        "**Not supported.** Tested as: *every other network has a higher accuracy than baseline*. Of the 2 others, 1 "
        "is so and 1 is not. The one that fits it least is worst. Difference -30.00 points"
    )


def test_what_it_names_or_was_made_of_is_what_it_is_compared_with() -> None:
    slower = network("slower", "64", 0.87, 0.88, 0.87, training=Hyperparameters(epochs=2, learning_rate=0.0003))
    known = [LINEAR, WIDE, WIDER, slower]

    def compared_with(hypothesis: str) -> str:
        assert slower.plan
        stated = replace(slower, plan=replace(slower.plan, hypothesis=hypothesis))
        content = content_of(*known[:3], stated)
        found = claim(stated, content.studies[0])
        assert found
        return found.other.name

    assert compared_with("128 units at the usual rate are no match for it") == "128 units"
    assert compared_with("it beats what 128 units and baseline reach") == "64 units"  # one hyperparameter apart
    assert compared_with("fewer dead units in 10 epochs") == "64 units"
    assert compared_with("better than linear") == "baseline"  # by its shorthand
    assert compared_with("better than 64") == "64 units"  # not itself, which has this shorthand too
    assert compared_with("better than the widest one") == "64 units"


def test_without_runs_to_compare_it_is_not_decided() -> None:
    single = network("single", "16", 0.9)

    assert answer(single, "it is enough", LINEAR) == (
        "**Not decided.** Tested as: *single has a higher accuracy than baseline*. One of the two has a single run, so "
        "nothing says what is chance."
    )
    assert answer(network("waiting", "16"), "it is enough", LINEAR, WIDE) == (
        "**Not decided.** It has no finished run yet."
    )
    assert answer(WIDE, "alone") == "**Not decided.** There is no other network to compare it with."
    assert "1 is not decided" in answer(LINEAR, "the worst", WIDE, single)


def test_names_in_an_answer_are_escaped() -> None:
    hostile = network("<b>*a*", "linear", 0.80, 0.801, 0.802)

    assert "*64 units has a higher accuracy than &lt;b&gt;\\*a\\**." in answer(WIDE, "it helps", hostile)


@given(hostile_text(), st.sampled_from(("better than {}", "{} is no match for it", "tan buena como la {}")))
def test_any_name_may_stand_in_a_hypothesis(name: str, sentence: str) -> None:
    other = network(name, "16", 0.85, 0.86, 0.85)

    said = answer(WIDE, f"x {sentence.format(name)}", other)

    assert said.startswith(("**Supported.** ", "**Not supported.** ", "**Not judged.** "))
