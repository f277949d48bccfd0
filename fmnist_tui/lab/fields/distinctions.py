from collections.abc import Iterable

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


def _distinctions(several: list[Group]) -> list[str]:
    found: list[list[str]] = [[] for _ in several]
    for field in (LAYERS, *HYPERPARAMETERS):
        values = [field.of_group(group) for group in several]
        if len(set(values)) > 1:
            for group, words in zip(several, found, strict=True):
                words.append(f"{field.key}={field.show(group)}")
    return list(map(" ".join, found))
