from fmnist_tui.lab.clues.clue import Claim, Clue
from fmnist_tui.lab.clues.trained import Trained, parameters
from fmnist_tui.lab.clues.wording import interval, percent, points
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.results import SECONDS
from fmnist_tui.lab.language.catalogue import translated
from fmnist_tui.lab.statistics.equivalence import Equivalence, cheapest_equivalent, equivalence_by_seed
from fmnist_tui.lab.statistics.front import front, knee
from fmnist_tui.lab.statistics.intervals import same_images


def cheapest(trained: Trained) -> Clue | None:
    """Find the cheapest experiment that is as good as the best within the margin."""
    if len(trained.repeated) < 2:
        return None
    best = trained.ranked[0]
    cheaper = [group for group in trained.repeated if parameters(group) < parameters(best)]

    def against_best(group: Group) -> Equivalence | None:
        return equivalence_by_seed(
            trained.accuracies(group), trained.accuracies(best), trained.margin, paired=same_images(group, best)
        )

    found = cheapest_equivalent(cheaper, parameters, against_best)
    tested = against_best(found) if found else None
    if found is None or tested is None:
        return None
    share = parameters(found) / parameters(best)
    names = trained.labels((found, best))
    by_parameters, by_seconds = _fronts(trained)
    return Clue(
        "cheapest-as-good",
        translated(
            "The cheapest network shown to be as good as the best is {network}: {accuracy} against {best_accuracy} of "
            "{best}, {difference} ({interval}), inside the margin of {margin} points, with {parameters:,} parameters "
            "instead of {most:,}."
        ).format(
            network=trained.called(found),
            accuracy=percent(trained.mean(found)),
            best_accuracy=percent(trained.mean(best)),
            best=trained.called(best),
            difference=points(tested.mean),
            interval=interval(tested.low, tested.high, 90),
            margin=f"{100 * trained.margin:g}",
            parameters=parameters(found),
            most=parameters(best),
        ),
        names,
        {
            "best": names[1],
            "cheapest": names[0],
            "difference": tested.mean,
            "interval_90": [tested.low, tested.high],
            "margin": trained.margin,
            "p": tested.p,
            "parameters": [parameters(found), parameters(best)],
            "share_of_parameters": share,
            "front_by_parameters": by_parameters,
            "front_by_seconds": by_seconds,
        },
        "clear",
        translated(
            "Schuirmann 1987 and Lakens 2017 (two one-sided tests); Satopää et al. 2011 (the knee of the front)"
        ),
        None,
        (Claim(names, "price", "as good for less"),),
    )


def _fronts(trained: Trained) -> tuple[dict[str, object], dict[str, object]]:
    by_parameters = [(float(parameters(group)), trained.mean(group)) for group in trained.repeated]
    timed = [(seconds.mean, trained.mean(group)) for group in trained.repeated if (seconds := SECONDS.spread(group))]
    return _front(trained, by_parameters), _front(trained, timed) if len(timed) == len(by_parameters) else {}


def _front(trained: Trained, points_of: list[tuple[float, float]]) -> dict[str, object]:
    places = front(points_of)
    bend = knee([points_of[place] for place in places])
    names = [trained.label(trained.repeated[place]) for place in places]
    return {"experiments": names, "knee": names[bend] if bend is not None else None}
