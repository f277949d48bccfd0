from collections.abc import Callable

import pytest

from fmnist_tui.engine.parallel import choice
from fmnist_tui.engine.parallel.choice import soonest
from fmnist_tui.engine.parallel.parallelism import SIDE_BY_SIDE, Parallelism
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.shorthand import parse

Machine = Callable[[int, int], None]


def seeds(shorthand: str, count: int = 1) -> list[Job]:
    return [Job(shorthand, Recipe(parse(shorthand)), seed) for seed in range(count)]


SEVERAL = [*seeds("16"), *seeds("32"), *seeds("64-32"), *seeds("64-16")]
LONG = seeds("conv64x3-conv64x3-128")


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Let this machine have so many cores, and memory for so many trainings in processes of their own."""

    def have(cores: int, workers: int) -> None:
        monkeypatch.setattr(choice, "usable_cores", lambda: cores)
        monkeypatch.setattr(choice, "most_workers", lambda: workers)

    return have


@pytest.mark.parametrize(
    ("jobs", "at_once"),
    [(SEVERAL, 2), (SEVERAL[:2], 1), (SEVERAL[2:], 1), ([*seeds("16", 2), *seeds("32", 2)], 2), (SEVERAL + LONG, 1)],
    ids=["four alike", "one longer than half", "two unlike", "two of two seeds", "one as long as all"],
)
def test_processes_are_worth_it_where_each_gets_an_equal_share(jobs: list[Job], at_once: int, machine: Machine) -> None:
    machine(2, 100)
    assert soonest(jobs) == (Parallelism(at_once) if at_once > 1 else SIDE_BY_SIDE)


def test_there_are_no_more_processes_than_cores_or_shares(machine: Machine) -> None:
    machine(3, 100)
    assert soonest(SEVERAL * 5) == Parallelism(3)
    machine(64, 100)
    assert 2 <= soonest(SEVERAL).at_once <= len(SEVERAL)


def test_the_seeds_of_one_recipe_share_the_cores_in_this_process(machine: Machine) -> None:
    machine(2, 100)
    assert soonest(seeds("16", 5)) == SIDE_BY_SIDE


@pytest.mark.parametrize(("cores", "workers"), [(1, 100), (2, 1)], ids=["one core", "memory for one"])
def test_a_machine_with_room_for_one_trains_in_this_process(cores: int, workers: int, machine: Machine) -> None:
    machine(cores, workers)
    assert soonest(SEVERAL) == SIDE_BY_SIDE


def test_nothing_to_train_needs_no_process(machine: Machine) -> None:
    machine(2, 100)
    assert soonest([]) == SIDE_BY_SIDE
