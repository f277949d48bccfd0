"""What the clues say of the lab report's networks; every number equals a computation done another way."""

import math
import tomllib
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from lab_report import seventeen_networks, whole_notebook
from scipy import stats

from fmnist_tui.lab.classes import GARMENT_CLASSES
from fmnist_tui.lab.clues import FIRST, RULES, find_clues
from fmnist_tui.lab.clues.clue import Clue
from fmnist_tui.lab.clues.trained import Trained
from fmnist_tui.lab.comparison.comparison import compare
from fmnist_tui.lab.experiments.groups import Group, groups, plans_on_one_dataset
from fmnist_tui.lab.records.shorthand import parse_buildable, shorthand
from fmnist_tui.lab.toml.reading import read_text

Figures = dict[str, list[float]]


def groups_of(text: str) -> tuple[Group, ...]:
    return plans_on_one_dataset(groups(read_text(text, "experiments.toml")))


@pytest.fixture(scope="module")
def known() -> tuple[Group, ...]:
    return groups_of(seventeen_networks())


@pytest.fixture(scope="module")
def found(known: tuple[Group, ...]) -> dict[str, Clue]:
    return {clue.rule: clue for clue in find_clues(known)}


@pytest.fixture(scope="module")
def raw() -> dict[str, list[dict[str, Any]]]:
    """The runs of each experiment, read by another parser and without our records."""
    runs: dict[str, list[dict[str, Any]]] = {}
    for run in tomllib.loads(seventeen_networks())["run"]:
        runs.setdefault(run["experiment"], []).append(run)
    return {name: sorted(each, key=lambda run: int(run["seed"])) for name, each in runs.items()}


@pytest.fixture(scope="module")
def accuracies(raw: dict[str, list[dict[str, Any]]]) -> Figures:
    return {name: [run["val_accuracy"][-1] for run in runs] for name, runs in raw.items()}


def corrected_p(accuracies: Figures, name: str, other: str, order: list[str]) -> float:
    """Return Holm's p of a pair among all differences to the earlier of the two."""
    reference, wanted = sorted((name, other), key=order.index)
    ps = {
        each: float(stats.ttest_rel(values, accuracies[reference]).pvalue)
        for each, values in accuracies.items()
        if each != reference and values != accuracies[reference]
    }
    same = sum(values == accuracies[reference] for values in accuracies.values()) - 1
    ranked = sorted(ps, key=lambda each: ps[each])
    largest = 0.0
    for rank, each in enumerate(ranked):
        largest = max(largest, min(1.0, (len(ranked) + same - rank) * ps[each]))
        if each == wanted:
            return largest
    raise AssertionError(wanted)


def assert_pair(evidence: dict[str, Any], accuracies: Figures, known: tuple[Group, ...]) -> None:
    one, other = (accuracies[evidence[key]] for key in ("of", "minus"))
    difference = np.subtract(one, other)
    around = stats.ttest_rel(one, other).confidence_interval(0.95)
    assert evidence["difference"] == pytest.approx(difference.mean())
    assert evidence["interval"] == pytest.approx([around.low, around.high])
    order = [group.name for group in known]
    assert evidence["p"] == pytest.approx(corrected_p(accuracies, evidence["of"], evidence["minus"], order))
    margin = evidence["margin"]
    above = stats.ttest_1samp(difference, -margin, alternative="greater").pvalue
    below = stats.ttest_1samp(difference, margin, alternative="less").pvalue
    assert evidence["equivalence_p"] == pytest.approx(max(above, below))


def test_the_notebook_is_answered_by_these_rules_in_this_order(known: tuple[Group, ...]) -> None:
    clues = find_clues(known)

    assert [clue.rule for clue in clues][:FIRST] == [
        "linear-baseline",
        "doubling",
        "bottleneck",
        "cheapest-as-good",
        "published-implausible",
    ]
    assert {clue.rule for clue in clues[FIRST:]} == {
        "order-of-widths",
        "lead-within-noise",
        "collapsed-seed",
        "depth-against-width",
        "confused-classes",
        "published-reading",
        "more-seeds",
    }
    assert len({clue.rule for clue in clues}) == len(clues) <= len(RULES)


