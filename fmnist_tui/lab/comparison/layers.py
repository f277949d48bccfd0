"""Align the layers of several networks in rows."""

from collections.abc import Sequence

from fmnist_tui.lab.layers import Layer, describe
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.difference import paired

Row = tuple[Layer | None, ...]
"""One layer per network; None where it has no such layer."""


def aligned(networks: Sequence[Architecture]) -> tuple[Row, ...]:
    """Return the layers of several networks in rows, in each network's order.

    `difference.paired` matches each network with those before it: equal layers share a row, then changed layers
    of one kind.
    """
    rows: list[Row] = []
    for place, network in enumerate(networks):
        rows = _joined(rows, network.layers, place)
    return tuple(rows)


def _joined(rows: Sequence[Row], layers: tuple[Layer, ...], place: int) -> list[Row]:
    speakers = tuple(next(layer for layer in row if layer is not None) for row in rows)
    remaining = iter(rows)
    joined: list[Row] = []
    for pair in paired(speakers, layers):
        known = (None,) * place if pair.before is None else next(remaining)
        joined.append((*known, pair.after))
    return joined


def described(row: Row) -> tuple[str | None, ...]:
    """Return a row's layers in words, or in shorthand where different layers would read the same."""
    distinct = {layer for layer in row if layer is not None}
    hidden = len({describe(layer) for layer in distinct}) < len(distinct)
    return tuple(None if layer is None else layer.token() if hidden else describe(layer) for layer in row)
