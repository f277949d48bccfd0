"""What is written to the terminal: all that differs from what it shows, and little more."""

import pyte
import pytest
from lab_screen import MakeLab, opened
from rich.console import RenderableType
from rich.segment import Segment
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

from fmnist_tui.tui.drawn_pieces import DrawnPieces

SCREEN: Screen[None] = Screen()


def update(left: str, right: str, *, cut: int = 2) -> ChopsUpdate:
    """Return an update of one line of four cells, cut into two pieces."""
    pieces: dict[int, Strip | None] = {0: Strip([Segment(left)]), cut: Strip([Segment(right)])}
    return ChopsUpdate([pieces], [(0, 0, 4)], [[cut, 4]])


def written(found: RenderableType | None) -> list[str]:
    """Return the texts of the pieces that an update writes."""
    if found is None:
        return []
    assert isinstance(found, ChopsUpdate)
    return [strip.text for strip in found.chops[0].values() if strip is not None]


def test_a_piece_is_written_once_until_it_changes() -> None:
    pieces = DrawnPieces()

    assert written(pieces.changes(SCREEN, update("ab", "cd"))) == ["ab", "cd"]
    assert pieces.changes(SCREEN, update("ab", "cd")) is None
    assert written(pieces.changes(SCREEN, update("ab", "cX"))) == ["cX"]


def test_pieces_that_are_cut_elsewhere_are_written_again() -> None:
    pieces = DrawnPieces()
    pieces.changes(SCREEN, update("ab", "cd"))

    assert written(pieces.changes(SCREEN, update("abc", "d", cut=3))) == ["abc", "d"]


def test_another_screen_and_a_whole_one_are_written_in_full() -> None:
    pieces, other, whole = DrawnPieces(), Screen[None](), LayoutUpdate([], Region(0, 0, 4, 1))
    pieces.changes(SCREEN, update("ab", "cd"))

    assert written(pieces.changes(other, update("ab", "cd"))) == ["ab", "cd"]
    assert pieces.changes(other, whole) is whole
    assert written(pieces.changes(other, update("ab", "cd"))) == ["ab", "cd"]


def test_a_piece_of_which_a_part_was_written_is_written_again() -> None:
    pieces = DrawnPieces()
    pieces.changes(SCREEN, update("ab", "cd"))
    part = update("ab", "XY")
    part.spans[:] = [(0, 0, 3)]

    assert written(pieces.changes(SCREEN, part)) == ["XY"]
    assert written(pieces.changes(SCREEN, update("ab", "XY"))) == ["XY"]


@pytest.mark.usefixtures("all_drawn")
async def test_a_terminal_that_gets_the_changes_alone_shows_the_whole_screen(
    lab: MakeLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, terminal = lab(), pyte.Screen(120, 40)
    stream, display = pyte.Stream(terminal), App._display

    def show(shown: App[None], screen: Screen[None], found: RenderableType | None) -> None:
        if found is not None:
            assert isinstance(found, ChopsUpdate | LayoutUpdate)
            stream.feed(found.render_segments(shown.console))
        display(shown, screen, found)

    monkeypatch.setattr(App, "_display", show)
    async with opened(app, columns=120, rows=40) as pilot:
        for key in ("down", "3", "slash", "a", "escape", "f", "question_mark", "escape", "1"):
            await pilot.press(key)
            lines = [strip.text for strip in app.screen._compositor.render_strips()]

            assert terminal.display == lines, key
