from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from fmnist_tui.lab.experiments.groups import Group, plans_on_one_dataset
from fmnist_tui.lab.experiments.seeds import seeds_text
from fmnist_tui.lab.fields.field import NOTHING
from fmnist_tui.lab.fields.results import published_figures
from fmnist_tui.lab.plain_text import counted, plural
from fmnist_tui.lab.records.run import Environment
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.lab.report.figures import Key, key
from fmnist_tui.lab.report.protocol import (
    TITLES,
    cites_lab_report,
    datasets,
    exceptions,
    protocol,
    reading,
    reproduction,
    usual,
)
from fmnist_tui.lab.report.result_tables import escape, name_of, results_table, table

_TITLE = "# Neural networks on Fashion-MNIST"
_SYNTHETIC_TITLE = "# Neural networks on synthetic garments, not on Fashion-MNIST"

SYNTHETIC_WARNING = (
    "> **Synthetic data.** {extent} on garments that fmnist-tui draws itself, because Fashion-MNIST was missing "
    "or not asked for. They say nothing about Fashion-MNIST and must not be compared with published figures."
)

_DATA_REFERENCE = (
    "Xiao, H., Rasul, K. and Vollgraf, R. (2017). *Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine "
    "Learning Algorithms*. arXiv:1708.07747. The data: Zalando SE, MIT licence, "
    "<https://github.com/zalandoresearch/fashion-mnist>."
)
_LAB_REPORT_REFERENCE = (
    "Pacheco Valdez, D. (2024). *Fashion MNIST y Arquitecturas de Red*. Laboratory report, "
    "Universidad Iberoamericana de Puebla. The published figures are its own."
)
_OTHERS = "other experiments"


def report(groups: Sequence[Group], *, figures: Mapping[Key, str], command: str, generated: datetime) -> str:
    """Return the report; `figures` are the groups' figures by relative path, names and notes may hold any text."""
    trained = tuple(group for group in groups if group.finished)
    parts = [
        _title(trained or groups),
        _summary(groups, trained, generated),
        *_warning(trained or groups),
        *(("## Protocol", protocol(trained), "## How to read the tables", reading(trained)) if trained else ()),
        *_results(trained),
        *_curves(trained, figures),
        *_unfinished(groups),
        *_still_to_train(groups),
        *_environment(trained),
        *_reproduction(trained, command),
        "## References",
        _references(groups),
    ]
    return "\n\n".join(parts) + "\n"


def is_report(text: str) -> bool:
    return text.startswith(tuple(f"{title}\n\nWritten " for title in (_TITLE, _SYNTHETIC_TITLE)))


def _title(groups: Sequence[Group]) -> str:
    return _SYNTHETIC_TITLE if datasets(groups) == ("synthetic",) else _TITLE


def _summary(groups: Sequence[Group], trained: Sequence[Group], generated: datetime) -> str:
    runs = [run for group in trained for run in group.finished]
    written = f"Written {generated:%Y-%m-%d %H:%M %Z}".rstrip()
    if not runs:
        return f"{written}. No run has finished yet."
    days = sorted(f"{run.started:%Y-%m-%d}" for run in runs)
    when = f"on {days[0]}" if days[0] == days[-1] else f"between {days[0]} and {days[-1]}"
    lost = sum(run.status != "finished" for group in groups for run in group.runs)
    others = f"; {counted(lost, 'run')} did not finish" if lost else ""
    extent = f"{counted(len(trained), 'experiment')} with {counted(len(runs), 'finished run')}"
    return f"{written}: {extent}, trained {when}{others}."


def _warning(groups: Sequence[Group]) -> Iterator[str]:
    found = datasets(groups)
    if "synthetic" in found:
        some = "Some of the results, in tables of their own, are"
        yield SYNTHETIC_WARNING.format(extent="All the results are" if len(found) == 1 else some)


def _results(trained: Sequence[Group]) -> Iterator[str]:
    found = datasets(trained)
    for dataset in found:
        yield "## Results" if found == ("fashion-mnist",) else f"## Results on {TITLES[dataset]}"
        members = [group for group in trained if group.recipe.dataset == dataset]
        compared = any(published_figures(group) for group in members)
        sections = _sections(members)
        for heading, section in sections.items():
            if len(sections) > 1 or heading != _OTHERS:
                yield f"### {heading}"
            yield results_table(section, hyperparameters=exceptions(section, usual(trained)), published=compared)


