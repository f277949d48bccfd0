from collections.abc import Sequence

from fmnist_tui.lab.clues.clue import KARPATHY, Claim, Clue
from fmnist_tui.lab.clues.trained import Trained
from fmnist_tui.lab.clues.wording import experiments, percent
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.language.catalogue import message, translated
from fmnist_tui.lab.statistics.class_errors import Confusion

Classes = tuple[int, int]

_CONFUSED = message(
    "{network}, the best by validation, takes {one} and {other} for each other in {share} of their test images, more "
    "than any other two classes."
)
_CONFUSED_IN_SEEDS = message(
    "{network}, the best by validation, takes {one} and {other} for each other in {share} of their test images, {low} "
    "to {high} in single seeds, more than any other two classes."
)


def confused_classes(trained: Trained) -> Clue | None:
    """Say which two classes the best experiment confuses most; clear if they are the same two in every seed."""
    group = next((each for each in trained.ranked if _matrices(each)), None)
    if group is None:
        return None
    matrices = _matrices(group)
    total = _summed(matrices)
    classes = _most_confused(total)
    if classes is None:
        return None
    shares = [_share(matrix, classes) for matrix in matrices]
    first = sum(_most_confused(matrix) == classes for matrix in matrices)
    others = [_most_confused(_summed(_matrices(each))) for each in trained.groups if _matrices(each)]
    everywhere = sum(each == classes for each in others)
    names = group.recipe.classes
    one, other = (names.names[label] for label in classes)
    places = {
        "network": trained.called(group),
        "one": names.said(classes[0]),
        "other": names.said(classes[1]),
        "share": percent(_share(total, classes), 1),
        "low": percent(min(shares), 1),
        "high": percent(max(shares), 1),
    }
    said = [translated(_CONFUSED_IN_SEEDS if len(shares) > 1 else _CONFUSED).format(**places)]
    if len(others) > 1:
        said.append(
            translated("In {of_them:,} of {experiments} it is these two.").format(
                of_them=everywhere, experiments=experiments(len(others))
            )
        )
    said.append(
        translated("Look at these images: what tells them apart may be too small at 28×28 pixels, or mislabelled.")
    )
    name = trained.label(group)
    return Clue(
        "confused-classes",
        " ".join(said),
        (name,),
        {
            "classes": [one, other],
            "share": _share(total, classes),
            "shares": shares,
            f"{one} taken for {other}": total[classes[0]][classes[1]] / max(1, sum(total[classes[0]])),
            f"{other} taken for {one}": total[classes[1]][classes[0]] / max(1, sum(total[classes[1]])),
            "seeds_where_they_are_first": first,
            "seeds": len(shares),
            "experiments_where_they_are_first": everywhere,
            "experiments": len(others),
        },
        "clear" if len(shares) > 1 and first == len(shares) else "possible",
        f"{KARPATHY} (become one with the data)" + "; Xiao, Rasul & Vollgraf 2017, Fashion-MNIST" * names.ours,
        None,
        (Claim((name,), "mistakes", f"{one} and {other}"),),
    )


def _matrices(group: Group) -> list[Confusion]:
    return [run.confusion for run in group.finished if run.confusion]


def _summed(matrices: Sequence[Confusion]) -> Confusion:
    return tuple(tuple(map(sum, zip(*rows, strict=True))) for rows in zip(*matrices, strict=True))


def _share(confusion: Confusion, classes: Classes) -> float:
    one, other = classes
    images = sum(confusion[one]) + sum(confusion[other])
    return (confusion[one][other] + confusion[other][one]) / images if images else 0.0


def _most_confused(confusion: Confusion) -> Classes | None:
    pairs = [(one, other) for one in range(len(confusion)) for other in range(one + 1, len(confusion))]
    most = max(pairs, key=lambda classes: _share(confusion, classes))
    return most if _share(confusion, most) else None
