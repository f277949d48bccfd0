"""Write only what differs from what the terminal shows.

Textual writes every line of a widget that asked to be drawn. A table that is drawn again for one figure, a log that
gets a line, a border whose title is set are then sent whole, several times a second while a network is trained.
"""

from typing import Any

from rich.console import RenderableType
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.screen import Screen
from textual.strip import Strip


class DrawnPieces:
    """What the terminal shows, in the pieces that Textual cuts lines into where widgets begin and end."""

    def __init__(self) -> None:
        self._screen: Screen[Any] | None = None
        self._cuts: dict[int, tuple[int, ...]] = {}
        """Where the pieces of each line begin."""
        self._shown: dict[int, dict[int, Strip]] = {}
        """The pieces by line and column."""

    def changes(self, screen: Screen[Any], update: RenderableType | None) -> RenderableType | None:
        """Return an update without the pieces that are shown already; None where nothing is left."""
        if isinstance(update, LayoutUpdate) or screen is not self._screen:
            self.forget()
            self._screen = screen
        if not isinstance(update, ChopsUpdate):
            return update
        chops = [dict(line) for line in update.chops]
        spans = [span for span in update.spans if self._keep_changed(span, chops, update.chop_ends)]
        return ChopsUpdate(chops, spans, update.chop_ends) if spans else None

    def forget(self) -> None:
        self._cuts.clear()
        self._shown.clear()

    def _keep_changed(
        self, span: tuple[int, int, int], chops: list[dict[int, Strip | None]], ends: list[list[int]]
    ) -> bool:
        """Drop a span's pieces that are shown already from `chops`; return whether any is left."""
        y, first, last = span
        line, cuts = chops[y], tuple(chops[y])
        if self._cuts.get(y) != cuts:
            self._cuts[y], self._shown[y] = cuts, {}
        shown, left = self._shown[y], False
        for end, (x, strip) in zip(ends[y], list(line.items()), strict=False):
            if strip is None or x > last or end <= first:
                continue
            if not (first <= x < last and end <= last):
                shown.pop(x, None)  # a part of it is written
            elif shown.get(x) == strip:
                line[x] = None
                continue
            else:
                shown[x] = strip
            left = True
        return left
