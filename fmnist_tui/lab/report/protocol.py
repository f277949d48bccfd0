"""How the results were made, and how to reproduce them."""

import math
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.presets import published_experiments
from fmnist_tui.lab.experiments.seeds import seed_blocks
from fmnist_tui.lab.fields.results import TEST_ACCURACY, published_figures
from fmnist_tui.lab.figures import fixed, scale_of, unscaled
from fmnist_tui.lab.layers import has_penalty
from fmnist_tui.lab.parameters import spoken
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.records.recipe import HYPERPARAMETERS, IMAGES, OPTIMIZERS, DatasetName, Hyperparameters
from fmnist_tui.lab.records.shorthand import shorthand

TITLES: dict[DatasetName, str] = {"fashion-mnist": "Fashion-MNIST", "synthetic": "the synthetic garments"}

_DATA: dict[DatasetName, str] = {
    "fashion-mnist": "Fashion-MNIST (Xiao, Rasul and Vollgraf, 2017)",
    "synthetic": "synthetic garments that fmnist-tui draws itself, the same on every machine; **not Fashion-MNIST**",
}


def datasets(groups: Sequence[Group]) -> tuple[DatasetName, ...]:
    return tuple(name for name in TITLES if any(group.recipe.dataset == name for group in groups))


def usual(groups: Sequence[Group]) -> Hyperparameters:
    records = [group.recipe.training.as_record() for group in groups]
    counts = {name: Counter(record[name] for record in records) for name in HYPERPARAMETERS}
    return Hyperparameters(**{name: count.most_common(1)[0][0] for name, count in counts.items()})


def exceptions(groups: Sequence[Group], training: Hyperparameters) -> tuple[str, ...]:
    records = [group.recipe.training.as_record() for group in groups]
    expected = training.as_record()
    return tuple(name for name in HYPERPARAMETERS if any(record[name] != expected[name] for record in records))


def cites_lab_report(groups: Sequence[Group]) -> bool:
    printed = {experiment.published for experiment in published_experiments()}
    return any(theirs in printed for group in groups if (theirs := published_figures(group)))


def pooled_sd(groups: Sequence[Group]) -> float | None:
    """Return √(Σ (nᵢ - 1) sᵢ² / Σ (nᵢ - 1)) of test accuracy; None if every group is a single run."""
    spreads = [spread for group in groups if (spread := TEST_ACCURACY.spread(group))]
    freedom = sum(spread.n - 1 for spread in spreads)
    if not freedom:
        return None
    known = [(spread.n - 1, spread.sd) for spread in spreads if spread.sd is not None]
    if not all(math.isfinite(sd) for _, sd in known):
        return math.inf
    scale = scale_of(sd for _, sd in known)
    return unscaled(math.sqrt(sum(weight * math.ldexp(sd, -scale) ** 2 for weight, sd in known) / freedom), scale)


def protocol(groups: Sequence[Group]) -> str:
    return "\n".join(f"- {line}" for line in _protocol(groups))


def _protocol(groups: Sequence[Group]) -> Iterator[str]:
    training = usual(groups)
    for dataset in datasets(groups):
        images, test_images = IMAGES[dataset]
        yield (
            f"**Data:** {_DATA[dataset]}: {images:,} training and {test_images:,} test images "
            "of 28×28 grey levels in ten classes. Pixels are divided by 255."
        )
        yield f"**Split:** {_split(training, images)}"
    yield (
        "**Network:** the image, 28×28×1; the layers that the tables name (a number alone is a dense layer of "
        "that many ReLU units, after flatten); then 10 dense units with softmax."
    )
    yield (
        f"**Training:** sparse categorical cross-entropy; optimizer `{training.optimizer}` at a learning rate of "
        f"{training.learning_rate}, the rest as Keras has it; batches of {training.batch_size:,}; "
        f"{counted(training.epochs, 'epoch')}{_stopping(training.early_stopping)}."
    )
    yield (
        "**Seed:** decides the first weights, what dropout drops and the order of the images. "
        "The runs of an experiment differ in nothing else."
    )
    yield "**Test:** once, at the end, with the weights of the last epoch."
    if names := exceptions(groups, training):
        yield f"**Exceptions:** where an experiment differs in {_spoken_list(names)}, its table has a column for that."


def _split(training: Hyperparameters, images: int) -> str:
    if not training.validation_fraction:
        return f"none; all {images:,} training images are trained on, and there is no validation."
    held_out = math.ceil(images * training.validation_fraction)  # as train_test_split rounds
    return (
        f"{images - held_out:,} of the training images are trained on and {held_out:,} held out "
        f"for validation, by `train_test_split(test_size={training.validation_fraction}, "
        f"random_state={training.split_seed})`."
    )


