import math
from collections.abc import Iterator

from fmnist_tui.lab.clues import FIRST
from fmnist_tui.lab.clues.clue import Clue
from fmnist_tui.lab.experiments.groups import Group, plans_on_one_dataset
from fmnist_tui.lab.experiments.seeds import seeds_text
from fmnist_tui.lab.fields.field import NOTHING, points
from fmnist_tui.lab.fields.results import TEST_ACCURACY, VAL_ACCURACY
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.language.catalogue import translated
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.dataset import facts_of
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.lab.report import wording
from fmnist_tui.lab.report.hypotheses import MARGIN_POINTS
from fmnist_tui.lab.report.opening import data_words, seeds_words
from fmnist_tui.lab.report.protocol import bullets
from fmnist_tui.lab.report.result_tables import escape, mean_words, name_of, named, table
from fmnist_tui.lab.report.study import Content, Study, parameters_of, runs_of


def interpretation(content: Content) -> Iterator[str]:
    clues = [clue for study in content.studies for clue in study.clues if not _is_about_published(clue)]
    if not clues:
        yield translated(wording.NO_CLUES)
        return
    shown = clues[:FIRST]
    yield translated(wording.INTERPRETATION_TEXT)
    yield "\n".join(f"{number}. {_in_words(clue)}" for number, clue in enumerate(shown, 1))
    if len(clues) > len(shown):
        yield wording.count(wording.MORE_CLUES, len(clues) - len(shown))
    commands = [visible(clue.suggestion.command(), 500) for clue in shown if clue.suggestion]
    if commands:
        yield translated(wording.NEXT_STEPS)
        yield bullets(escape(each) if "`" in each else f"`{each}`" for each in dict.fromkeys(commands))


def about_published(study: Study) -> Iterator[str]:
    """Yield what the results say of the published figures, to stand below their table."""
    yield from (_in_words(clue) for clue in study.clues if _is_about_published(clue))


def _is_about_published(clue: Clue) -> bool:
    return clue.rule.startswith("published-")


def _in_words(clue: Clue) -> str:
    return f"{escape(clue.sentence)} *({translated(wording.CERTAINTY[clue.certainty])}; {escape(clue.source)})*"


def choice(study: Study) -> Iterator[str]:
    chosen = study.chosen
    if chosen is None:
        yield translated(wording.NOTHING_TO_CHOOSE_BY)
        return
    yield " ".join(_reasons(study, chosen))
    alike = [
        named(group)
        for group in study.groups
        if (found := study.to_chosen.get(id(group))) and found.verdict.word != "clear"
    ]
    if alike:
        yield translated(wording.NOT_TOLD_APART).format(networks=", ".join(alike))
    if study.cheapest is not None:
        smaller, shown = study.cheapest
        yield translated(wording.SMALLER).format(
            network=named(smaller),
            difference=points(shown.mean),
            low=points(shown.low),
            high=points(shown.high),
            margin=MARGIN_POINTS,
            parameters=parameters_of(smaller),
            most=parameters_of(chosen),
        )
    if study.tradeoff and study.tradeoff.knee is not None:
        yield translated(wording.KNEE).format(network=named(study.tradeoff.groups[study.tradeoff.knee]))


def _reasons(study: Study, chosen: Group) -> Iterator[str]:
    best = study.best
    if study.selected:
        yield translated(wording.SELECTED_BECAUSE).format(network=named(chosen))
        if best is not None and best is not chosen:
            yield translated(wording.WOULD_BE).format(best=named(best), accuracy=mean_words(VAL_ACCURACY, best))
        return
    yield translated(wording.CHOSEN_BECAUSE).format(
        network=named(chosen),
        accuracy=mean_words(VAL_ACCURACY, chosen),
        networks=wording.count(wording.NETWORKS, len(study.groups)),
    )
    if runs_of(chosen) > 1 and any(runs_of(group) == 1 for group in study.groups):
        yield translated(wording.CHOSEN_AMONG_REPEATED)
    yield translated(wording.TEST_HAD_NO_PART)


def limits(content: Content, study: Study) -> Iterator[str]:
    yield bullets(_limits(content, study))
    rows = [*_unfinished(content)]
    if rows:
        yield f"### {translated(wording.UNFINISHED)}"
        yield translated(wording.UNFINISHED_TEXT)
        yield table([*map(translated, wording.UNFINISHED_COLUMNS)], rows, right=(3, 5))
    if missing := [*_still_to_train(content)]:
        yield f"### {translated(wording.STILL_TO_TRAIN)}"
        yield bullets(missing)


def _limits(content: Content, study: Study) -> Iterator[str]:
    chosen, others = study.chosen, len(study.groups) - 1
    if study.selected:
        yield translated(wording.LIMIT_SELECTED)
    elif chosen is not None and others:
        if study.optimism is None:
            yield translated(wording.LIMIT_CHOICE_UNKNOWN).format(
                networks=wording.count(wording.NETWORKS, len(study.groups))
            )
        else:
            gained, compared = study.optimism
            networks = wording.count(wording.DIFFERENT_NETWORKS, compared)
            yield translated(wording.LIMIT_CHOICE).format(networks=networks, points=fixed(100 * gained, 2))
    if study.to_chosen:
        among = next(iter(study.to_chosen.values())).among
        yield translated(wording.LIMIT_COMPARISONS).format(comparisons=wording.count(wording.COMPARISONS, among))
    single = sum(len(group.finished) == 1 for group in content.trained)
    if single:
        yield wording.count(wording.LIMIT_SINGLE, single)
    if chosen is not None:
        yield translated(wording.LIMIT_SPLIT)
        spread = TEST_ACCURACY.spread(chosen)
        if spread and 0 <= spread.mean <= 1:
            images = facts_of(study.dataset).test
            error = math.sqrt(spread.mean * (1 - spread.mean) / images)
            yield translated(wording.LIMIT_TEST).format(
                images=images, accuracy=fixed(spread.mean, 4), error=fixed(error, 4)
            )
    if not any(run.status != "finished" for group in content.groups for run in group.runs):
        yield translated(wording.ALL_FINISHED)


def _unfinished(content: Content) -> Iterator[tuple[str, ...]]:
    for group in content.groups:
        for run in group.runs:
            if run.status != "finished":
                yield (
                    name_of(group),
                    f"`{shorthand(run.recipe.architecture)}`",
                    data_words(run.recipe.dataset),
                    str(run.seed),
                    translated(run.status),
                    translated(wording.DONE_OF).format(done=run.curves.epochs, planned=run.recipe.training.epochs),
                    (escape(run.reason) if run.reason else "") or NOTHING,
                )


def _still_to_train(content: Content) -> Iterator[str]:
    for group in plans_on_one_dataset(content.groups):
        if group.plan and (missing := group.missing_seeds()):
            yield translated(wording.STILL_TO_TRAIN_LINE).format(
                name=name_of(group),
                network=shorthand(group.recipe.architecture),
                missing=len(missing),
                runs=wording.count(wording.RUNS, group.plan.repeats),
                seeds=seeds_words(len(missing), seeds_text(missing)),
            )
