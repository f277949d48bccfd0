from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from fmnist_tui.lab.layers import Layer, describe
from fmnist_tui.lab.parameters import specs, spoken
from fmnist_tui.lab.records.dataset import shown_name
from fmnist_tui.lab.records.recipe import Recipe


@dataclass(frozen=True, slots=True)
class LayerDifference:
    kind: Literal["added", "removed", "changed"]
    place: str
    """`layer 3`, `learning rate` or `dataset`. A removed layer has its old number, any other its new one."""
    before: str | None
    """None for an added layer."""
    after: str | None
    """None for a removed layer."""
    parameters: tuple[str, ...] = ()
    """Names, in words, of the parameters of a changed layer that differ."""


@dataclass(frozen=True, slots=True)
class Pair:
    """None on one side if the layer was added or removed."""

    before: Layer | None
    after: Layer | None


def differences(before: Recipe, after: Recipe) -> tuple[LayerDifference, ...]:
    return (
        *_layer_differences(paired(before.architecture.layers, after.architecture.layers)),
        *_setting_differences(before, after),
    )


def paired(before: tuple[Layer, ...], after: tuple[Layer, ...]) -> tuple[Pair, ...]:
    """Align equal layers, then changed ones of the same kind, and leave the rest alone."""
    return tuple(_paired(before, after))


def _paired(before: tuple[Layer, ...], after: tuple[Layer, ...]) -> Iterator[Pair]:
    for tag, i, i_end, j, j_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from map(Pair, before[i:i_end], after[j:j_end])
        else:
            yield from _paired_by_kind(before[i:i_end], after[j:j_end])


def _paired_by_kind(before: tuple[Layer, ...], after: tuple[Layer, ...]) -> Iterator[Pair]:
    kinds = tuple(map(type, before)), tuple(map(type, after))
    for tag, i, i_end, j, j_end in SequenceMatcher(None, *kinds, autojunk=False).get_opcodes():
        if tag == "equal":
            yield from map(Pair, before[i:i_end], after[j:j_end])
        else:
            yield from (Pair(layer, None) for layer in before[i:i_end])
            yield from (Pair(None, layer) for layer in after[j:j_end])


def _layer_differences(pairs: tuple[Pair, ...]) -> Iterator[LayerDifference]:
    number_before = number_after = 0
    for pair in pairs:
        number_before += pair.before is not None
        number_after += pair.after is not None
        if pair.after is None and pair.before is not None:
            yield LayerDifference("removed", f"layer {number_before}", describe(pair.before), None)
        elif pair.before is None and pair.after is not None:
            yield LayerDifference("added", f"layer {number_after}", None, describe(pair.after))
        elif pair.before is not None and pair.after is not None and pair.before != pair.after:
            yield _changed_layer(f"layer {number_after}", pair.before, pair.after)


def _changed_layer(place: str, before: Layer, after: Layer) -> LayerDifference:
    names = (name for name, _ in specs(before) if getattr(before, name) != getattr(after, name))
    texts = describe(before), describe(after)
    if texts[0] == texts[1]:  # differ in a digit that the text omits
        texts = before.token(), after.token()
    return LayerDifference("changed", place, *texts, tuple(map(spoken, names)))


def _setting_differences(before: Recipe, after: Recipe) -> Iterator[LayerDifference]:
    now = after.training.as_record()
    settings = [(spoken(name), value, now[name]) for name, value in before.training.as_record().items()]
    for name, old, new in (*settings, ("dataset", shown_name(before.dataset), shown_name(after.dataset))):
        if old != new:
            yield LayerDifference("changed", name, str(old), str(new))
