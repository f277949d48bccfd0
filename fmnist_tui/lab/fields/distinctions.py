from collections import Counter
from collections.abc import Iterable, Sequence

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.recipe import HYPERPARAMETERS, LAYERS
from fmnist_tui.lab.records.dataset import DatasetName


def distinctions(groups: Iterable[Group]) -> dict[int, str]:
    """Return what tells the recipes of groups with one name apart, by the group's id, as in a filter: `lr=0.002`.

    Other data and an older recipe tell apart by themselves.
    """
    named: dict[tuple[str, bool, DatasetName], list[Group]] = {}
    for group in groups:
        named.setdefault((group.name, group.older, group.recipe.dataset), []).append(group)
    return {
        id(group): words
        for several in named.values()
        if len(several) > 1
        for group, words in zip(several, _distinctions(several), strict=True)
        if words
    }


def told_apart(names: Sequence[str], *suffixes: Sequence[str]) -> list[str]:
    """Return the names, those that others have too with the suffixes in turn as far as needed, at last with a number.

    Each of `suffixes` has one for each name, which may be empty.
    """
    found = list(names)
    for some in suffixes:
        counts = Counter(found)
        found = [
            f"{name} ({suffix})" if suffix and counts[name] > 1 else name
            for name, suffix in zip(found, some, strict=True)
        ]
    counts, numbers = Counter(found), Counter[str]()
    for place, name in enumerate(found):
        if counts[name] > 1:
            numbers[name] += 1
            found[place] = f"{name} [{numbers[name]}]"
    return found


def _distinctions(several: list[Group]) -> list[str]:
    found: list[list[str]] = [[] for _ in several]
    for field in (LAYERS, *HYPERPARAMETERS):
        values = [field.of_group(group) for group in several]
        if len(set(values)) > 1:
            for group, words in zip(several, found, strict=True):
                words.append(f"{field.key}={field.show(group)}")
    return list(map(" ".join, found))
