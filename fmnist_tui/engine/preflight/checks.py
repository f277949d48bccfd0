"""What each check found, as a sentence with its numbers and what to do; pure, without TensorFlow."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fmnist_tui.lab.clues.clue import KARPATHY, PLAYBOOK
from fmnist_tui.lab.fields.field import json_value
from fmnist_tui.lab.layers import CLASSES
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.records.dataset import name_of
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
from fmnist_tui.lab.records.shorthand import shorthand

GLOROT = "Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks, AISTATS"

LN_10 = math.log(CLASSES)
"""The cross-entropy of equal probabilities, nats: 2.303."""

FAR = 1.0
"""A first loss this far from ln 10 is not that of a guess, nats; ordinary networks start within 0.7."""

SMALLEST_GRADIENT = 1e-7
"""Root mean square below which a gradient counts as zero: Adam adds as much to its denominator."""

LARGEST_GRADIENT = 100.0
"""Norm from which on a gradient counts as exploding; ordinary networks start below 10."""

NEAR_ZERO = 0.1
"""Nats; the mean probability of the right classes is then about 0.9."""

SMALLEST_FALL = 0.02
"""Nats that the first steps must lower the loss by."""


TITLES = {
    "input-range": "input range",
    "label-range": "label range",
    "class-balance": "class balance",
    "first-loss": "loss at the start",
    "gradients": "gradients",
    "overfit": "one small batch",
    "first-steps": "the first steps",
}
"""What the checks are called on the screen, by their fixed names, in their order."""


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    """Fixed, the same in every language."""
    passed: bool
    sentence: str
    """What was found."""
    advice: str | None
    """What to do, as a sentence; None if it passed."""
    figures: Mapping[str, Any]
    source: str

    @property
    def title(self) -> str:
        return TITLES[self.name]

    def as_json(self) -> dict[str, Any]:
        return {
            "check": self.name,
            "passed": self.passed,
            "sentence": self.sentence,
            "advice": self.advice,
            "figures": json_value(dict(self.figures)),
            "source": self.source,
        }


Show = Callable[[Check], object]
Stop = Callable[[], bool]


class Stopped(Exception):
    """The user left before everything was checked."""


@dataclass(frozen=True, slots=True)
class Preflight:
    recipe: Recipe
    seed: int
    checks: tuple[Check, ...]
    seconds: float

    @property
    def failed(self) -> int:
        return sum(not check.passed for check in self.checks)

    @property
    def summary(self) -> str:
        return f"{len(self.checks) - self.failed} of {len(self.checks)} checks passed in {self.seconds:.1f} s"

    def as_json(self) -> dict[str, Any]:
        return described(self.recipe, self.seed) | {
            "passed": not self.failed,
            "seconds": round(self.seconds, 3),
            "checks": [check.as_json() for check in self.checks],
        }


def described(recipe: Recipe, seed: int) -> dict[str, Any]:
    """Return what the JSON of a preflight says of its recipe."""
    training = recipe.training
    return {
        "architecture": shorthand(recipe.architecture),
        "parameters": recipe.architecture.parameters,
        "dataset": name_of(recipe.dataset),
        "seed": seed,
        "optimizer": training.optimizer,
        "learning_rate": training.learning_rate,
        "batch_size": training.batch_size,
    }


@dataclass(frozen=True, slots=True)
class LayerGradient:
    layer: str
    norm: float
    root_mean_square: float


def input_check(lowest: float, highest: float, average: float, sd: float) -> Check:
    """Check the network's input over all training images: within 0 to 1, and not all equal."""
    within = 0 <= lowest < highest <= 1
    passed = within and highest - lowest > 0.5 and sd > 0.01
    return Check(
        "input-range",
        passed,
        f"The network gets values from {lowest:.3g} to {highest:.3g}, mean {average:.3f}, sd {sd:.3f}.",
        None
        if passed
        else "They should fill 0 to 1 and differ from each other: check the data files with `fmnist-tui data`.",
        {"lowest": lowest, "highest": highest, "mean": average, "sd": sd},
        f"{KARPATHY} (visualize just before the net)",
    )


def labels_check(lowest: int, highest: int, classes: int) -> Check:
    passed = (lowest, highest, classes) == (0, CLASSES - 1, CLASSES)
    return Check(
        "label-range",
        passed,
        f"The labels go from {lowest} to {highest}, {classes} different ones.",
        None
        if passed
        else f"They should be the integers 0 to {CLASSES - 1}: check the data files with `fmnist-tui data`.",
        {"lowest": lowest, "highest": highest, "classes": classes},
        f"{KARPATHY} (become one with the data)",
    )


def balance_check(counts: Sequence[int]) -> Check:
    """Check that each class has between half and twice its equal share of the images that are trained on."""
    share = sum(counts) / len(counts)
    passed = min(counts) >= share / 2 and max(counts) <= 2 * share
    return Check(
        "class-balance",
        passed,
        f"Of {sum(counts):,} images to train on, the classes have {min(counts):,} to {max(counts):,} each; "
        f"equal shares are {share:,.0f}.",
        None
        if passed
        else "Some class is rare or frequent: the accuracy then says little. Use another split seed, hold out fewer "
        "images, or check the data files with `fmnist-tui data`.",
        {"counts": list(counts), "equal_share": share},
        f"{KARPATHY} (look for data imbalances)",
    )