def test_doubling_says_what_each_step_bought(
    found: dict[str, Clue], accuracies: Figures, known: tuple[Group, ...]
) -> None:
    clue = found["doubling"]
    units = (16, 32, 64, 128, 256, 512)

    assert clue.about == tuple(f"{each} units" for each in units)
    assert clue.evidence["units"] == list(units)
    assert clue.evidence["accuracies"] == pytest.approx([np.mean(accuracies[name]) for name in clue.about])
    assert clue.evidence["parameters"] == [785 * each + 11 * each - each + 10 for each in units]
    pairs = [*clue.evidence["steps"], *clue.evidence["wider"]]
    assert {(pair["minus"], pair["of"]) for pair in pairs} == set(combinations(clue.about, 2))
    for pair in pairs:
        assert_pair(pair, accuracies, known)
    by_pair = {(pair["minus"], pair["of"]): pair for pair in pairs}
    assert by_pair["64 units", "128 units"]["verdict"] == "not resolved"
    assert by_pair["64 units", "256 units"]["verdict"] == "clear"
    assert by_pair["64 units", "512 units"]["verdict"] == "possible"
    assert clue.evidence["stops_paying_at"] == 128
    assert (clue.evidence["best"], clue.evidence["best_at_edge"]) == ("512 units", True)
    assert clue.evidence["edge_pays"] is False
    assert "64 to 128 +0.31 (not resolved)" in clue.sentence
    assert "512, the widest tried, is as good as 256" in clue.sentence


def test_the_bottlenecks_are_compared_with_the_network_without_them(
    found: dict[str, Clue], accuracies: Figures, known: tuple[Group, ...]
) -> None:
    clue = found["bottleneck"]

    assert {pair["of"]: pair["narrowest"] for pair in clue.evidence["pairs"]} == {
        "increasing 4-8-16": 4,
        "bulge 8-16-8": 8,
        "decreasing 16-8-4": 4,
    }
    assert {pair["minus"] for pair in clue.evidence["pairs"]} == {"16 units"}
    for pair in clue.evidence["pairs"]:
        assert_pair(pair, accuracies, known)
    assert clue.evidence["unharmed"] == ["decreasing 16-8"]
    assert clue.as_json()["try"] == {"architecture": "16-16-16", "repeats": 5}


def test_the_cheapest_as_good_as_the_best_passes_both_one_sided_tests(
    found: dict[str, Clue], accuracies: Figures
) -> None:
    evidence = found["cheapest-as-good"].evidence
    difference = np.subtract(accuracies["256 units"], accuracies["512 units"])

    assert (evidence["cheapest"], evidence["best"]) == ("256 units", "512 units")
    assert max(accuracies, key=lambda name: float(np.mean(accuracies[name]))) == "512 units"
    below = stats.ttest_1samp(difference, 0.005, alternative="less").pvalue
    above = stats.ttest_1samp(difference, -0.005, alternative="greater").pvalue
    assert evidence["p"] == pytest.approx(max(below, above))
    assert evidence["p"] < 0.05
    scale = np.std(difference, ddof=1) / math.sqrt(5)
    assert evidence["interval_90"] == pytest.approx(stats.t.interval(0.90, 4, difference.mean(), scale))
    assert evidence["parameters"] == [203_530, 407_050]
    # The next cheaper one is not shown to be as good, so the search stops there.
    next_one = np.subtract(accuracies["128 units"], accuracies["512 units"])
    assert stats.ttest_1samp(next_one, -0.005, alternative="greater").pvalue > 0.05
    front = evidence["front_by_parameters"]
    assert front["experiments"][-1] == "512 units"
    assert front["knee"] in front["experiments"]


def test_depth_is_not_told_apart_from_width_at_equal_cost(
    found: dict[str, Clue], accuracies: Figures, known: tuple[Group, ...]
) -> None:
    evidence = found["depth-against-width"].evidence

    assert {(pair["minus"], pair["of"]) for pair in evidence["pairs"]} == {
        ("16 units", "constant 16"),
        ("16 units", "increasing 16-32"),
        ("32 units", "increasing 32-64"),
        ("64 units", "decreasing 64-32"),
        ("64 units", "decreasing 64-32-16"),
    }
    for pair in evidence["pairs"]:
        assert_pair(pair, accuracies, known)
        assert max(pair["parameters"]) <= 1.1 * min(pair["parameters"])
    assert evidence["clearly_apart"] == 0


def test_the_order_of_widths_is_told_with_its_price(
    found: dict[str, Clue], accuracies: Figures, known: tuple[Group, ...]
) -> None:
    evidence = found["order-of-widths"].evidence

    assert [(pair["of"], pair["minus"], pair["relation"]) for pair in evidence["pairs"]] == [
        ("decreasing 16-8-4", "increasing 4-8-16", "better"),
        ("decreasing 64-32", "increasing 32-64", "better"),
        ("decreasing 64-32-16", "increasing 16-32-64", "better"),
    ]
    for pair in evidence["pairs"]:
        assert_pair(pair, accuracies, known)
    assert evidence["parameters_falling_over_rising"] == pytest.approx(
        [12_782 / 3_494, 52_650 / 27_882, 53_018 / 15_866]
    )


