"""What a training will take, estimated without TensorFlow: memory, arithmetic, and seconds an epoch.

The time is learned from runs that this machine has finished. A training is taken to cost

    seconds = start + epochs · (layer steps · a + work · b)

where *layer steps* counts each layer once a step of the optimizer, *work* is the arithmetic of an epoch
in multiply-adds, and start, a and b are the machine's own, all of them above 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import ceil, inf, prod
from statistics import median

from fmnist_tui.lab.layers import CLASSES, Shape
from fmnist_tui.lab.records.architecture import INPUT_SHAPE, Architecture
from fmnist_tui.lab.records.recipe import IMAGES, Recipe
from fmnist_tui.lab.records.run import Run

FLOAT = 4
"""Bytes of a number that TensorFlow computes with."""

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
"""Numbers that each optimizer keeps beside each weight, as Keras builds it."""

OUTPUT_WORK = 150
"""What one value put out by a layer costs, in multiply-adds: it is written, activated and read back."""

UPDATE_WORK = 200
"""What one weight costs at each step, in multiply-adds: its gradient and its optimizer's slots pass through memory."""

BACKWARD = 3
"""What an image costs in training, in passes forward: one forward and twice as much back."""


def memory_bytes(recipe: Recipe) -> int:
    """Return a lower estimate of the peak of a training, in bytes; ArchitectureError where it cannot be built.

    Counted are weights and optimizer slots twice (the network's, and beside them the vectors that a loop
    of batches works on), and for a batch what each layer puts out, once forward and once for the way
    back. Not counted are gradients, TensorFlow itself and the images.
    """
    architecture = recipe.architecture
    kept = architecture.parameters + SLOTS[recipe.training.optimizer] * _trainable(architecture)
    batch = min(recipe.training.batch_size, training_images(recipe))
    return 2 * FLOAT * (kept + batch * sum(output_sizes(architecture)))


def output_sizes(architecture: Architecture) -> tuple[int, ...]:
    """Return how many numbers the input and each layer that computes put out for one image.

    What comes after a layer that cannot work is left out.
    """
    *hidden, output = architecture.stages()
    stages = zip(architecture.layers, hidden, strict=True)
    computing = (*(stage for layer, stage in stages if layer.computes), output)
    return (prod(INPUT_SHAPE), *(prod(stage.shape) for stage in computing if stage.shape))


def multiply_adds(architecture: Architecture) -> int:
    """Return the multiply-adds of dense and convolution layers for one image forward, output included.

    A dense layer takes inputs · units, a convolution height' · width' · kernel² · channels · filters,
    zeros of its padding included. ArchitectureError where the network cannot be built.
    """
    architecture.check()
    *inputs, last, _ = _shapes(architecture)
    hidden = sum(layer.multiply_adds(shape) for layer, shape in zip(architecture.layers, (*inputs, last), strict=False))
    return hidden + last[-1] * CLASSES


def training_images(recipe: Recipe) -> int:
    """Return how many images are trained on: what `train_test_split` leaves of the dataset's."""
    images, _ = IMAGES[recipe.dataset]
    return images - ceil(recipe.training.validation_fraction * images)


def _trainable(architecture: Architecture) -> int:
    inputs = zip(architecture.layers, _shapes(architecture), strict=False)
    return architecture.parameters - sum(layer.untrained_parameters(shape) for layer, shape in inputs)


def _shapes(architecture: Architecture) -> list[Shape]:
    return [INPUT_SHAPE, *(stage.shape or () for stage in architecture.stages())]


@dataclass(frozen=True, slots=True)
class Load:
    """What one epoch of a recipe asks of a machine."""

    layer_steps: int
    """Steps of the optimizer times layers that compute, output included."""
    work: int
    """Its arithmetic, in multiply-adds."""


@lru_cache(maxsize=4096)
def epoch_load(recipe: Recipe) -> Load:
    """Return what one epoch asks, validation included; ArchitectureError where the network cannot be built."""
    architecture = recipe.architecture
    images, _ = IMAGES[recipe.dataset]
    trained = training_images(recipe)
    steps = ceil(trained / recipe.training.batch_size)
    _, *outputs = output_sizes(architecture)
    an_image = multiply_adds(architecture) + OUTPUT_WORK * sum(outputs)
    passes = BACKWARD * trained + (images - trained)
    return Load(steps * len(outputs), passes * an_image + UPDATE_WORK * steps * _trainable(architecture))


@dataclass(frozen=True, slots=True)
class Speed:
    """What a machine takes for each part of a training, in seconds."""

    start: float
    """To build, compile and test: once a run."""
    layer_step: float
    """For each layer at each step, however small."""
    multiply_add: float

    def seconds_per_epoch(self, recipe: Recipe) -> float:
        """Return how long an epoch takes; ArchitectureError where the network cannot be built."""
        each = epoch_load(recipe)
        return each.layer_steps * self.layer_step + each.work * self.multiply_add

    def seconds(self, recipe: Recipe, epochs: int) -> float:
        """Return how long a training of that many epochs takes, from building to testing."""
        return self.start + epochs * self.seconds_per_epoch(recipe)


