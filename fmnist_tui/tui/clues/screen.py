from collections.abc import Callable
from typing import ClassVar

from rich.console import Group as Lines
from rich.padding import Padding
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.events import Click
from textual.message import Message
from textual.widgets import Static

from fmnist_tui.lab.clues import FIRST
from fmnist_tui.lab.clues.clue import Clue, Suggestion
from fmnist_tui.lab.plain_text import plural
from fmnist_tui.lab.report.clues import as_markdown
from fmnist_tui.tui.clues.finding import CluesFound, Question
from fmnist_tui.tui.clues.text import backing, card
from fmnist_tui.tui.keys import global_key
from fmnist_tui.tui.widgets.moving import HALF_PAGES, half
from fmnist_tui.tui.widgets.overlay import Overlay
from fmnist_tui.tui.widgets.pane import Pane

SIDE_BY_SIDE = 120
"""Columns from which the numbers are beside the clues, not below the one under the cursor."""


class ClueCard(Static):
    class Clicked(Message):
        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place

    def on_click(self, event: Click) -> None:
        event.stop()
        self.post_message(self.Clicked(self.place))


class ClueList(VerticalScroll, inherit_bindings=False):
    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("down", "move(1)", "Move to the next clue"),
        global_key("up", "move(-1)", "Move to the clue before"),
        global_key("first", "go(0)"),
        global_key("last", "go(-1)"),
    ]

    class Moved(Message):
        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    at = 0

    @property
    def cards(self) -> list[ClueCard]:
        return list(self.query(ClueCard))

    def action_move(self, by: int) -> None:
        if self.cards:
            self.post_message(self.Moved(min(max(self.at + by, 0), len(self.cards) - 1)))

    def action_go(self, place: int) -> None:
        if self.cards:
            self.post_message(self.Moved(place % len(self.cards)))

    def on_clue_card_clicked(self, event: ClueCard.Clicked) -> None:
        event.stop()
        self.post_message(self.Moved(event.place))


