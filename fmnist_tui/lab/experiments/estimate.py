"""Estimate the memory and time of a training: seconds = start + epochs · (layer steps · a + work · b).

*Layer steps* counts each layer once per optimizer step, *work* is the multiply-adds of an epoch; start, a and b
are learned from finished runs on the same machine.
"""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from itertools import combinations
from math import ceil, inf, prod
from statistics import median

from fmnist_tui.lab.layers import CLASSES, Shape
from fmnist_tui.lab.records.architecture import INPUT_SHAPE, Architecture
from fmnist_tui.lab.records.dataset import facts_of
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run

FLOAT = 4
"""Bytes per float32 number."""

SLOTS = {
    "adam": 2,
    "adamw": 2,
    "nadam": 2,
    "adamax": 2,
    "rmsprop": 1,
    "adagrad": 1,
    "lion": 1,
    "sgd": 0,
    "momentum": 1,
    "nesterov": 1,
}
"""Numbers that each Keras optimizer stores per trainable weight."""

OUTPUT_WORK = 150
"""Multiply-adds per layer output value: writing, activating and reading it."""

UPDATE_WORK = 200
"""Multiply-adds per weight update: gradient and optimizer slots pass through memory."""

BACKWARD = 3
"""Forward passes per training image: one forward, two for the gradient."""


def memory_bytes(recipe: Recipe) -> int:
    """Return a lower estimate of a training's peak memory; ArchitectureError if the network cannot be built.

    Counts weights and optimizer slots twice (the network's and the batch loop's flat vectors) and layer outputs
    twice (forward and backward); not gradients, TensorFlow or the images.
    """
    architecture = recipe.architecture
    kept = architecture.parameters + SLOTS[recipe.training.optimizer] * _trainable(architecture)
    batch = min(recipe.training.batch_size, training_images(recipe))
    return 2 * FLOAT * (kept + batch * sum(output_sizes(architecture)))


def output_sizes(architecture: Architecture) -> tuple[int, ...]:
    """Return the sizes of the input and of each computing layer's output, up to the first invalid layer."""
    *hidden, output = architecture.stages()
    stages = zip(architecture.layers, hidden, strict=True)
    computing = (*(stage for layer, stage in stages if layer.computes), output)
    return (prod(INPUT_SHAPE), *(prod(stage.shape) for stage in computing if stage.shape))


def multiply_adds(architecture: Architecture) -> int:
    """Return those for one image forward; ArchitectureError if the network cannot be built."""
    architecture.check()
    *inputs, last, _ = _shapes(architecture)
    hidden = sum(layer.multiply_adds(shape) for layer, shape in zip(architecture.layers, (*inputs, last), strict=False))
    return hidden + last[-1] * CLASSES


def training_images(recipe: Recipe) -> int:
    images = facts_of(recipe.dataset).train
    return images - ceil(recipe.training.validation_fraction * images)


def _trainable(architecture: Architecture) -> int:
    inputs = zip(architecture.layers, _shapes(architecture), strict=False)
    return architecture.parameters - sum(layer.untrained_parameters(shape) for layer, shape in inputs)


def _shapes(architecture: Architecture) -> list[Shape]:
    return [INPUT_SHAPE, *(stage.shape or () for stage in architecture.stages())]


@dataclass(frozen=True, slots=True)
class EpochCost:
    layer_steps: int
    """Optimizer steps times computing layers, output included."""
    work: int
    """Multiply-adds."""


def epoch_cost(recipe: Recipe) -> EpochCost:
    return _epoch_cost(recipe, facts_of(recipe.dataset).train)  # of other data known only once it is loaded


@lru_cache(maxsize=4096)
def _epoch_cost(recipe: Recipe, images: int) -> EpochCost:
    architecture = recipe.architecture
    trained = training_images(recipe)
    steps = ceil(trained / recipe.training.batch_size)
    _, *outputs = output_sizes(architecture)
    an_image = multiply_adds(architecture) + OUTPUT_WORK * sum(outputs)
    passes = BACKWARD * trained + (images - trained)
    return EpochCost(steps * len(outputs), passes * an_image + UPDATE_WORK * steps * _trainable(architecture))


@dataclass(frozen=True, slots=True)
class Speed:
    """Seconds that a machine takes."""

    start: float
    """Building, compiling and testing: once per run."""
    layer_step: float
    """Per layer and optimizer step, whatever its size."""
    multiply_add: float

    def seconds_per_epoch(self, recipe: Recipe) -> float:
        each = epoch_cost(recipe)
        return each.layer_steps * self.layer_step + each.work * self.multiply_add

    def seconds(self, recipe: Recipe, epochs: int) -> float:
        return self.start + epochs * self.seconds_per_epoch(recipe)

    def times(self, start: float, layer_step: float, multiply_add: float) -> "Speed":
        return Speed(self.start * start, self.layer_step * layer_step, self.multiply_add * multiply_add)


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of a machine."""

    alone: float
    """What a training takes that has it to itself."""
    beside: float
    """Its share of the time while several run at once: each of two takes twice as long."""


@dataclass(frozen=True, slots=True)
class Speeds:
    alone: Speed
    beside: Speed
    """Of shares of the time, as in `Cost`."""

    def cost(self, recipe: Recipe) -> Cost:
        epochs = recipe.training.epochs
        return Cost(self.alone.seconds(recipe, epochs), self.beside.seconds(recipe, epochs))


TYPICAL = Speed(start=0.8, layer_step=2.4e-5, multiply_add=2.6e-12)
"""Typical speed of two server cores, scaled by one factor for other machines."""

TYPICAL_SPEEDS = Speeds(TYPICAL, TYPICAL.times(0.6, 0.55, 0.9))
"""Small layers leave cores idle, which trainings at once share."""

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
    if not finished:
        return None
    shares = _shares_of_time(here)
    alone = [(run, run.seconds) for run in finished if run.id not in shares]
    beside = [(run, shares[run.id]) for run in finished if shares.get(run.id)]
    usual = TYPICAL_SPEEDS
    one = _fitted(alone, usual.alone) if alone else None
    other = _fitted(beside, usual.beside) if beside else None
    if one is None and other is None:
        return None
    return Speeds(
        one or _as_usual(other, usual.beside, usual.alone), other or _as_usual(one, usual.alone, usual.beside)
    )


def _as_usual(known: Speed | None, usual: Speed, wanted: Speed) -> Speed:
    """Return a speed that is to `wanted` as the known one is to `usual`."""
    assert known is not None
    start, layer_step, multiply_add = (a / b for a, b in zip(astuple(wanted), astuple(usual), strict=True))
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
    usual = typical.times(pace, pace, pace)
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
