"""Seconds of an epoch against those of its arithmetic alone: how much of it anything could still save.

    python tests/benchmarks/ceiling.py [SHORTHAND...]

Two compiled loops of as many batches as an epoch trains: one of the matrix products alone, forward and back, of which
nothing is left out but biases, activations, the loss and the images; and one of Adam's steps alone. Batches of 64, real
data; the engine's epoch validates on 12,000 images, the loops do not. Each is timed in turn; prints the medians, the
sum of the loops as a share of the epoch, and the arithmetic of the products a second, beside that of one large product.
"""

import sys
from collections.abc import Callable
from itertools import pairwise

from peers import Side, in_turn
from the_script import Clock, Script, widths_of
from trainings import seconds

from fmnist_tui.engine.environment import machine
from fmnist_tui.engine.tensorflow import tf
from fmnist_tui.engine.training.compiled import PreparedRecipe
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.shorthand import parse

BATCHES, BATCH = 750, 64
ROUNDS = 7
LARGE = 4_096
"""Rows and columns of a product that keeps every core as busy as products can."""

Work = Callable[[], object]


def main(shorthands: list[str]) -> None:
    script = Script()
    print(f"{machine()}; medians of {ROUNDS} rounds; one product of {LARGE:,} rows: {large() / 1e9:.0f} GFlop/s")
    print(f"{'hidden':<12} {'epoch':>7} {'products':>9} {'Adam':>7} {'both ÷ epoch':>13} {'products':>16}")
    for shorthand in shorthands:
        widths = (784, *widths_of(shorthand), 10)
        works = {"epoch": epoch(script, shorthand), "products": products(widths), "adam": adam(widths)}
        times = in_turn({name: timed(work) for name, work in works.items()}, ROUNDS)
        whole, multiplying, stepping = times.values()
        print(
            f"{shorthand:<12} {whole:>7.3f} {multiplying:>9.3f} {stepping:>7.3f} "
            f"{(multiplying + stepping) / whole:>13.2f} {operations(widths) / multiplying / 1e9:>8.0f} GFlop/s",
            flush=True,
        )


def epoch(script: Script, shorthand: str) -> Work:
    """Return an epoch as the engine trains it, after one that compiles."""
    recipe = Recipe(parse(shorthand))
    prepared = PreparedRecipe(recipe, script.data)
    last = recipe.training.epochs - 1
    prepared.fit(0, [Clock()])
    return lambda: prepared.fit(0, [Clock()], initial_epoch=last)


def operations(widths: tuple[int, ...]) -> int:
    """Return the additions and multiplications of the products of an epoch; nothing goes back into the images."""
    kernels = [one * other for one, other in pairwise(widths)]
    return 2 * BATCHES * BATCH * (3 * sum(kernels) - kernels[0])


def large() -> float:
    """Return the additions and multiplications a second of one large product."""
    square = tf.random.normal((LARGE, LARGE))

    def multiply() -> object:
        return tf.matmul(square, square)[0, 0].numpy()

    times = in_turn({"large": timed(multiply)}, ROUNDS)
    return 2 * LARGE**3 / times["large"]


def timed(work: Work) -> Side:
    """Return a side that takes as long as some work."""
    return lambda _: seconds(work)


def products(widths: tuple[int, ...], batch: int = BATCH) -> Work:
    """Return the matrix products of an epoch; each kernel moves by a trace of its gradient, lest any be left out."""
    kernels = [tf.random.normal(shape) for shape in pairwise(widths)]
    images = tf.random.normal((batch, widths[0]))

    def step(number: tf.Tensor, *kernels: tf.Tensor) -> tuple[tf.Tensor, ...]:
        outputs = [images]
        for kernel in kernels:
            outputs.append(outputs[-1] @ kernel)
        back, moved = outputs[-1], []
        for output, kernel in zip(reversed(outputs[:-1]), reversed(kernels), strict=True):
            moved.append(kernel + 1e-9 * tf.matmul(output, back, transpose_a=True))
            back = tf.matmul(back, kernel, transpose_b=True)
        return (number + 1, *reversed(moved))

    return repeated(step, kernels, BATCHES * BATCH // batch)


def adam(widths: tuple[int, ...]) -> Work:
    """Return Adam's steps of an epoch, over each kernel and bias as a vector."""
    sizes = [size for one, other in pairwise(widths) for size in (one * other, other)]
    start = [tf.abs(tf.random.normal((size,))) for size in sizes for _ in range(3)]

    def step(number: tf.Tensor, *state: tf.Tensor) -> tuple[tf.Tensor, ...]:
        steps = tf.cast(number + 1, tf.float32)
        rate = 0.001 * tf.sqrt(1 - 0.999**steps) / (1 - 0.9**steps)
        moved = []
        for weights, mean, square in zip(state[::3], state[1::3], state[2::3], strict=True):
            gradient = 0.01 * weights
            first = mean + (gradient - mean) * 0.1
            second = square + (gradient**2 - square) * 0.001
            moved += [weights - rate * first / (tf.sqrt(second) + 1e-7), first, second]
        return (number + 1, *moved)

    return repeated(step, start)


def repeated(step: Callable[..., tuple[tf.Tensor, ...]], start: list[tf.Tensor], batches: int = BATCHES) -> Work:
    """Return a step taken as often as an epoch has batches, in a compiled loop."""

    @tf.function(jit_compile=True, autograph=False)  # type: ignore[untyped-decorator]
    def loop(*state: tf.Tensor) -> tf.Tensor:
        begun = (tf.constant(0), *state)
        ended = tf.while_loop(lambda number, *_: number < batches, step, begun, parallel_iterations=1)
        return tf.add_n([tf.reduce_sum(each) for each in ended[1:]])

    return lambda: loop(*start).numpy()


if __name__ == "__main__":
    main(sys.argv[1:] or ["16", "64-32-16", "512"])