def first_loss_check(loss: float, images: int) -> Check:
    """Check the cross-entropy before the first step against that of equal probabilities.

    Args:
        loss: nats, without penalties on weights.
        images: over how many images it is a mean.
    """
    passed = abs(loss - LN_10) < FAR
    return Check(
        "first-loss",
        passed,
        f"Before the first step the loss is {_number(loss)}, over {images:,} images; equal probabilities give "
        f"ln 10 = {LN_10:.3f}.",
        None
        if passed
        else "The network starts with strong opinions: its outputs are too large. Put a normalization before the "
        "output, or use fewer units or an activation with bounded outputs, such as tanh.",
        {"loss": loss, "ln_10": LN_10, "images": images},
        f"{KARPATHY} (verify loss @ init)",
    )


def gradients_check(gradients: Sequence[LayerGradient], images: int) -> Check:
    """Check the gradients of the first batch, a layer with weights each, input to output."""
    without = [each for each in gradients if each.root_mean_square < SMALLEST_GRADIENT]
    exploding = [each for each in gradients if not each.norm <= LARGEST_GRADIENT]
    norms = [each.norm for each in gradients]
    advice = None
    if exploding:
        advice = f"They explode in {_named(exploding)}. Put a normalization between the layers, or use fewer of them."
    elif without:
        advice = (
            f"Almost none arrives at {_named(without)}, which will not learn. Use fewer layers, wider ones, relu or "
            "gelu instead of sigmoid, or a normalization between them; or try another seed."
        )
    spread = (
        f"its norm is {_number(norms[0])}"
        if len(norms) == 1
        else f"their norms go from {_number(min(norms))} to {_number(max(norms))}"
        if all(map(math.isfinite, norms))
        else "some are not finite"
    )
    return Check(
        "gradients",
        advice is None,
        f"In the first batch of {counted(images, 'image')}, gradients reach {len(gradients) - len(without)} of "
        f"{counted(len(gradients), 'layer')} with weights; {spread}.",
        advice,
        {
            "layers": [
                {"layer": each.layer, "norm": each.norm, "root_mean_square": each.root_mean_square}
                for each in gradients
            ],
            "images": images,
        },
        f"{GLOROT}; {PLAYBOOK} (log the L2 norm of the gradient)",
    )


def overfit_check(images: int, steps: int, loss: float, right: int) -> Check:
    """Check that a few images could be learnt by heart.

    Args:
        images: how many, of different classes.
        steps: how many were made.
        loss: cross-entropy of the last step, nats.
        right: how many images are right afterwards.
    """
    passed = loss < NEAR_ZERO and right == images
    return Check(
        "overfit",
        passed,
        f"{counted(images, 'image')}, one of each class, {'are' if passed else 'should be'} learnt by heart: loss "
        f"{_number(loss)} after {counted(steps, 'step')}, {right} of {images} right.",
        None
        if passed
        else "The loss should come near 0. The network is too narrow or too deep: widen its narrowest layer to "
        f"{CLASSES} units or more, or use fewer layers.",
        {"images": images, "steps": steps, "loss": loss, "right": right},
        f"{KARPATHY} (overfit one batch)",
    )


def first_steps_check(
    losses: Sequence[float], before: float, after: float, error: float, images: int, training: Hyperparameters
) -> Check:
    """Check that the first steps of the training itself lower the loss.

    Args:
        losses: of the steps.
        before: cross-entropy of some images before the first step, as in training, nats.
        after: the same after the last.
        error: standard error of their difference over those images.
        images: how many.
        training: the recipe's.
    """
    finite = all(map(math.isfinite, (*losses, after)))
    passed = finite and before - after > max(SMALLEST_FALL, 2 * error)
    how = f"with {training.optimizer} {training.learning_rate:g} and batches of {training.batch_size:,}"
    lower = f"try {max(1e-7, training.learning_rate / 10):g}, or look for one with the learning-rate test"
    if not finite:
        step = next((place for place, loss in enumerate(losses, 1) if not math.isfinite(loss)), len(losses))
        sentence = f"The loss is no longer finite after {counted(step, 'step')} {how}."
        advice = f"The learning rate is too high: {lower}."
    else:
        sentence = (
            f"{counted(len(losses), 'step')} {how} change the loss over {counted(images, 'image')} from "
            f"{_number(before)} to {_number(after)}."
        )
        advice = (
            f"It rises, so the learning rate is too high: {lower}."
            if after > before
            else "It hardly moves: raise the learning rate, unless a check above says what is wrong."
        )
    return Check(
        "first-steps",
        passed,
        sentence,
        None if passed else advice,
        {"before": before, "after": after, "error": error, "steps": len(losses), "images": images},
        f"{KARPATHY} (verify decreasing training loss); {PLAYBOOK} (identifying unstable workloads)",
    )


def _named(gradients: Sequence[LayerGradient]) -> str:
    names = [each.layer for each in gradients]
    return ", ".join(names) if len(names) < 4 else f"{names[0]} and {len(names) - 1} other layers"


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 0.01 or abs(value) >= 1000 else f"{value:.3f}"