def test_the_weak_seed_lies_far_below_the_others(found: dict[str, Clue], accuracies: Figures) -> None:
    evidence = found["collapsed-seed"].evidence
    *others, lowest = accuracies["increasing 4-8-16"]

    assert (evidence["seed"], evidence["accuracy"]) == (4, lowest)
    assert evidence["gap"] == pytest.approx(np.mean(others) - lowest)
    once = {tuple(values): name for name, values in accuracies.items() if name != "increasing 4-8-16"}
    healthy = [values for values in once if np.std(values, ddof=1) < 0.006]
    pooled = math.sqrt(float(np.mean([np.var(values, ddof=1) for values in healthy])))
    assert evidence["noise_sd"] == pytest.approx(pooled, rel=0.15)
    assert {each["name"] for each in evidence["noisier_experiments"]} >= {"increasing 4-8-16", "decreasing 16-8-4"}


def test_shirts_and_t_shirts_are_taken_for_each_other(
    found: dict[str, Clue], raw: dict[str, list[dict[str, Any]]]
) -> None:
    evidence = found["confused-classes"].evidence
    total = np.sum([run["confusion"] for run in raw["512 units"]], axis=0)
    shirt, t_shirt = GARMENT_CLASSES.names.index("Shirt"), GARMENT_CLASSES.names.index("T-shirt/top")

    assert set(evidence["classes"]) == {"Shirt", "T-shirt/top"}
    assert evidence["share"] == pytest.approx((total[shirt, t_shirt] + total[t_shirt, shirt]) / 10_000)
    assert evidence["Shirt taken for T-shirt/top"] == pytest.approx(total[shirt, t_shirt] / 5_000)
    both = total + total.T
    np.fill_diagonal(both, 0)
    assert set(np.unravel_index(int(both.argmax()), both.shape)) == {shirt, t_shirt}


def test_published_figures_are_held_against_the_interval_of_one_more_run(
    found: dict[str, Clue], raw: dict[str, list[dict[str, Any]]]
) -> None:
    evidence = found["published-implausible"].evidence
    tests = [run["test_accuracy"] for run in raw["decreasing 16-8"]]

    assert [each["name"] for each in evidence["outside"]] == ["decreasing 16-8"]
    (outside,) = evidence["outside"]
    scale = np.std(tests, ddof=1) * math.sqrt(1 + 1 / 5)
    assert outside["interval"] == pytest.approx(stats.t.interval(0.95, 4, np.mean(tests), scale))
    p = 2 * stats.t.sf(abs(outside["published"] - np.mean(tests)) / scale, 4)
    assert outside["p"] == pytest.approx(p)
    assert outside["corrected_p"] == pytest.approx(18 * p)


def test_the_twelfth_published_figure_fits_the_printed_code_better(
    found: dict[str, Clue], raw: dict[str, list[dict[str, Any]]]
) -> None:
    evidence = found["published-reading"].evidence

    def density(name: str) -> float:
        tests = [run["test_accuracy"] for run in raw[name]]
        scale = np.std(tests, ddof=1) * math.sqrt(1 + 1 / 5)
        return float(stats.t.pdf(0.8378000259399414, 4, np.mean(tests), scale))

    assert evidence["better"] == "increasing, as coded"
    ratio = density("increasing, as coded") / density("increasing 4-8-16")
    assert evidence["likelihood_ratio"] == pytest.approx(ratio)
    assert found["published-reading"].certainty == "possible"


def test_the_lead_of_the_best_is_within_the_noise(found: dict[str, Clue], accuracies: Figures) -> None:
    evidence = found["lead-within-noise"].evidence

    lead = np.mean(accuracies["512 units"]) - np.mean(accuracies["256 units"])
    assert evidence["lead"] == pytest.approx(lead)
    assert evidence["noise_of_difference"] == pytest.approx(evidence["noise_sd"] * math.sqrt(2 / 5))
    assert evidence["lead"] < evidence["noise_of_difference"]
    assert evidence["experiments"] == 17
    assert 0 < evidence["inflation"] < 1.79 * 0.006 / math.sqrt(5)