def _sections(groups: Sequence[Group]) -> dict[str, list[Group]]:
    sections: dict[str, list[Group]] = {}
    for group in groups:
        heading = escape(group.plan.section or "") if group.plan else ""
        sections.setdefault(heading or _OTHERS, []).append(group)
    if _OTHERS in sections:
        sections[_OTHERS] = sections.pop(_OTHERS)
    return sections


def _curves(trained: Sequence[Group], figures: Mapping[Key, str]) -> Iterator[str]:
    drawn = [(group, figures[key(group)]) for group in trained if key(group) in figures]
    if not drawn:
        return
    yield "## Curves"
    repeated = any(len(group.finished) > 1 for group, _ in drawn)
    thin = " Thin lines are the runs, thick ones their mean." if repeated else ""
    yield f"Accuracy and loss, epoch by epoch, of training (solid) and validation (dashed).{thin}"
    for group, path in drawn:
        name = name_of(group)
        seeds = seeds_text(run.seed for run in group.finished)
        data = "" if len(datasets(trained)) == 1 else f" on {TITLES[group.recipe.dataset]}"
        yield f"**{name}** (`{shorthand(group.recipe.architecture)}`){data}, seed{plural(len(group.finished))} {seeds}"
        yield f"![Accuracy and loss of {name}]({quote(path, errors='surrogateescape')})"


def _unfinished(groups: Sequence[Group]) -> Iterator[str]:
    rows = [
        (
            name_of(group),
            f"`{shorthand(run.recipe.architecture)}`",
            TITLES[run.recipe.dataset],
            str(run.seed),
            run.status,
            f"{run.curves.epochs} of {run.recipe.training.epochs}",
            escape(run.reason) if run.reason else NOTHING,
        )
        for group in groups
        for run in group.runs
        if run.status != "finished"
    ]
    if rows:
        yield "## Runs that did not finish"
        yield "They count in no figure above."
        yield table(("experiment", "architecture", "data", "seed", "status", "epochs", "reason"), rows, right=(3, 5))


def _still_to_train(groups: Sequence[Group]) -> Iterator[str]:
    lines = [
        f"- {name_of(group)} (`{shorthand(group.recipe.architecture)}`): "
        f"{len(missing)} of {counted(group.plan.repeats, 'run')}, seed{plural(len(missing))} {seeds_text(missing)}"
        for group in plans_on_one_dataset(groups)
        if group.plan and (missing := group.missing_seeds())
    ]
    if lines:
        yield "## Still to train"
        yield "\n".join(lines)


def _environment(trained: Sequence[Group]) -> Iterator[str]:
    counts = Counter(run.environment for group in trained for run in group.finished)
    rows = [(*_versions(environment), str(count)) for environment, count in counts.items()]
    if rows:
        yield "## Environment"
        yield table(("Python", "TensorFlow", "Keras", "fmnist-tui", "machine", "runs"), rows, right=(5,))


def _versions(environment: Environment | None) -> tuple[str, ...]:
    if environment is None:
        return (NOTHING, NOTHING, NOTHING, NOTHING, "not recorded")
    known = (environment.python, environment.tensorflow, environment.keras, environment.fmnist_tui, environment.machine)
    return tuple(escape(each) or NOTHING for each in known)


def _reproduction(trained: Sequence[Group], command: str) -> Iterator[str]:
    if trained:
        yield "## How to reproduce this"
        yield reproduction(trained, command)
        yield (
            "On the same machine, with the same versions, the same seed gives the same figures; elsewhere they differ "
            "by some of the noise between seeds. `fmnist-tui code NAME` prints a script that does the same training "
            "with Keras alone; its random draws are its own, so its figures differ in the same way."
        )


def _references(groups: Sequence[Group]) -> str:
    references = [_DATA_REFERENCE]
    if cites_lab_report(groups):
        references.append(_LAB_REPORT_REFERENCE)
    return "\n".join(f"- {reference}" for reference in references)
