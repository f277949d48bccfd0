"""Learn how fast a machine trains, from the finished runs on it."""

from collections.abc import Iterable, Sequence
from itertools import combinations
from math import inf
from statistics import median

from fmnist_tui.lab.experiments.estimate import epoch_cost
from fmnist_tui.lab.experiments.speeds import TYPICAL_SPEEDS, Speed, Speeds
from fmnist_tui.lab.records.run import Run

LONGEST = 1e9
"""Longer runs, in seconds (thirty years), are ignored as implausible."""

DOUBT = 0.01
"""Weight of the prior, in runs: runs vary by a tenth, the prior by a factor of two."""

LEAST = 0.05
"""Minimum of each part relative to the prior, so that noise cannot make an epoch free."""


def learn_speeds(runs: Sequence[Run], machine: str | None) -> Speeds | None:
    """Return a machine's speeds from the finished runs trained on it; None where there are none.

    Bounded least squares on relative errors, so that a run that was paused counts little. Runs that overlapped with
    others tell the speed beside others, by their share of the time, and the others that alone; where one kind is
    missing, the two differ as they usually do.
    """
    here = [run for run in runs if run.environment is not None and run.environment.machine == machine]
    finished = [run for run in here if run.status == "finished" and run.curves.epochs and 0 < run.seconds < LONGEST]
    shares = _shares_of_time(here)
    alone = [(run, run.seconds) for run in finished if run.id not in shares]
    beside = [(run, shares[run.id]) for run in finished if shares.get(run.id)]
    usual = TYPICAL_SPEEDS
    one = _fitted(alone, usual.alone) if alone else None
    other = _fitted(beside, usual.beside) if beside else None
    if one is not None:
        return Speeds(one, other or _as_usual(one, usual.alone, usual.beside))
    if other is not None:
        return Speeds(_as_usual(other, usual.beside, usual.alone), other)
    return None


def _as_usual(known: Speed, usual: Speed, wanted: Speed) -> Speed:
    """Return a speed that is to `wanted` as the known one is to `usual`."""
    start, layer_step, multiply_add = (a / b for a, b in zip(wanted, usual, strict=True))
    return known.times(start, layer_step, multiply_add)


def _shares_of_time(runs: Iterable[Run]) -> dict[str, float]:
    """Return the seconds that each run had of its machine, where it overlapped with others: of two at once half each.

    A run counts only if it certainly overlapped: starts are recorded in whole seconds, rounded down.
    """
    by_host: dict[str | None, list[Run]] = {}  # machines of a cluster may be alike
    for run in runs:
        by_host.setdefault(run.host, []).append(run)
    found: dict[str, float] = {}
    for of_host in by_host.values():
        beside = _beside_others(of_host)
        ends = ((run.started.timestamp() + after, run.id) for run in of_host for after in (0.0, run.seconds))
        given, since, active = 0.0, 0.0, set[str]()  # what each of those at once was given so far
        for time, run_id in sorted(ends):
            given += (time - since) / max(len(active), 1)
            since = time
            active ^= {run_id}
            found[run_id] = given - found.get(run_id, 0.0)
        for run in of_host:
            if run.id not in beside:
                found.pop(run.id, None)
    return found


def _beside_others(runs: Iterable[Run]) -> frozenset[str]:
    found: set[str] = set()
    last, until = "", -inf
    for run in sorted(runs, key=lambda run: run.started):
        began = run.started.timestamp()
        if began + 1 < until:
            found |= {last, run.id}
        if began + run.seconds > until:
            last, until = run.id, began + run.seconds
    return frozenset(found)


Timed = tuple[Run, float]
"""A run and the seconds that it took, or its share of them."""


def _fitted(runs: Sequence[Timed], typical: Speed) -> Speed:
    pace = median(seconds / typical.seconds(run.recipe, run.curves.epochs) for run, seconds in runs)
    usual = typical.at_pace(pace)
    return usual.times(*_factors([_parts(run, seconds, usual) for run, seconds in runs]))


Three = tuple[float, float, float]


def _parts(run: Run, seconds: float, speed: Speed) -> Three:
    each, epochs = epoch_cost(run.recipe), run.curves.epochs
    return (
        speed.start / seconds,
        epochs * each.layer_steps * speed.layer_step / seconds,
        epochs * each.work * speed.multiply_add / seconds,
    )


def _factors(parts: Sequence[Three]) -> Three:
    """Return the factors φ ≥ LEAST that minimize Σ (1 - parts · φ)² + DOUBT · Σ (φ - 1)².

    The minimum is an unconstrained one over some of the factors, the others at LEAST, so every subset is tried.
    """
    matrix = [[sum(row[i] * row[j] for row in parts) + DOUBT * (i == j) for j in range(3)] for i in range(3)]
    vector = [sum(row[i] * (1 - LEAST * sum(row)) for row in parts) + DOUBT * (1 - LEAST) for i in range(3)]
    best, most = dict.fromkeys(range(3), 0.0), 0.0
    for chosen in (chosen for size in (1, 2, 3) for chosen in combinations(range(3), size)):
        solution = _solve([[matrix[i][j] for j in chosen] for i in chosen], [vector[i] for i in chosen])
        gain = sum(vector[i] * above for i, above in zip(chosen, solution, strict=True))
        if min(solution) >= 0 and gain > most:
            best, most = dict(zip(chosen, solution, strict=True)), gain
    return (LEAST + best.get(0, 0.0), LEAST + best.get(1, 0.0), LEAST + best.get(2, 0.0))


def _solve(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    """Eliminate; the matrix is symmetric and positive definite."""
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    for pivot, pivot_row in enumerate(rows):
        pivot_row[:] = [value / pivot_row[pivot] for value in pivot_row]
        for row in rows:
            if row is not pivot_row:
                row[:] = [value - row[pivot] * above for value, above in zip(row, pivot_row, strict=True)]
    return [row[-1] for row in rows]
