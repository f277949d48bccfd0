from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fmnist_tui.lab.experiments.keras_script import keras_script
from fmnist_tui.lab.fields.field import NOTHING
from fmnist_tui.lab.fields.results import TEST_ACCURACY, TEST_LOSS
from fmnist_tui.lab.language.catalogue import LANGUAGES, in_language, translated
from fmnist_tui.lab.records.dataset import FASHION_MNIST, is_other
from fmnist_tui.lab.records.run import Environment
from fmnist_tui.lab.report import wording
from fmnist_tui.lab.report.explained import explanations
from fmnist_tui.lab.report.figures.drawing import ReportFigure
from fmnist_tui.lab.report.findings import about_published, choice, interpretation, limits
from fmnist_tui.lab.report.opening import data_words, question, summary, title, warning, written
from fmnist_tui.lab.report.protocol import (
    bullets,
    cites_lab_report,
    data,
    exceptions,
    protocol,
    reading,
    reproduction,
    usual,
)
from fmnist_tui.lab.report.result_tables import (
    class_table,
    escape,
    mean_words,
    named,
    published_table,
    results_table,
    table,
)
from fmnist_tui.lab.report.study import Content, Study, confusion_of

LINT = "<!-- markdownlint-disable-file MD013 -->"
"""Lines are as long as their paragraph or table; GitHub does not show this comment."""


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    body: str


@dataclass(frozen=True, slots=True)
class PlacedFigure:
    figure: ReportFigure
    source: str
    """Its address in the text, quoted."""


def report(content: Content, figures: Sequence[PlacedFigure]) -> str:
    parts = [head(content), *(f"## {each.heading}\n\n{each.body}" for each in sections(content, figures))]
    if code := script(content):
        parts.append(f"## {translated(wording.SCRIPT)}\n\n{script_text(content)}\n\n```python\n{code.strip()}\n```")
    parts += [*references(content), LINT]
    return "\n\n".join(parts) + "\n"


def is_report(text: str) -> bool:
    """Whether a text starts as a report of this program does, in any language."""
    for language in LANGUAGES:
        with in_language(language):
            titles = [translated(each) for each in (wording.TITLE, wording.SYNTHETIC_TITLE)]
            first_words = [translated(each).partition("{")[0] for each in (wording.WRITTEN, wording.WRITTEN_BY)]
            others = translated(wording.OTHER_TITLE).partition("{")[0]
        if text.startswith(tuple(f"# {each}\n\n{words}" for each in titles for words in first_words)):
            return True
        heading, _, rest = text.partition("\n\n")
        if heading.startswith(f"# {others}") and rest.startswith(tuple(first_words)):
            return True
    return False


def head(content: Content) -> str:
    return "\n\n".join((f"# {title(content)}", written(content), *warning(content)))


def sections(content: Content, figures: Sequence[PlacedFigure]) -> Iterator[Section]:
    """Yield the sections between the title and the script."""
    study = content.main
    if study is None:
        yield Section(
            translated(wording.LIMITS), _paragraphs(limits(content, Study(FASHION_MNIST, (), (), None, False)))
        )
        return
    yield Section(translated(wording.QUESTION), _paragraphs(question(content, study)))
    yield Section(translated(wording.SUMMARY), summary(content, study))
    yield Section(translated(wording.DATA), _paragraphs(data(content)))
    yield Section(translated(wording.PROTOCOL), protocol(content.trained))
    yield Section(translated(wording.EXPLANATIONS), _paragraphs(explanations(content.trained)))
    alone = len(content.studies) == 1
    for each in content.studies:
        heading = translated(wording.RESULTS)
        if not alone or each.dataset != FASHION_MNIST:
            heading = translated(wording.RESULTS_ON).format(data=data_words(each.dataset))
        last = _last_of_results(content, study) if each is content.studies[-1] else ()
        yield Section(heading, _paragraphs((*_results(content, each), *last)))
    yield Section(translated(wording.FIGURES), _paragraphs(_figures(figures)))
    yield Section(translated(wording.INTERPRETATION), _paragraphs(interpretation(content)))
    yield Section(translated(wording.CHOICE), _paragraphs(choice(study)))
    yield Section(translated(wording.LIMITS), _paragraphs(limits(content, study)))
    yield Section(translated(wording.ENVIRONMENT), _environment(content))
    yield Section(translated(wording.REPRODUCTION), _paragraphs(reproduction(content)))


def _paragraphs(parts: Iterable[str]) -> str:
    return "\n\n".join(parts)


def _results(content: Content, study: Study) -> Iterator[str]:
    yield results_table(study, hyperparameters=exceptions(study.groups, usual(content.trained)))
    if compared := published_table(study):
        yield f"### {translated(wording.AGAINST_PUBLISHED)}"
        yield compared
        yield from about_published(study)


def _last_of_results(content: Content, study: Study) -> Iterator[str]:
    chosen = study.chosen
    if chosen is not None and TEST_ACCURACY.spread(chosen):
        yield f"### {translated(wording.CHOSEN_ON_TEST)}"
        yield translated(wording.CHOSEN_ON_TEST_TEXT).format(
            network=named(chosen), accuracy=mean_words(TEST_ACCURACY, chosen), loss=TEST_LOSS.show(chosen, "report")
        )
        confusion = confusion_of(chosen)
        if confusion is not None:
            runs = sum(run.confusion is not None for run in chosen.finished)
            images = sum(map(sum, confusion)) // runs
            yield translated(wording.PER_CLASS).format(images=images, runs=wording.count(wording.RUNS, runs))
            yield class_table(confusion, chosen.recipe.classes)
    yield f"### {translated(wording.READING)}"
    yield reading(content)


def _figures(figures: Sequence[PlacedFigure]) -> Iterator[str]:
    for number, each in enumerate(figures, 1):
        yield f"![{escape(each.figure.alt)}]({each.source})"
        yield translated(wording.FIGURE).format(number=number, caption=each.figure.caption)


def _environment(content: Content) -> str:
    counts = Counter(run.environment for group in content.trained for run in group.finished)
    rows = [(*_versions(environment), str(count)) for environment, count in counts.items()]
    return table([*map(translated, wording.ENVIRONMENT_COLUMNS)], rows, right=(5,))


def _versions(environment: Environment | None) -> tuple[str, ...]:
    if environment is None:
        return (NOTHING, NOTHING, NOTHING, NOTHING, translated(wording.NOT_RECORDED))
    known = (environment.python, environment.tensorflow, environment.keras, environment.fmnist_tui, environment.machine)
    return tuple(escape(each) or NOTHING for each in known)


def script(content: Content) -> str | None:
    """Return None where no network is chosen."""
    chosen = content.main.chosen if content.main else None
    if chosen is None or chosen.recipe.architecture.problem:
        return None
    return keras_script(chosen.recipe, chosen.finished[0].seed, name=chosen.name)


def script_text(content: Content) -> str:
    chosen = content.main.chosen if content.main else None
    return translated(wording.SCRIPT_TEXT).format(seed=chosen.finished[0].seed) if chosen else ""


def references(content: Content) -> Iterator[str]:
    """Yield the section, if anything is cited."""
    other = content.studies and all(is_other(study.dataset) for study in content.studies)
    listed = [] if other else [translated(wording.DATA_REFERENCE)]
    if cites_lab_report(content.groups):
        listed.append(translated(wording.LAB_REPORT_REFERENCE))
    if listed:
        yield f"## {translated(wording.REFERENCES)}\n\n{bullets(listed)}"
