from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from textual import work
from textual.app import App, ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical
from textual.dom import DOMNode
from textual.events import Click
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static

from fmnist_tui.lab.explanations.topics import explain, topics
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.tui.editor.explaining import explained
from fmnist_tui.tui.global_keys import shown_key
from fmnist_tui.tui.main_screen import MainScreen
from fmnist_tui.tui.palette import places
from fmnist_tui.tui.widgets.moving import ScrolledText
from fmnist_tui.tui.widgets.overlay import Overlay
from fmnist_tui.tui.widgets.text import FixedText, OneLineInput

WITH_IDS = 84
"""The least width for a column of command ids."""

MOST_IN_FULL = 3
"""How many explanations are shown whole when a word is found in them; of more, only the names."""

MOVES = ("up", "down", "left", "right", "first", "last")

Tab = Literal["keys", "explanation"]


@dataclass(frozen=True, slots=True)
class KeyRow:
    keys: str
    words: str
    id: str
    place: str = ""
    """Where the key works, if it is shown among those of other places."""

    @property
    def text(self) -> str:
        return f"{self.words} {self.place} {self.id}".lower()


@dataclass(frozen=True, slots=True)
class KeyGroup:
    heading: str
    rows: tuple[KeyRow, ...]


def help_on(screen: Screen[Any]) -> "HelpScreen":
    active = screen.active_bindings.values()
    match screen:
        case MainScreen():
            pane = screen.panes[screen.current]
            here = [each for each in active if pane in each.node.ancestors_with_self]
            groups = _groups(f"{pane.heading} pane", here, active)
            return HelpScreen(pane.heading, groups, pane.explanation(), pane.about)
        case Overlay():
            common = {binding.id for binding in Overlay.BINDINGS if isinstance(binding, Binding)}
            here = [each for each in active if each.node is not screen.app and each.binding.id not in common]
            groups = _groups("This screen", here, active)
            return HelpScreen(screen.heading, groups, (), screen.about, tuple(map(explained, screen.topics)))
    raise TypeError(f"no help on {screen}")


def _groups(heading: str, here: Sequence[ActiveBinding], active: Iterable[ActiveBinding]) -> tuple[KeyGroup, ...]:
    elsewhere = [each for each in active if each not in here]
    return KeyGroup(heading, tuple(_rows(here))), KeyGroup("Everywhere", tuple(_rows(elsewhere)))


def _rows(bindings: Iterable[ActiveBinding]) -> Iterator[KeyRow]:
    """Commands in the footer come first, those that only move last."""
    found: dict[tuple[DOMNode, str], list[Binding]] = {}
    for active in bindings:
        if active.binding.description and active.binding.id:  # the others are Textual's own
            found.setdefault((active.node, active.binding.action), []).append(active.binding)
    for same in sorted(found.values(), key=lambda same: _rank(same[0])):
        keys = " ".join(dict.fromkeys(map(shown_key, same)))
        yield KeyRow(keys, same[0].tooltip or same[0].description, same[0].id or "")


def _rank(binding: Binding) -> int:
    id = binding.id or ""
    moves = id.rpartition(".")[2].startswith(MOVES) or "page-" in id
    return 0 if binding.show else 2 if moves else 1


def find_commands(app: App[Any], words: Sequence[str]) -> tuple[KeyRow, ...]:
    """Return the commands with all these words, or with the only one as their key."""
    rows: dict[tuple[str, str], tuple[bool, KeyRow]] = {}
    for place in places():
        for binding in place.bindings:
            if binding.description:
                keys = _keys_of(app, binding)
                row = KeyRow(keys, binding.tooltip or binding.description, binding.id or "", place.heading)
                is_key = len(words) == 1 and words[0] in keys.lower().split()
                if is_key or all(word in f"{row.text} {binding.description.lower()}" for word in words):
                    rows.setdefault((row.words, row.keys), (not is_key, row))
    return tuple(row for _, row in sorted(rows.values(), key=lambda found: found[0]))


def _keys_of(app: App[Any], binding: Binding) -> str:
    bound = Binding(app._keymap.get(binding.id or "", binding.key), binding.action, key_display=binding.key_display)
    if bound.key != binding.key:
        bound = Binding(bound.key, binding.action)
    return " ".join(dict.fromkeys(map(shown_key, Binding.make_bindings([bound]))))


def find_topics(words: Sequence[str]) -> tuple[str, ...]:
    """Return the explained terms with all these words, those with them in their title first."""
    ranked = []
    for topic in topics():
        explanation = explain(topic)
        title = f"{topic} {explanation.title}".lower()
        if all(word in f"{title} {' '.join(explanation.lines)}".lower() for word in words):
            ranked.append((not all(word in title for word in words), topic))
    return tuple(topic for _, topic in sorted(ranked, key=lambda found: found[0]))