class CluesScreen(Overlay[None]):
    DEFAULT_CSS = """
    CluesScreen {
        #parts { height: 1fr; }
        #clues { width: 1fr; height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
        #clues Static { height: auto; margin-bottom: 1; }
        #nothing { display: none; }
        #backing {
            display: none; width: 40%; padding: 0 1; border-left: solid $foreground 40%; scrollbar-size-vertical: 1;
        }
        &.-side-by-side #backing { display: block; }
        &.-nothing #nothing { display: block; }
        &.-nothing #backing { display: none; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("open", "load", "Load what the clue suggests into the editor", word="Load", show=True),
        global_key("train", "queue", "Train what the clue suggests, with its seeds", show=True),
        global_key("compare", "evidence", "Show the experiments it rests on", word="Evidence", show=True),
        global_key("expand", "expand", "Show all clues, or only the first five", word="All", show=True),
        global_key("copy", "copy", "Copy the clues as Markdown"),
        global_key("page-down", "page(1)", "Scroll the numbers down by a page"),
        global_key("page-up", "page(-1)", "Scroll the numbers up by a page"),
        *HALF_PAGES,
        global_key("stop", "on_main('stop')"),
        global_key("pause", "on_main('pause')"),
    ]

    heading = "clues"
    about = (
        "What the results say, the most useful first: each with its certainty (clear, or possible: a hint to look at) "
        "and with what to try. The cursor begins at the first that suggests something. Under it, or beside, are the "
        "numbers that the clue rests on and its source; accuracies there are parts of 1. Experiments marked in the "
        "history narrow what the clues speak of. "
        "docs/statistics.md explains the verdicts, and how often clues are wrong."
    )

    def __init__(
        self,
        question: Question,
        load: Callable[[Suggestion], None],
        queue: Callable[[Suggestion], str],
        open_evidence: Callable[[Clue, Question], None],
    ) -> None:
        super().__init__()
        self.question = question
        self.found: tuple[Clue, ...] | None = None
        """None until they are found."""
        self._load, self._queue, self._open_evidence = load, queue, open_evidence
        self._every = False

    def compose_body(self) -> ComposeResult:
        with Horizontal(id="parts"):
            with ClueList(id="clues"):
                yield Static(id="nothing")
            with VerticalScroll(id="backing", can_focus=False):
                yield Static(id="numbers")

    async def on_mount(self) -> None:
        self.list.at = self._first_applicable()
        self.list.focus()
        await self.show_all()

    @property
    def list(self) -> ClueList:
        return self.query_one(ClueList)

    @property
    def shown(self) -> tuple[Clue, ...]:
        return (self.found or ()) if self._every else (self.found or ())[:FIRST]

    @property
    def clue(self) -> Clue | None:
        return self.shown[self.list.at] if self.list.at < len(self.shown) else None

    def show_found(self, found: CluesFound) -> None:
        """Show clues that are about what this screen speaks of; others are not for it.

        The cursor stays on its clue; where that is gone, or what it suggested is trained, it goes to the first that
        suggests something.
        """
        if bool(found.question.chosen) != bool(self.question.chosen):
            return
        before = self.clue if self.is_mounted else None
        self.question, self.found = found.question, found.clues
        if not self.is_mounted:
            return
        same = [place for place, clue in enumerate(self.shown) if before and _is_still(clue, before)]
        at, self.list.at = self.list.at, same[0] if same else self._first_applicable()
        self.call_later(self.show_all)
        if not same or at != self.list.at:  # else the person may be reading further down
            self.call_later(self.call_after_refresh, self.show_cursor)

    def _first_applicable(self) -> int:
        return next((place for place, clue in enumerate(self.shown) if clue.suggestion), 0)

    async def show_all(self) -> None:
        self._entitle()
        cards = self.list.cards
        for card_left in cards[len(self.shown) :]:
            await card_left.remove()
        await self.list.mount_all([ClueCard(place) for place in range(len(cards), len(self.shown))])
        self.show_cards()
        self.set_class(not self.shown, "-nothing")
        self.query_one("#nothing", Static).update(Text(self._nothing()))

    def _entitle(self) -> None:
        number = len(self.question.spoken_of)
        which = "the marked" if number == 1 else f"the {number:,} marked" if self.question.chosen else f"all {number:,}"
        about = f" · about {which} experiment{plural(number)}" if self.question.chosen or number > 1 else ""
        few = len(self.found or ()) - len(self.shown)
        self.entitle(f"clues{about}" + f" · {len(self.shown)} of {len(self.found or ())} · E shows all" * bool(few))

    def _nothing(self) -> str:
        """Return why there is no clue."""
        if self.found is None:
            return "looking at the results …"
        if not self.question.known:
            return "Nothing is trained yet: Esc, then t trains the network in the editor. Its results bring the clues."
        if not any(group.runs for group in self.question.spoken_of):
            return "None of these experiments is trained yet: Esc, then r in the history trains their seeds."
        return "No clue: these results say nothing for certain. More seeds or other experiments would."

    def on_resize(self) -> None:
        self.set_class(self.size.width >= SIDE_BY_SIDE, "-side-by-side")
        self.show_cards()
        self.call_after_refresh(self.show_cursor)

    def show_cards(self) -> None:
        beside = self.has_class("-side-by-side")
        for place, (each, clue) in enumerate(zip(self.list.cards, self.shown, strict=False)):
            here = place == self.list.at
            words = card(place + 1, clue, under_cursor=here)
            below = [Padding(backing(clue), (1, 0, 0, 4))] if here and not beside else []
            each.update(Lines(words, *below))
        if beside and self.clue is not None:
            self.query_one("#numbers", Static).update(backing(self.clue))
            self.query_one("#backing").scroll_home(animate=False)

    def show_cursor(self) -> None:
        """Scroll so that the clue under the cursor is seen, from its first line if it is longer than the screen."""
        cards = self.list.cards
        if self.list.at < len(cards):
            self.list.scroll_to_widget(cards[self.list.at], animate=False, top=False, force=True)
            region = cards[self.list.at].virtual_region
            if region.height > self.list.scrollable_content_region.height:
                self.list.scroll_to(y=region.y, animate=False, force=True)

    def on_clue_list_moved(self, event: ClueList.Moved) -> None:
        event.stop()
        self.list.at = event.place
        self.show_cards()
        self.call_after_refresh(self.show_cursor)

    def _suggestion(self) -> Suggestion | None:
        """Return what the clue under the cursor suggests; where it suggests nothing, say so and return None."""
        if self.clue is None:
            return None
        if self.clue.suggestion is None:
            self.notify("this clue suggests nothing to train; v shows what it rests on")
        return self.clue.suggestion

    def action_load(self) -> None:
        if (suggestion := self._suggestion()) is not None:
            self.dismiss()
            self._load(suggestion)

    def action_queue(self) -> None:
        if (suggestion := self._suggestion()) is not None:
            self.notify(self._queue(suggestion), markup=False)

    def action_evidence(self) -> None:
        if self.clue is not None:
            self._open_evidence(self.clue, self.question)

    @property
    def _scrolled(self) -> VerticalScroll:
        """Where the numbers of the clue under the cursor are."""
        return self.query_one("#backing", VerticalScroll) if self.has_class("-side-by-side") else self.list

    def action_page(self, by: int) -> None:
        self._scrolled.scroll_relative(y=by * self._scrolled.scrollable_content_region.height, animate=False)

    def action_half_page(self, by: int) -> None:
        self._scrolled.scroll_relative(y=by * half(self._scrolled.scrollable_content_region.height), animate=False)

    async def action_expand(self) -> None:
        self._every = not self._every
        self.list.at = min(self.list.at, max(len(self.shown) - 1, 0))
        await self.show_all()
        self.call_after_refresh(self.show_cursor)

    def action_copy(self) -> None:
        if self.shown:
            self.post_message(Pane.Copied(as_markdown(self.shown), "clues.md"))


def _is_still(clue: Clue, before: Clue) -> bool:
    """Whether it is the same clue, and suggests something if it did."""
    return (clue.rule, clue.about) == (before.rule, before.about) and not (before.suggestion and not clue.suggestion)
