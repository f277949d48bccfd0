"""`preflight`: sanity checks before a training, and a test of learning rates."""

from collections.abc import Iterator
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from fmnist_tui.cli import completion
from fmnist_tui.cli.options import DataOption, DatasetOption, JsonOption, number_option, whole_option
from fmnist_tui.cli.output import holds_all_characters, say, say_json, say_lines, tell
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.records.dataset import AUTO
from fmnist_tui.lab.records.recipe import Recipe, hyperparameters
from fmnist_tui.lab.records.shorthand import parse_buildable

if TYPE_CHECKING:
    from fmnist_tui.engine.preflight.checks import Check
    from fmnist_tui.engine.preflight.rates import RateCurve

NARROWEST, WIDEST = 40, 80
"""Columns that text and chart are fitted to, whatever the terminal says."""

CHART_ROWS = 14


def preflight(
    architecture: Annotated[
        str,
        typer.Argument(
            metavar="ARCH", help="An architecture, such as 64-32-16.", autocompletion=completion.architectures
        ),
    ],
    batch_size: Annotated[int | None, whole_option(help="Images per step. [64]")] = None,
    optimizer: Annotated[
        str | None, typer.Option(help="adam, sgd, rmsprop, … [adam]", autocompletion=completion.optimizers)
    ] = None,
    learning_rate: Annotated[float | None, number_option(help="[the optimizer's own]")] = None,
    validation_fraction: Annotated[float | None, number_option(help="Held out of the training images. [0.2]")] = None,
    split_seed: Annotated[int | None, whole_option(help="random_state of the split. [42]")] = None,
    seed: Annotated[int, whole_option(help="Of the initial weights and the batches.")] = 0,
    rates: Annotated[bool, typer.Option("--rates", help="Instead, test learning rates from 1e-6 to 10.")] = False,
    as_json: JsonOption = False,
    dataset: DatasetOption = AUTO,
    directory: DataOption = None,
) -> None:
    """Check a network in seconds before it is trained: data, first loss, gradients, first steps.

    Nothing is recorded. Exit status 1 where a check fails, each with a sentence that says what to do.

    --rates trains with a learning rate that grows from step to step until the loss runs away, draws the loss, and
    suggests the rate at which it falls fastest (Smith 2017); none where the curve is flat.
    """
    network = parse_buildable(architecture)
    training = hyperparameters(
        optimizer=optimizer,
        learning_rate=learning_rate,
        batch_size=batch_size,
        validation_fraction=validation_fraction,
        split_seed=split_seed,
    )
    if not 0 <= seed < 2**31:
        raise UserError(f"--seed must be from 0 to {2**31 - 1}, not {seed}")

    from fmnist_tui.cli.progress import fetching
    from fmnist_tui.engine.dataset.sources import load

    with fetching() as notify:
        data = load(dataset, directory, notify=notify)
    if data.reason:
        tell(f"checking on SYNTHETIC garments, not Fashion-MNIST: {data.reason}")
    recipe = Recipe(network, training, data.name)

    from fmnist_tui.engine.preflight.checks import described
    from fmnist_tui.engine.preflight.preflight import run_preflight, run_rates

    if rates:
        curve = run_rates(recipe, seed, data)
        if as_json:
            say_json(described(recipe, seed) | curve.as_json())
        else:
            say_lines("".join(f"{line}\n" for line in _chart(curve)))
        return

    def show(check: "Check") -> None:
        if not as_json:
            say_lines("".join(f"{line}\n" for line in _lines(check)))

    found = run_preflight(recipe, seed, data, show=show)
    if as_json:
        say_json(found.as_json())
    else:
        say(found.summary)
    raise typer.Exit(1 if found.failed else 0)


def _width() -> int:
    return min(WIDEST, max(NARROWEST, get_terminal_size().columns))


def _lines(check: "Check") -> Iterator[str]:
    yield f"{'ok  ' if check.passed else 'FAIL'}  {check.title}"
    for text in (check.sentence, check.advice and f"→ {check.advice}", None if check.passed else f"({check.source})"):
        if text:
            yield fill(text, _width(), initial_indent="      ", subsequent_indent="      ", break_on_hyphens=False)


def _chart(curve: "RateCurve") -> Iterator[str]:
    from fmnist_tui.tui.preflight.rate_chart import drawn

    if curve.smoothed:
        lines = drawn(curve, _width(), CHART_ROWS, "braille" if holds_all_characters() else "ascii")
        yield from (line.plain.rstrip() for line in lines)
        yield ""
    yield fill(curve.sentence, _width(), break_on_hyphens=False)
