"""Snapshots of the first layer as cards: all units at an epoch, or a unit at all epochs."""

from collections.abc import Sequence

from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.inside.unit_layers import UnitLayer
from fmnist_tui.lab.inside.unit_pictures import kernel_pictures
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.run import Curves
from fmnist_tui.lab.runs.snapshots import Snapshot
from fmnist_tui.tui.images.image_grid import Card
from fmnist_tui.tui.units.cards import name_of
from fmnist_tui.tui.units.weight_picture import draw_weights


def units_at(
    architecture: Architecture, layer: UnitLayer, snapshot: Snapshot, classes: Classes | None
) -> tuple[Card, ...]:
    """Return a card for each kept unit, in their order; `classes` as of `unit_cards`."""
    return tuple(
        Card(picture, (classes.short[unit] if classes else f"#{unit + 1}", f"±{strongest:.3f}"), (), draw_weights)
        for unit, (picture, strongest) in enumerate(
            zip(kernel_pictures(architecture, layer.place, snapshot.kernel), snapshot.strongest.tolist(), strict=True)
        )
    )


def epochs_of_unit(
    architecture: Architecture, layer: UnitLayer, snapshots: Sequence[Snapshot], unit: int
) -> tuple[Card, ...]:
    """Return a card for each epoch."""
    cards = []
    for each in snapshots:
        (picture,) = kernel_pictures(architecture, layer.place, each.kernel[..., unit : unit + 1])
        words = f"±{each.strongest[unit]:.3f}"
        facts = (("epoch", f"{each.epoch:,}"), ("strongest weight", words))
        cards.append(Card(picture, (f"epoch {each.epoch:,}", words), facts, draw_weights))
    return tuple(cards)


def weight_words(snapshots: Sequence[Snapshot], at: int, unit: int, classes: Classes | None) -> str:
    """Return `unit 3: strongest weight ±0.412, before the training ±0.087`."""
    now, first = snapshots[at], snapshots[0]
    before = f", before the training ±{first.strongest[unit]:.3f}" if first.epoch == 0 and at else ""
    return f"{name_of(unit, classes)}: strongest weight ±{now.strongest[unit]:.3f}{before}"


def epochs_strip(epochs: Sequence[int], at: int, curves: Curves, width: int) -> str:
    """Return a mark for each epoch with the one shown standing out, and its validation accuracy."""
    epoch = epochs[at]
    accuracy = curves.val_accuracy[epoch - 1] if 0 < epoch <= len(curves.val_accuracy) else None
    words = "before the training" if epoch == 0 else f"epoch {epoch:,}"
    words += f", validation accuracy {accuracy:.2%}" if accuracy is not None else ""
    marks = "".join("●" if place == at else "·" for place in range(len(epochs)))
    line = f"{epochs[0]:,} {marks} {epochs[-1]:,}   {words}"
    return line if len(line) <= width else words