def test_there_is_no_linear_baseline_yet(found: dict[str, Clue]) -> None:
    assert found["linear-baseline"].evidence["baselines"] == 0
    assert found["linear-baseline"].as_json()["try"] == {"architecture": "linear", "repeats": 5}


def test_what_the_clues_asked_for_was_trained_and_is_not_asked_for_again(found: dict[str, Clue]) -> None:
    now = {clue.rule: clue for clue in find_clues(groups_of(whole_notebook()))}
    asked = {shorthand(clue.suggestion.recipe.architecture) for clue in found.values() if clue.suggestion}

    assert asked == {"linear", "16-16-16", "4-8-16", "64"}
    # Only at another learning rate, which the first answer led to.
    suggested = [clue.suggestion.recipe for clue in now.values() if clue.suggestion]
    assert not asked & {shorthand(each.architecture) for each in suggested if each.training.learning_rate == 0.001}
    assert "more-seeds" not in now
    evidence = now["linear-baseline"].evidence
    worse = {pair["of"]: pair for pair in evidence["pairs"]}
    assert worse.keys() == {"increasing 4-8-16", "4-8-16 at rate 0.0003"}
    seeds: dict[str, dict[int, float]] = {}
    for run in tomllib.loads(whole_notebook())["run"]:
        seeds.setdefault(run["experiment"], {})[run["seed"]] = run["val_accuracy"][-1]
    assert len(seeds["increasing 4-8-16"]) == 10
    for name, pair in worse.items():
        shared = sorted(seeds[name].keys() & seeds["linear baseline"].keys())
        differences = [seeds[name][seed] - seeds["linear baseline"][seed] for seed in shared]
        assert pair["difference"] == pytest.approx(np.mean(differences))


def test_more_seeds_are_asked_for_where_the_fewest_would_tell(
    found: dict[str, Clue], accuracies: Figures, known: tuple[Group, ...]
) -> None:
    clue = found["more-seeds"]

    assert_pair(clue.evidence["pair"], accuracies, known)
    assert clue.suggestion
    assert clue.suggestion.repeats == 5 + clue.evidence["more_seeds"]


def test_a_pair_has_the_verdict_of_a_comparison(found: dict[str, Clue], known: tuple[Group, ...]) -> None:
    by_name = {group.name: group for group in known}
    pairs = [
        *found["doubling"].evidence["steps"],
        *found["bottleneck"].evidence["pairs"],
        *found["depth-against-width"].evidence["pairs"],
    ]
    for pair in pairs:
        row = compare([by_name[pair["minus"]], by_name[pair["of"]]], known=known).metrics[0]
        verdict = row.cells[1].verdict
        assert verdict
        assert (verdict.word, verdict.p, verdict.more) == (pair["verdict"], pair["p"], pair["more_seeds"])


def test_every_sentence_has_its_numbers_and_a_source(found: dict[str, Clue]) -> None:
    for clue in found.values():
        assert any(character.isdigit() for character in clue.sentence), clue.rule
        assert len(clue.sentence) < 560, clue.rule
        assert any(character.isdigit() for character in clue.source), clue.rule
        assert clue.evidence
        assert clue.about


def test_suggestions_that_this_notebook_can_answer_lead_from_the_first_network_to_a_clearly_better_one_in_five_steps(
    known: tuple[Group, ...],
) -> None:
    by_recipe = {group.recipe: group for group in known if group.plan and group.name != "increasing, as coded"}
    first = next(group for group in known if group.name == "16 units")
    linear = replace(first.recipe, architecture=parse_buildable("linear"))
    by_recipe[linear] = next(group for group in groups_of(whole_notebook()) if group.recipe == linear)
    notebook = {first.recipe: replace(first, runs=first.runs[:1])}
    trained = []

    for _ in range(5):
        suggested = [
            (clue.rule, clue.suggestion.recipe) for clue in find_clues([*notebook.values()]) if clue.suggestion
        ]
        rule, recipe = next((rule, recipe) for rule, recipe in suggested if recipe in by_recipe)
        notebook[recipe] = by_recipe[recipe]
        trained.append((rule, shorthand(recipe.architecture)))

    assert trained == [
        ("single-run", "16"),
        ("linear-baseline", "linear"),
        ("underfitting", "32"),
        ("underfitting", "64"),
        ("edge-of-range", "128"),
    ]
    groups_now = tuple(notebook.values())
    best = next(group for group in groups_now if group.name == "128 units")
    pair = Trained(groups_now, groups_now, 0.005).pair(best, notebook[first.recipe])
    assert pair
    assert pair.relation == "better"
    assert pair.difference.mean > 0.015