def _stopping(patience: int) -> str:
    if not patience:
        return ""
    epochs = "an epoch" if patience == 1 else f"{patience:,} epochs in a row"
    return f" at most, fewer after {epochs} without a better validation loss (the patience)"


def _spoken_list(names: Sequence[str]) -> str:
    *others, last = map(spoken, names)
    return f"{', '.join(others)} and {last}" if others else last


def reading(groups: Sequence[Group]) -> str:
    return "\n".join(f"- {line}" for line in _reading(groups))


def _reading(groups: Sequence[Group]) -> Iterator[str]:
    counts = [len(group.finished) for group in groups]
    yield (
        "**Accuracy** is the part of the images put in their right class, **loss** the mean cross-entropy in nats; "
        "both after the last epoch."
    )
    if any(has_penalty(layer) for group in groups for layer in group.recipe.architecture.layers):
        yield (
            "**l2** in a layer is a penalty on its weights, l2 times the sum of their squares, and is in every loss "
            "of that network: compare it with others by accuracy, not by loss."
        )
    if max(counts) > 1:
        yield (
            "**0.8746 ± 0.0021** is the mean and the sample standard deviation over *n* finished runs: "
            "how far one run lies from another, not how sure the mean is."
        )
    if min(counts) == 1:
        yield (
            "**n = 1: no error bar.** A figure without ± is a single run. Another seed would have given another "
            "figure, so a small difference between single runs may be chance."
        )
    if any(sum(run.status == "finished" for run in group.runs) > len(group.finished) for group in groups):
        yield "**A seed that was trained twice** counts once, by its latest run."
    if (sd := pooled_sd(groups)) is not None:
        yield (
            f"**The noise here:** over all experiments with more than one run, test accuracy has a standard "
            f"deviation of {fixed(100 * sd, 2)} percentage points from seed to seed."
        )
    yield (
        "**To choose** between networks, use the validation accuracy: the best of several test accuracies is "
        "partly luck."
    )
    if any(published_figures(group) for group in groups):
        source = "the lab report printed: one run each, no seed given" if cites_lab_report(groups) else "others printed"
        yield (
            f"**Published** figures are what {source}. The difference is our test accuracy minus the published one, "
            "in percentage points."
        )
    yield "**Seconds** are the mean time of a run, on the machines named under Environment."


_LONGEST_COMMAND = 10_000
"""Commands may name many experiments; a shortened one would do something else."""

_USUAL = Hyperparameters()

_OPTIONS = tuple(name for name in HYPERPARAMETERS if name != "learning_rate")
"""Options of `fmnist-tui train`; the learning rate is separate, as its default depends on the optimizer."""


def reproduction(groups: Sequence[Group], command: str) -> str:
    lines = [*_training(groups), (visible(command, _LONGEST_COMMAND), "writes this report")]
    width = max(len(line) for line, _ in lines if len(line) <= 60 or line == lines[-1][0])
    return "\n".join(("```sh", *(f"{line:{width}}  # {comment}" for line, comment in lines), "```"))


def _training(groups: Sequence[Group]) -> Iterator[tuple[str, str]]:
    planned = [group for group in groups if group.plan]
    if planned:
        if _from_lab_report(planned):
            yield "fmnist-tui init", "a new notebook with the lab report's experiments"
        yield "fmnist-tui run", "trains the runs that the plans of the notebook lack"
    for group in groups:
        if not group.plan:
            yield from ((line, "had no plan") for line in train_commands(group))


def _from_lab_report(planned: Iterable[Group]) -> bool:
    known = {(each.name, each.architecture, each.training) for each in published_experiments()}
    return all((group.name, group.recipe.architecture, group.recipe.training) in known for group in planned)


def train_commands(group: Group) -> Iterator[str]:
    training = group.recipe.training
    text = shorthand(group.recipe.architecture)
    words = ["fmnist-tui", "train", text]
    if group.name != text:
        words.append(f"--name={shlex.quote(visible(group.name))}")
    words.extend(
        f"--{name.replace('_', '-')} {value}"
        for name in _OPTIONS
        if (value := getattr(training, name)) != getattr(_USUAL, name)
    )
    if training.learning_rate != OPTIMIZERS[training.optimizer]:
        words.append(f"--learning-rate {training.learning_rate}")
    words.append(f"--dataset {group.recipe.dataset}")
    for block in seed_blocks(run.seed for run in group.finished):
        repeats = f" --repeats {len(block)}" if len(block) > 1 else ""
        yield f"{' '.join(words)} --seed {block[0]}{repeats}"
