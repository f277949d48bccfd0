from sample_records import RUN, a_run

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.seeds import TakenSeeds, next_seeds, trained_seeds

RECIPE = RUN.recipe


def taken(*trained: int, busy: tuple[int, ...] = ()) -> TakenSeeds:
    return TakenSeeds({RECIPE: frozenset(trained)}, frozenset((RECIPE, seed) for seed in busy))


def test_the_lowest_seeds_that_are_not_taken_are_next() -> None:
    assert next_seeds({1, 2, 5}, 1, 3) == (3, 4, 6)


def test_nothing_is_said_where_the_seeds_asked_for_are_trained() -> None:
    assert taken().words(RECIPE, 0, 5) == ""
    assert taken(0, 1).words(RECIPE, 2, 5) == ""


def test_seeds_that_are_trained_instead_are_named_with_the_reason() -> None:
    assert taken(1).words(RECIPE, 1, 1) == "t trains seed 2 (1 is trained)"
    assert taken(0, 1, 2, 3, 4).words(RECIPE, 0, 5) == "t trains seeds 5–9 (0–4 are trained)"
    assert taken(0, 2, busy=(1,)).words(RECIPE, 0, 2) == "t trains seeds 3–4 (0, 2 are trained, 1 is running or queued)"


def test_of_two_experiments_with_one_recipe_the_first_counts_as_it_gets_the_run() -> None:
    groups = (Group("a", RECIPE, (a_run("r0"),)), Group("b", RECIPE, (a_run("r1", seed=1),)))

    assert trained_seeds(groups) == {RECIPE: {0}}
