from fmnist_tui.lab.clues.axes import axes
from fmnist_tui.lab.clues.clue import PLAYBOOK, Claim, Clue
from fmnist_tui.lab.clues.trained import MOST_PAIRS, Trained
from fmnist_tui.lab.clues.wording import percent
from fmnist_tui.lab.language.catalogue import translated


def range_edge(trained: Trained) -> Clue | None:
    """Say that the best of an axis is its first or last value, and clearly better than its neighbour.

    A lead that is not clear says nothing: of six equal networks, the best lies at an edge in one notebook of three.
    """
    for axis in axes(trained)[:MOST_PAIRS]:
        best = max(range(len(axis.groups)), key=lambda place: trained.mean(axis.groups[place]))
        if len(axis.groups) < 3 or best not in (0, len(axis.groups) - 1):
            continue
        inside = 1 if best == 0 else best - 1
        pair = trained.pair(axis.groups[best], axis.groups[inside])
        if pair is None or pair.relation != "better":
            continue
        group, value, neighbour = axis.groups[best], axis.values[best], axis.values[inside]
        name = trained.label(group)
        beyond = trained.suggest(group, axis.beyond(group.recipe, value * (value / neighbour)))
        return Clue(
            "edge-of-range",
            translated(
                "The best {axis} tried, {value}, lies at the edge of the range, {low} to {high}: {network} reaches "
                "{accuracy} and beats {neighbour}, the value next to it, by {difference}. Widen the range in that "
                "direction."
            ).format(
                axis=translated(axis.name),
                value=f"{value:g}",
                low=f"{axis.values[0]:g}",
                high=f"{axis.values[-1]:g}",
                network=trained.called(group),
                accuracy=percent(trained.mean(group)),
                neighbour=f"{neighbour:g}",
                difference=pair.words,
            ),
            trained.labels(axis.groups),
            {
                "axis": axis.name,
                "values": list(axis.values),
                "accuracies": [trained.mean(each) for each in axis.groups],
                "best": value,
                "pair": trained.pair_evidence(pair),
            },
            "clear",
            f"{PLAYBOOK} (identifying bad search space boundaries)",
            beyond,
            (pair.claim, Claim((name,), axis.name, "more" if best else "fewer")),
        )
    return None