TYPICAL = Speed(start=0.8, layer_step=2.4e-5, multiply_add=2.6e-12)
"""Two cores of a server: what is believed of a machine, up to one factor for its speed, until its runs say more."""

LONGEST = 1e9
"""A run of more seconds than this, thirty years, tells nothing of a machine."""

DOUBT = 0.01
"""The weight of that belief, in runs: runs vary by a tenth, while each part may well be twice what is typical."""

LEAST = 0.05
"""No part is taken to cost less than this much of what is believed, lest noise make an epoch free."""


def learn_speed(runs: Sequence[Run], machine: str | None) -> Speed | None:
    """Return a machine's speed from the finished runs that were trained on it, or None where there are none.

    Bounded least squares on relative errors, so that a run that was paused for long counts for
    little. With one run this is `TYPICAL` times one factor; the more runs and the more they
    differ, the more they alone decide. What was trained beside others, as in a sweep, had but a part
    of the machine: such runs count only where there are no others.
    """
    here = [run for run in runs if run.environment is not None and run.environment.machine == machine]
    finished = [run for run in here if run.status == "finished" and run.curves.epochs and 0 < run.seconds < LONGEST]
    if not finished:
        return None
    shared = _beside_others(here)
    own = [run for run in finished if run.id not in shared] or finished
    pace = median(run.seconds / TYPICAL.seconds(run.recipe, run.curves.epochs) for run in own)
    usual = Speed(pace * TYPICAL.start, pace * TYPICAL.layer_step, pace * TYPICAL.multiply_add)
    start, layer_step, multiply_add = _factors([_shares(run, usual) for run in own])
    return Speed(start * usual.start, layer_step * usual.layer_step, multiply_add * usual.multiply_add)


def _beside_others(runs: Sequence[Run]) -> frozenset[str]:
    """Return the ids of the runs that were surely at work at the same time as another of them.

    A run is recorded with the whole second in which it began: it may have begun up to one later.
    """
    found: set[str] = set()
    last, until = "", -inf
    for run in sorted(runs, key=lambda run: run.started):
        began = run.started.timestamp()
        if began + 1 <= until:
            found |= {last, run.id}
        if began + run.seconds > until:
            last, until = run.id, began + run.seconds
    return frozenset(found)


Three = tuple[float, float, float]
"""A number for each of start, layer step and multiply-add."""


def _shares(run: Run, speed: Speed) -> Three:
    """Return which part of a run's seconds each cost makes up; they sum to 1 where the speed is right."""
    each, epochs = epoch_load(run.recipe), run.curves.epochs
    return (
        speed.start / run.seconds,
        epochs * each.layer_steps * speed.layer_step / run.seconds,
        epochs * each.work * speed.multiply_add / run.seconds,
    )


def _factors(shares: Sequence[Three]) -> Three:
    """Return the factors φ ≥ LEAST that minimize Σ (1 - shares · φ)² + DOUBT · Σ (φ - 1)².

    Above LEAST they are the least of a convex function over what is not negative: its unconstrained least
    over some of the three, the others being 0. Each choice of some is tried.
    """
    matrix = [[sum(row[i] * row[j] for row in shares) + DOUBT * (i == j) for j in range(3)] for i in range(3)]
    vector = [sum(row[i] * (1 - LEAST * sum(row)) for row in shares) + DOUBT * (1 - LEAST) for i in range(3)]
    best, most = dict.fromkeys(range(3), 0.0), 0.0
    for chosen in (chosen for size in (1, 2, 3) for chosen in combinations(range(3), size)):
        solution = _solve([[matrix[i][j] for j in chosen] for i in chosen], [vector[i] for i in chosen])
        gain = sum(vector[i] * above for i, above in zip(chosen, solution, strict=True))
        if min(solution) >= 0 and gain > most:
            best, most = dict(zip(chosen, solution, strict=True)), gain
    return (LEAST + best.get(0, 0.0), LEAST + best.get(1, 0.0), LEAST + best.get(2, 0.0))


def _solve(matrix: Sequence[Sequence[float]], vector: Sequence[float]) -> list[float]:
    """Return x of matrix · x = vector, by elimination; the matrix is symmetric and positive definite."""
    rows = [[*row, value] for row, value in zip(matrix, vector, strict=True)]
    for pivot, pivot_row in enumerate(rows):
        pivot_row[:] = [value / pivot_row[pivot] for value in pivot_row]
        for row in rows:
            if row is not pivot_row:
                row[:] = [value - row[pivot] * above for value, above in zip(row, pivot_row, strict=True)]
    return [row[-1] for row in rows]
