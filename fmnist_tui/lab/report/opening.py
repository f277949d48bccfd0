from collections.abc import Iterator, Sequence

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import NOTHING
from fmnist_tui.lab.fields.results import TEST_ACCURACY, TEST_LOSS, VAL_ACCURACY
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.report import wording
from fmnist_tui.lab.report.protocol import bullets, pooled_sd
from fmnist_tui.lab.report.result_tables import escape, mean_words, name_of, named
from fmnist_tui.lab.report.study import Content, Study, parameters_of
from fmnist_tui.lab.statistics.equivalence import MARGIN

MARGIN_POINTS = f"{100 * MARGIN:g}"


def title(content: Content) -> str:
    datasets = {study.dataset for study in content.studies} or {group.recipe.dataset for group in content.groups}
    return wording.SYNTHETIC_TITLE if datasets == {"synthetic"} else wording.TITLE


def written(content: Content) -> str:
    when = f"{content.generated:%Y-%m-%d %H:%M %Z}".rstrip()
    author = escape(content.author)
    line = wording.WRITTEN_BY.format(when=when, author=author) if author else wording.WRITTEN.format(when=when)
    return f"{line}. {_extent(content)}"


def _extent(content: Content) -> str:
    trained = content.trained
    runs = [run for group in trained for run in group.finished]
    if not runs:
        return wording.NOTHING_FINISHED
    days = sorted(f"{run.started:%Y-%m-%d}" for run in runs)
    when = wording.ON_DAY.format(day=days[0])
    if days[0] != days[-1]:
        when = wording.BETWEEN_DAYS.format(first=days[0], last=days[-1])
    lost = sum(run.status != "finished" for group in content.groups for run in group.runs)
    return wording.EXTENT.format(
        experiments=wording.count(wording.EXPERIMENTS, len(trained)),
        runs=wording.count(wording.FINISHED_RUNS, len(runs)),
        days=when,
        lost=f"; {wording.count(wording.LOST, lost)}" if lost else "",
    )


def warning(content: Content) -> Iterator[str]:
    found = {study.dataset for study in content.studies} or {group.recipe.dataset for group in content.groups}
    if "synthetic" in found:
        extent = wording.ALL_RESULTS if len(found) == 1 else wording.SOME_RESULTS
        yield f"> {wording.SYNTHETIC_WARNING.format(extent=extent)}"


def question(content: Content, study: Study) -> Iterator[str]:
    known = {"data": wording.DATASETS[study.dataset]}
    if len(study.groups) == 1:
        yield wording.QUESTION_OF_ONE.format(**known)
    else:
        yield wording.QUESTION_TEXT.format(**known, networks=wording.count(wording.NETWORKS, len(study.groups)))
    stated = [
        f"{named(group)}: {hypothesis}"
        for group in content.groups
        if group.plan and (hypothesis := escape(group.plan.hypothesis or ""))
    ]
    if stated:
        yield wording.HYPOTHESES
        yield bullets(stated)
    else:
        yield wording.NO_HYPOTHESIS
    sections = _sections([group for group in content.groups if group.finished])
    if len(sections) > 1 or wording.OTHER_EXPERIMENTS not in sections:
        yield wording.TRIED
        yield bullets(f"{heading}: {', '.join(map(name_of, groups))}" for heading, groups in sections.items())


def _sections(groups: Sequence[Group]) -> dict[str, list[Group]]:
    """Return groups by the section of their plan, in the order of the notebook, those without one last."""
    sections: dict[str, list[Group]] = {}
    for group in groups:
        heading = escape(group.plan.section or "") if group.plan else ""
        sections.setdefault(heading or wording.OTHER_EXPERIMENTS, []).append(group)
    if wording.OTHER_EXPERIMENTS in sections:
        sections[wording.OTHER_EXPERIMENTS] = sections.pop(wording.OTHER_EXPERIMENTS)
    return sections


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
    sd = pooled_sd(content.trained)
    yield wording.NO_NOISE if sd is None else wording.NOISE.format(sd=fixed(100 * sd, 2))


def _conclusion(study: Study) -> str:
    chosen, best = study.chosen, study.best
    if chosen is None:
        return wording.NOTHING_TO_CHOOSE_BY
    known = {
        "network": named(chosen),
        "accuracy": mean_words(VAL_ACCURACY, chosen),
        "networks": wording.count(wording.NETWORKS, len(study.groups)),
    }
    if not study.selected:
        only = len(study.groups) == 1
        return (wording.CONCLUSION_ONLY if only else wording.CONCLUSION).format(**known)
    if best is None:
        return wording.CONCLUSION_SELECTED_UNVALIDATED.format(**known)
    if best is chosen:
        return wording.CONCLUSION_SELECTED_BEST.format(**known)
    return wording.CONCLUSION_SELECTED.format(**known, best=f"{named(best)}, {mean_words(VAL_ACCURACY, best)}")


def _tested(study: Study, chosen: Group) -> str:
    if TEST_ACCURACY.spread(chosen) is None:
        return wording.NOT_TESTED
    sentence = wording.TESTED_SELECTED if study.selected else wording.TESTED
    return sentence.format(accuracy=mean_words(TEST_ACCURACY, chosen), loss=TEST_LOSS.show(chosen, "report"))


def _against_chosen(study: Study) -> str:
    others = len(study.groups) - 1
    if not others:
        return wording.NO_OTHERS
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
    verdicts = f"{', '.join(parts[:-1])}{wording.AND}{parts[-1]}" if len(parts) > 1 else parts[0]
    return wording.OTHERS_AGAINST_IT.format(others=wording.count(wording.OTHERS, others), verdicts=verdicts)


def _cheaper(study: Study, chosen: Group) -> str:
    if study.cheapest is None:
        return wording.NO_CHEAPER.format(margin=MARGIN_POINTS)
    smaller, _ = study.cheapest
    return wording.CHEAPER.format(
        margin=MARGIN_POINTS,
        network=named(smaller),
        parameters=parameters_of(smaller),
        most=parameters_of(chosen),
    )


def seeds_words(n: int, numbers: str) -> str:
    return wording.SEED_LIST.format(seeds=wording.SEEDS[n != 1], numbers=numbers or NOTHING)
