"""Spare apps in tests what only a terminal needs: drawings that nobody looks at, caches of lines that are drawn once.

Textual's version is pinned.
"""

from collections.abc import Iterable
from typing import Any

import pytest
from rich.segment import Segment
from textual.cache import FIFOCache, LRUCache
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen
from textual.strip import Strip


def use_quick_apps(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Screen, "_compositor_refresh", draw_later)
    patch.setattr(Strip, "__init__", make_strip)
    patch.setattr(Strip, "__getattr__", make_cache, raising=False)
    patch.setattr(Stylesheet, "__init__", make_stylesheet)
    patch.setattr(Stylesheet, "set_variables", set_variables)


draw_now = Screen._compositor_refresh


def draw_later(screen: Screen[Any]) -> None:
    """Draw nothing where there is no terminal; what a test reads of the screen is drawn then.

    Textual would draw after each message, which took a third of these tests' time.
    """
    if screen.app.is_headless and screen is screen.app.screen:
        screen._dirty_widgets.clear()  # the compositor knows their regions
        screen.app._update_mouse_over(screen)
    else:
        draw_now(screen)


def make_strip(strip: Strip, segments: Iterable[Segment], cell_length: int | None = None) -> None:
    """Make a line of the screen without its seven caches, each of which is made when it is first used."""
    strip._segments = list(segments)
    strip._cell_length = cell_length
    strip._render_cache = strip._link_ids = strip._cell_count = None


def make_cache(strip: Strip, name: str) -> FIFOCache[Any, Any]:
    """Make what a strip does not have yet."""
    if name not in Strip.__slots__:
        raise AttributeError(name)
    cache: FIFOCache[Any, Any] = FIFOCache(16)
    setattr(strip, name, cache)
    return cache


parsed: dict[frozenset[tuple[str, str]], LRUCache[Any, Any]] = {}
"""The rules of all apps' style sheets, by the variables that they were parsed with."""
make_own_stylesheet, set_own_variables = Stylesheet.__init__, Stylesheet.set_variables


def make_stylesheet(sheet: Stylesheet, *, variables: dict[str, str] | None = None) -> None:
    """Make a style sheet that parses nothing that another app has parsed."""
    make_own_stylesheet(sheet, variables=variables)
    share_parsed(sheet)


def set_variables(sheet: Stylesheet, variables: dict[str, str]) -> None:
    sheet._parse_cache = LRUCache(1)  # for it is cleared
    set_own_variables(sheet, variables)
    share_parsed(sheet)


def share_parsed(sheet: Stylesheet) -> None:
    sheet._parse_cache = parsed.setdefault(frozenset(sheet._variables.items()), LRUCache(1_000))