def keys_table(rows: Sequence[KeyRow], width: int, like: Sequence[KeyRow]) -> Table:
    """Columns are as wide as those of `like`; ids only if there is room."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=max(len(row.keys) for row in like))
    table.add_column(ratio=1)
    with_ids = width >= WITH_IDS
    if with_ids:
        table.add_column(width=max(len(row.id) for row in like))
    for row in rows:
        words = Text.assemble(row.words, (f" · {row.place}" if row.place else "", "dim"))
        table.add_row(Text(row.keys, "bold"), words, *([Text(row.id, "dim")] if with_ids else []))
    return table


class HelpScreen(ModalScreen[None]):
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > Vertical {
        width: 100%; max-width: 110; height: 100%; border: round $accent; background: $surface; padding: 0 1;
    }
    HelpScreen #tabs { height: 1; }
    HelpScreen Input { background: $boost; margin-bottom: 1; }
    HelpScreen ScrolledText { height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", show=False),
        Binding("q,question_mark,f1", "dismiss", "Close", show=False),
        Binding("slash", "find", "Find", show=False),
        Binding("tab,shift+tab", "other", "Other tab", show=False, priority=True),
        # For the text beneath, while the line has the focus.
        Binding("down", "pass_on('scroll_down')", "Down", show=False),
        Binding("up", "pass_on('scroll_up')", "Up", show=False),
        Binding("pagedown", "pass_on('page_down')", "Page down", show=False),
        Binding("pageup", "pass_on('page_up')", "Page up", show=False),
    ]

    def __init__(
        self,
        heading: str,
        groups: Sequence[KeyGroup],
        explanation: Sequence[RenderableType],
        about: str,
        terms: Sequence[RenderableType] = (),
    ) -> None:
        super().__init__()
        self.shown_title = f"help: {heading}"
        self.groups = groups
        self.explanation = explanation
        self.about = about
        self.terms = terms
        self.shown: Tab = "keys"

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = self.shown_title
            yield FixedText(id="tabs")
            yield OneLineInput(placeholder="/ to find any command or term", compact=True)
            with ScrolledText():
                yield Static(id="page")

    def on_mount(self) -> None:
        self.text.focus()
        self.load_places()

    @work(thread=True, group="help", name="help", exit_on_error=False)
    def load_places(self) -> None:
        """Import all screens in a thread, so that the first letter typed does not wait for it."""
        places()

    def on_resize(self) -> None:
        self.call_after_refresh(self.show_text)

    @property
    def text(self) -> ScrolledText:
        return self.query_one(ScrolledText)

    @property
    def line(self) -> OneLineInput:
        return self.query_one(OneLineInput)

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(self.line.value.lower().split())

    def show_text(self) -> None:
        tabs = Text()
        second = "Under the cursor" if self.explanation else "What it shows"
        for tab, words in (("keys", "Keys"), ("explanation", second)):
            style = "bold reverse" if tab == self.shown and not self.words else ""
            tabs.append(f" {words} ", style).append("  ")
        self.query_one("#tabs", FixedText).show(tabs)
        typing = self.line.has_focus
        self.query_one(Vertical).border_subtitle = (
            "↑↓ scroll · Enter reads · Esc clears" if typing else "Tab other tab · / finds · Esc closes"
        )
        self.query_one("#page", Static).update(Group(*(self._found() if self.words else self._page())))

    def _page(self) -> Iterator[RenderableType]:
        if self.shown == "keys":
            rows = [row for group in self.groups for row in group.rows]
            for group in self.groups:
                yield Text(group.heading, "bold underline")
                yield keys_table(group.rows, self._width, rows)
                yield Text()
        else:
            yield from self.explanation
            yield Text(f"{self.about}\n" if self.terms else self.about)
            yield from self.terms

    def _found(self) -> Iterator[RenderableType]:
        rows, found = find_commands(self.app, self.words), find_topics(self.words)
        parts = [self._commands(rows), self._explanations(found)]
        named = any(all(word in topic for word in self.words) for topic in found)
        for part in reversed(parts) if named else parts:
            yield from part
        if not rows and not found:
            yield Text(f"nothing has the words {visible(self.line.value)!r}", "italic")

    def _commands(self, rows: Sequence[KeyRow]) -> Iterator[RenderableType]:
        if rows:
            yield Text("Commands", "bold underline")
            yield keys_table(rows, self._width, rows)
            yield Text()

    def _explanations(self, found: Sequence[str]) -> Iterator[RenderableType]:
        if found:
            yield Text("Terms", "bold underline")
            yield from map(explained, found[:MOST_IN_FULL])
            if more := found[MOST_IN_FULL:]:
                yield Text(f"also in: {', '.join(more)}\n", "dim")

    @property
    def _width(self) -> int:
        return self.text.scrollable_content_region.width

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.text.scroll_home(animate=False)
        self.show_text()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.text.focus()

    def on_descendant_focus(self) -> None:
        self.show_text()

    def on_click(self, event: Click) -> None:
        if event.widget is self.query_one("#tabs") and not self.words:
            self.action_other()

    def action_find(self) -> None:
        self.line.focus()

    def action_leave(self) -> None:
        if self.line.value or self.line.has_focus:
            self.line.value = ""
            self.text.focus()
        else:
            self.dismiss()

    def action_other(self) -> None:
        if self.words:
            self.line.value = ""
        else:
            self.shown = "explanation" if self.shown == "keys" else "keys"
        self.text.focus()
        self.text.scroll_home(animate=False)
        self.show_text()

    async def action_pass_on(self, action: str) -> None:
        await self.app.run_action(action, default_namespace=self.text)
