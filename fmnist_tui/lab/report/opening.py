from collections.abc import Iterator, Sequence

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import NOTHING
from fmnist_tui.lab.fields.results import TEST_ACCURACY, TEST_LOSS, VAL_ACCURACY
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.language.catalogue import day_text, moment_text, translated
from fmnist_tui.lab.language.phrases import enumerated
from fmnist_tui.lab.records.dataset import FASHION_MNIST, SYNTHETIC, DatasetName, in_order, title_of
from fmnist_tui.lab.report import wording
from fmnist_tui.lab.report.hypotheses import MARGIN_POINTS, hypotheses
from fmnist_tui.lab.report.protocol import bullets, pooled_sd
from fmnist_tui.lab.report.result_tables import escape, mean_words, name_of, named
from fmnist_tui.lab.report.study import Content, Study, parameters_of


def title(content: Content) -> str:
    datasets = {study.dataset for study in content.studies} or {group.recipe.dataset for group in content.groups}
    if datasets == {SYNTHETIC}:
        return translated(wording.SYNTHETIC_TITLE)
    if datasets and FASHION_MNIST not in datasets:
        names = [data_words(each) for each in in_order(datasets)]
        return translated(wording.OTHER_TITLE).format(data=enumerated(names))
    return translated(wording.TITLE)


def data_words(dataset: DatasetName) -> str:
    known = wording.DATASETS.get(dataset)
    return translated(known) if known else escape(title_of(dataset))


def written(content: Content) -> str:
    when = moment_text(content.generated)
    author = escape(content.author)
    line = translated(wording.WRITTEN_BY if author else wording.WRITTEN).format(when=when, author=author)
    return f"{line}. {_extent(content)}"


def _extent(content: Content) -> str:
    trained = content.trained
    runs = [run for group in trained for run in group.finished]
    if not runs:
        return translated(wording.NOTHING_FINISHED)
    days = sorted(run.started.date() for run in runs)
    first, last = day_text(days[0]), day_text(days[-1])
    when = translated(wording.ON_DAY if first == last else wording.BETWEEN_DAYS).format(first=first, last=last)
    lost = sum(run.status != "finished" for group in content.groups for run in group.runs)
    return translated(wording.EXTENT_LOST if lost else wording.EXTENT).format(
        experiments=wording.count(wording.EXPERIMENTS, len(trained)),
        runs=wording.count(wording.FINISHED_RUNS, len(runs)),
        days=when,
        lost=wording.count(wording.LOST, lost),
    )


def warning(content: Content) -> Iterator[str]:
    found = {study.dataset for study in content.studies} or {group.recipe.dataset for group in content.groups}
    if SYNTHETIC in found:
        yield f"> {translated(wording.ALL_SYNTHETIC if len(found) == 1 else wording.SOME_SYNTHETIC)}"


def question(content: Content, study: Study) -> Iterator[str]:
    known = {"data": data_words(study.dataset)}
    if len(study.groups) == 1:
        yield translated(wording.QUESTION_OF_ONE).format(**known)
    else:
        yield translated(wording.QUESTION_TEXT).format(
            **known, networks=wording.count(wording.NETWORKS, len(study.groups))
        )
    stated = [*hypotheses(content)]
    if stated:
        yield translated(wording.HYPOTHESES)
        yield bullets(stated)
    else:
        yield translated(wording.NO_HYPOTHESIS)
    sections = _sections([group for group in content.groups if group.finished])
    if len(sections) > 1 or _other() not in sections:
        yield translated(wording.TRIED)
        yield bullets(f"{heading}: {', '.join(map(name_of, groups))}" for heading, groups in sections.items())


def _sections(groups: Sequence[Group]) -> dict[str, list[Group]]:
    """Return groups by the section of their plan, in the order of the notebook, those without one last."""
    sections: dict[str, list[Group]] = {}
    for group in groups:
        heading = escape(group.plan.section or "") if group.plan else ""
        sections.setdefault(heading or _other(), []).append(group)
    if _other() in sections:
        sections[_other()] = sections.pop(_other())
    return sections


def _other() -> str:
    return translated(wording.OTHER_EXPERIMENTS)


def summary(content: Content, study: Study) -> str:
    """Return five sentences, the conclusion first; fewer where no network can be chosen."""
    return " ".join(_summary(content, study))


def _summary(content: Content, study: Study) -> Iterator[str]:
    yield _conclusion(study)
    chosen = study.chosen
    if chosen is not None:
        yield _tested(study, chosen)
        yield _against_chosen(study)
        if len(study.groups) > 1:
            yield _cheaper(study, chosen)
    sd = pooled_sd(study.groups)
    yield translated(wording.NO_NOISE) if sd is None else translated(wording.NOISE).format(sd=fixed(100 * sd, 2))


def _conclusion(study: Study) -> str:
    chosen, best = study.chosen, study.best
    if chosen is None:
        return translated(wording.NOTHING_TO_CHOOSE_BY)
    known = {
        "network": named(chosen),
        "accuracy": mean_words(VAL_ACCURACY, chosen),
        "networks": wording.count(wording.NETWORKS, len(study.groups)),
    }
    if not study.selected:
        only = len(study.groups) == 1
        return translated(wording.CONCLUSION_ONLY if only else wording.CONCLUSION).format(**known)
    if best is None:
        return translated(wording.CONCLUSION_SELECTED_UNVALIDATED).format(**known)
    if best is chosen:
        return translated(wording.CONCLUSION_SELECTED_BEST).format(**known)
    return translated(wording.CONCLUSION_SELECTED).format(
        **known, best=f"{named(best)}, {mean_words(VAL_ACCURACY, best)}"
    )


def _tested(study: Study, chosen: Group) -> str:
    if TEST_ACCURACY.spread(chosen) is None:
        return translated(wording.NOT_TESTED)
    sentence = wording.TESTED_SELECTED if study.selected else wording.TESTED
    return translated(sentence).format(
        accuracy=mean_words(TEST_ACCURACY, chosen), loss=TEST_LOSS.show(chosen, "report")
    )


def _against_chosen(study: Study) -> str:
    others = len(study.groups) - 1
    if not others:
        return translated(wording.NO_OTHERS)
    found = study.to_chosen.values()
    clear = [each for each in found if each.verdict.word == "clear"]
    counts = (
        (wording.ARE_WORSE, sum(each.difference.mean < 0 for each in clear)),
        (wording.ARE_BETTER, sum(each.difference.mean > 0 for each in clear)),
        (wording.ARE_POSSIBLE, sum(each.verdict.word == "possible" for each in found)),
        (wording.ARE_OPEN, sum(each.verdict.word == "not resolved" for each in found)),
        (wording.ARE_SINGLE, others - len(found)),
    )
    parts = [wording.count(forms, number) for forms, number in counts if number]
    verdicts = enumerated(parts)
    return translated(wording.OTHERS_AGAINST_IT).format(others=wording.count(wording.OTHERS, others), verdicts=verdicts)


def _cheaper(study: Study, chosen: Group) -> str:
    if study.cheapest is None:
        return translated(wording.NO_CHEAPER).format(margin=MARGIN_POINTS)
    smaller, _ = study.cheapest
    return translated(wording.CHEAPER).format(
        margin=MARGIN_POINTS,
        network=named(smaller),
        parameters=parameters_of(smaller),
        most=parameters_of(chosen),
    )


def seeds_words(n: int, numbers: str) -> str:
    return translated(wording.SEED_LIST).format(seeds=wording.count(wording.SEEDS, n), numbers=numbers or NOTHING)
