import math
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.presets import published_experiments
from fmnist_tui.lab.experiments.seeds import seed_blocks
from fmnist_tui.lab.fields.results import TEST_ACCURACY, published_figures
from fmnist_tui.lab.figures import scale_of, unscaled
from fmnist_tui.lab.language.catalogue import translated
from fmnist_tui.lab.language.phrases import enumerated
from fmnist_tui.lab.layers import has_penalty
from fmnist_tui.lab.parameters import spoken
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.dataset import FASHION_MNIST, DatasetName, facts_of, is_other, options_of, title_of
from fmnist_tui.lab.records.recipe import HYPERPARAMETERS, OPTIMIZERS, Hyperparameters
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.lab.report import wording
from fmnist_tui.lab.report.result_tables import escape, name_of
from fmnist_tui.lab.report.study import Content, Study


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


def data(content: Content) -> Iterator[str]:
    training = usual(content.trained)
    for study in content.studies:
        facts = facts_of(study.dataset)
        yield translated(wording.DATA_TEXT).format(
            data=_source(study.dataset),
            images=facts.train,
            test_images=facts.test,
            classes=", ".join(escape(facts.classes.said(label)) for label in range(len(facts.classes.names))),
            split=_split(training, facts.train),
        )


def _source(dataset: DatasetName) -> str:
    if not is_other(dataset):
        return translated(wording.FASHION_MNIST if dataset == FASHION_MNIST else wording.SYNTHETIC_GARMENTS)
    sums = ", ".join(f"`{file}` {md5}" for file, md5 in facts_of(dataset).sums)
    return translated(wording.OTHER_DATA).format(name=escape(title_of(dataset)), sums=sums)


def _split(training: Hyperparameters, images: int) -> str:
    if not training.validation_fraction:
        return translated(wording.NO_SPLIT).format(images=images)
    held_out = math.ceil(images * training.validation_fraction)  # as train_test_split rounds
    return translated(wording.SPLIT).format(
        trained=images - held_out,
        held_out=held_out,
        fraction=training.validation_fraction,
        seed=training.split_seed,
    )


def protocol(groups: Sequence[Group]) -> str:
    return bullets(_protocol(groups))


def _protocol(groups: Sequence[Group]) -> Iterator[str]:
    training = usual(groups)
    yield translated(wording.NETWORK)
    yield translated(wording.TRAINED_WITH_STOPPING if training.early_stopping else wording.TRAINED_WITH).format(
        optimizer=training.optimizer,
        rate=training.learning_rate,
        batch=training.batch_size,
        epochs=wording.count(wording.EPOCHS, training.epochs),
        patience=wording.count(wording.EPOCHS_IN_A_ROW, training.early_stopping),
    )
    yield translated(wording.SEED)
    if training.validation_fraction:
        yield translated(wording.CHOICE_RULE)
    yield translated(wording.TEST)
    if names := exceptions(groups, training):
        yield translated(wording.EXCEPTIONS).format(names=enumerated([translated(spoken(name)) for name in names]))


def bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def reading(content: Content) -> str:
    return bullets(_reading(content))


def _reading(content: Content) -> Iterator[str]:
    groups = content.trained
    counts = [len(group.finished) for group in groups]
    yield translated(wording.ORDER)
    yield translated(wording.ACCURACY_AND_LOSS)
    if any(has_penalty(layer) for group in groups for layer in group.recipe.architecture.layers):
        yield translated(wording.PENALTY)
    if max(counts) > 1:
        yield translated(wording.PLUS_MINUS)
    if min(counts) == 1:
        yield translated(wording.NO_ERROR_BAR)
    if any(sum(run.status == "finished" for run in group.runs) > len(group.finished) for group in groups):
        yield translated(wording.TWICE)
    for study in content.studies:
        if study.reference and study.to_reference:
            among = next(iter(study.to_reference.values())).among
            yield translated(wording.VERDICTS).format(
                name=name_of(study.reference), comparisons=wording.count(wording.COMPARISONS, among)
            )
    if any(published_figures(group) for group in groups):
        yield translated(wording.PUBLISHED).format(
            source=translated(wording.BY_LAB_REPORT if cites_lab_report(groups) else wording.BY_OTHERS)
        )
    yield translated(wording.SECONDS)


_LONGEST_COMMAND = 10_000
"""Commands may name many experiments; a shortened one would do something else."""

_USUAL = Hyperparameters()

_OPTIONS = tuple(name for name in HYPERPARAMETERS if name != "learning_rate")
"""Options of `fmnist-tui train`; the learning rate is separate, as its default depends on the optimizer."""


def reproduction(content: Content) -> Iterator[str]:
    yield translated(wording.REPRODUCTION_TEXT)
    lines = [(line, f"{number}") for study in content.studies for number, line in _training(study)]
    lines.append((visible(content.command, _LONGEST_COMMAND), translated(wording.THIS_REPORT)))
    width = max(len(line) for line, _ in lines if len(line) <= 90 or line == lines[-1][0])
    yield "\n".join(("```sh", *(f"{line:{width}}  # {comment}" for line, comment in lines), "```"))
    planned = [group for group in content.trained if group.plan]
    if planned:
        yield translated(wording.LAB_REPORT_PLANS if _from_lab_report(planned) else wording.PLANS)
    yield translated(wording.SAME_FIGURES)


def _training(study: Study) -> Iterator[tuple[int, str]]:
    for group in study.groups:
        for line in train_commands(group):
            yield study.number(group), line


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
    words += map(shlex.quote, options_of(group.recipe.dataset))
    for block in seed_blocks(run.seed for run in group.finished):
        repeats = f" --repeats {len(block)}" if len(block) > 1 else ""
        yield f"{' '.join(words)} --seed {block[0]}{repeats}"


def train_command(run: Run) -> str:
    """Return the command that trains a run again."""
    return next(iter(train_commands(Group(run.experiment, run.recipe, (replace(run, status="finished"),)))))
