from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.binding import ActiveBinding
from textual.events import Click
from textual.keys import key_to_character
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from fmnist_tui.tui.global_keys import shown_key

GAP = 2

ENDS = ("first", "last")
"""Ids of commands that only move, though their keys are letters."""


class FootKey(NamedTuple):
    shown: str
    word: str
    key: str

    @property
    def width(self) -> int:
        return cell_len(self.shown) + 1 + cell_len(self.word)


def foot_keys(
    bindings: Iterable[ActiveBinding], always: Sequence[str]
) -> tuple[tuple[FootKey, ...], tuple[FootKey, ...]]:
    """Return the keys, the most useful first, and those of the commands `always`.

    Left out are the keys that only move, and digits: everyone tries them.
    """
    ranked: list[tuple[int, FootKey]] = []
    last: list[tuple[int, FootKey]] = []
    passed: set[str] = set()
    for active in bindings:
        binding = active.binding
        if not (active.enabled and binding.description) or binding.action in passed:
            continue
        passed.add(binding.action)  # by its first key alone
        letter = key_to_character(binding.key) or ""
        key = FootKey(shown_key(binding), binding.description, binding.key)
        if binding.id in always:
            last.append((always.index(binding.id), key))
        elif binding.show:
            ranked.append((0, key))
        elif letter.strip() and not letter.isdigit() and binding.id not in ENDS:
            ranked.append((1 if letter.islower() else 2, key))
    return _by_rank(ranked), _by_rank(last)


def _by_rank(keys: Iterable[tuple[int, FootKey]]) -> tuple[FootKey, ...]:
    return tuple(key for _, key in sorted(keys, key=lambda pair: pair[0]))


def fitting(keys: Sequence[FootKey], width: int) -> tuple[FootKey, ...]:
    ends = accumulate(key.width + GAP for key in keys)
    return tuple(key for key, end in zip(keys, ends, strict=True) if end - GAP <= width)


class KeyFooter(Widget):
    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"key-footer--key", "key-footer--word"}
    DEFAULT_CSS = """
    KeyFooter {
        dock: bottom; height: 1; background: $footer-background;
        .key-footer--key { color: $footer-key-foreground; background: $footer-background; text-style: bold; }
        .key-footer--word { color: $footer-foreground; background: $footer-background; }
    }
    """

    def __init__(self, *always: str) -> None:
        """Commands in `always` are shown at any width."""
        super().__init__()
        self._always = always
        self._keys: tuple[FootKey, ...] = ()
        self._last: tuple[FootKey, ...] = ()

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self.show_keys)

    def show_keys(self, screen: Screen[object]) -> None:
        if not (screen is self.screen and screen.app.app_focus):
            return
        keys, last = foot_keys(screen.active_bindings.values(), self._always)
        if (keys, last) != (self._keys, self._last):
            self._keys, self._last = keys, last
            self.refresh()

    def render_line(self, y: int) -> Strip:
        word_style = self.get_component_rich_style("key-footer--word")
        last = self._line(self._last)
        room = self.size.width - last.cell_length - GAP
        first = self._line(fitting(self._keys, room)).adjust_cell_length(max(room + GAP, 0), word_style)
        return Strip.join([first, last]).adjust_cell_length(self.size.width, word_style)

    def _line(self, keys: Sequence[FootKey]) -> Strip:
        key_style = self.get_component_rich_style("key-footer--key")
        word_style = self.get_component_rich_style("key-footer--word")
        parts: list[Segment] = []
        for key in keys:
            pressed = Style(meta={"key": key.key})
            parts += [Segment(" " * GAP, word_style)] if parts else []
            parts += [Segment(f"{key.shown} ", key_style + pressed), Segment(key.word, word_style + pressed)]
        return Strip(parts)

    def on_click(self, event: Click) -> None:
        if key := event.style.meta.get("key"):
            self.app.simulate_key(key)
