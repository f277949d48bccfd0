from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual.binding import BindingType
from textual.containers import ScrollableContainer
from textual.events import Click, Key, Resize
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from fmnist_tui.lab.experiments.seeds import TakenSeeds
from fmnist_tui.lab.experiments.speeds import Speed
from fmnist_tui.lab.parameters import Choice, ParameterError
from fmnist_tui.lab.records.dataset import DatasetName
from fmnist_tui.tui.editor import draft as gestures
from fmnist_tui.tui.editor.draft import Draft, UndoHistory
from fmnist_tui.tui.editor.keys import TABLE_KEYS
from fmnist_tui.tui.editor.rows import FIELD, OPTION, EditorLine, Typing, cost_words, lines
from fmnist_tui.tui.widgets.moving import half


class RecipeTable(Widget, can_focus=True):
    DEFAULT_CSS = """
    RecipeTable { height: auto; width: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = TABLE_KEYS

    timeline: reactive[UndoHistory] = reactive(UndoHistory(Draft()))
    typing: reactive[Typing | None] = reactive(None)
    speed: reactive[Speed | None] = reactive(None)
    taken: reactive[TakenSeeds] = reactive(TakenSeeds())
    dataset: reactive[DatasetName] = reactive[DatasetName]("fashion-mnist")

    class Changed(Message):
        def __init__(self, draft: Draft) -> None:
            super().__init__()
            self.draft = draft

    @property
    def draft(self) -> Draft:
        return self.timeline.draft

    def do(self, gesture: Callable[[Draft], Draft]) -> None:
        """Apply an edit as one undo step; notify if its value is not valid."""
        try:
            self.timeline = self.timeline.do(gesture)
        except ParameterError as error:
            self.notify(str(error), severity="warning", markup=False)

    def lines(self) -> tuple[EditorLine, ...]:
        return self._lines(max(self.size.width, 20))

    def _lines(self, width: int) -> tuple[EditorLine, ...]:
        return lines(self.draft, width, self.typing, costs=self.costs, seeds=self.seeds_words, focused=self.has_focus)

    @property
    def seeds_words(self) -> str:
        if not self.draft.startable:
            return ""
        seeds = self.draft.seeds
        return self.taken.words(self.draft.recipe(self.dataset), seeds.seed, seeds.repeats)

    @property
    def costs(self) -> tuple[str, ...]:
        if not self.draft.startable:
            return ()
        return tuple(cost_words(self.draft.recipe(self.dataset), self.speed))

    def render(self) -> Text:
        return Text("\n").join(line.text for line in self.lines())

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return len(self._lines(max(width, 20)))

    def watch_timeline(self) -> None:
        self.take_room()
        self.post_message(self.Changed(self.draft))
        self.call_after_refresh(self.show_cursor)

    watch_typing = watch_timeline

    def watch_speed(self) -> None:
        self.take_room()

    watch_taken = watch_speed

    def take_room(self) -> None:
        """Request a layout only if the number of lines changed: one on every key is slow."""
        if not self.size or len(self.lines()) != self.size.height:
            self.refresh(layout=True)

    def on_resize(self, event: Resize) -> None:
        self.call_after_refresh(self.show_cursor)

    def show_cursor(self) -> None:
        """Scroll to the cursor's line; for the first layer to the heading too."""
        places = [place for place, line in enumerate(self.lines()) if line.row == self.draft.row]
        if places and isinstance(self.parent, ScrollableContainer):
            top = 0 if self.draft.row == 0 else places[0]
            region = Region(0, top, self.size.width, places[-1] - top + 1)
            self.parent.scroll_to_region(region, animate=False)

    def on_blur(self) -> None:
        """Drop a half-typed value, but not while the terminal alone is out of focus."""
        if self.app.app_focus:
            self.typing = None

    def on_key(self, event: Key) -> None:
        if self.typing is not None and self._typed(event, self.typing):
            event.stop()
            event.prevent_default()

    def on_click(self, event: Click) -> None:
        """Select a row, value or option; type on a double click."""
        at, shown = event.get_content_offset(self), self.lines()
        if at is None or at.y >= len(shown):
            return
        if self.typing is not None and OPTION in event.style.meta:
            self._keep(replace(self.typing, picked=event.style.meta[OPTION]))
        elif (row := shown[at.y].row) is not None and not shown[at.y].under:
            self.typing = None
            self.do(lambda draft: gestures.point_at(draft, row, event.style.meta.get(FIELD)))
            if event.chain == 2:
                self.action_type()

    def _typed(self, event: Key, typing: Typing) -> bool:
        """Handle a key while typing; return whether it is used up."""
        match event.key:
            case "escape":
                self.typing = None
            case "up" | "down" if typing.options:
                by = 1 if event.key == "down" else -1
                self.typing = replace(typing, picked=(typing.picked + by) % len(typing.options))
            case "up" | "down":
                self._keep(typing)
                return self.typing is not None
            case "backspace":
                self._begin_typing(typing.text[:-1])
            case "ctrl+u" | "ctrl+w":  # as in a shell
                self._begin_typing("")
            case _ if event.is_printable and event.character:
                self._begin_typing(typing.text + event.character)
            case _:
                return False
        return True

    def _begin_typing(self, text: str) -> None:
        spec = self.draft.spec
        words = spec.options if isinstance(spec, Choice) else ()
        options = tuple(word for word in words if word.startswith(text.lower()))
        picked = options.index(str(self.draft.value)) if self.draft.value in options and not text else 0
        self.typing = Typing(text, options=options, picked=picked)

    def _keep(self, typing: Typing) -> None:
        """Set the typed value or say why not; without any text the value stays."""
        text = typing.options[typing.picked] if typing.options else typing.text
        if not text:
            self.typing = None
            return
        try:
            self.timeline = self.timeline.do(lambda draft: gestures.type_value(draft, text))
        except ParameterError as error:
            self.typing = replace(typing, problem=str(error))
        else:
            self.typing = None

    def action_move(self, by: int) -> None:
        self.do(lambda draft: gestures.move_cursor(draft, by))

    def action_go_first(self) -> None:
        self.action_move(-self.draft.rows)

    def action_go_last(self) -> None:
        self.action_move(self.draft.rows)

    def action_half_page(self, by: int) -> None:
        shown = self.parent.size.height if isinstance(self.parent, ScrollableContainer) else self.size.height
        self.action_move(by * half(shown))

    def action_column(self, by: int) -> None:
        self.do(lambda draft: gestures.move_column(draft, by))

    def action_type(self) -> None:
        if self.typing is not None:
            self._keep(self.typing)
        elif self.draft.spec is not None:
            self._begin_typing("")

    def action_step(self, by: int) -> None:
        self.do(lambda draft: gestures.step_value(draft, by))

    def action_scale(self, factor: float) -> None:
        self.do(lambda draft: gestures.scale_value(draft, factor))

    def action_delete(self) -> None:
        self.do(gestures.remove)

    def action_duplicate(self) -> None:
        self.do(gestures.duplicate)

    def action_shift(self, by: int) -> None:
        self.do(lambda draft: gestures.move_layer(draft, by))

    def action_clear(self) -> None:
        self.do(gestures.clear)

    def action_undo(self) -> None:
        if not self.timeline.past:
            self.notify("nothing to undo")
        self.timeline = self.timeline.undo()

    def action_redo(self) -> None:
        if not self.timeline.future:
            self.notify("nothing to redo")
        self.timeline = self.timeline.redo()
