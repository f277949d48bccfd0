"""Keys that are typed faster than they are answered: each is answered before the next is handed out.

Textual hands a key to the widget in focus as it comes. The widget's own handlers see it there, but what is bound to it
is done only once it has risen to the app: of keys in one burst, as a slow line brings them, a later one could so be
taken before an earlier one, or by a widget that the earlier one takes the focus from.
"""

from collections import deque
from functools import partial

from textual.app import App
from textual.events import Event, Key
from textual.message import Message

MOVING = frozenset({"enter", "escape", "tab", "shift+tab"})
"""Keys whose answer may be told on by further messages before the focus is where it is to be."""
PATIENCE = 1.0
"""How many seconds the next key waits at most, should a widget have taken the answer with it as it went."""


class TypedAhead(App[None]):
    """An app that answers one key after another."""

    def __init__(self) -> None:
        super().__init__()
        self._typed = deque[Key]()
        """The keys that are not handed out yet, in order."""
        self._number = 0
        """Of the key that was handed out last."""
        self._risen = 0
        """Of the key that rose to the app last."""
        self._answering = False
        """Whether the key that was handed out last is being answered."""

    class Taken(Message):
        """Follows a key on its way, so that it comes to the app once no widget has the key any more."""

        verbose = True

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    async def on_event(self, event: Event) -> None:
        """Let a key wait while there is one that is being answered."""
        if not isinstance(event, Key):
            await super().on_event(event)
        elif event.is_forwarded:
            self._risen, before = self._number, self.screen_stack[-1:]
            await super().on_event(event)
            self._settle(self._risen, moved=self.screen_stack[-1:] != before or event.key in MOVING)
        else:
            self._typed.append(event)
            if self._answering:
                self.set_timer(PATIENCE, partial(self._go_on, self._number))
            else:
                await self._hand_out()

    async def _hand_out(self) -> None:
        """Hand out the key that was typed first."""
        self._answering = True
        self._number += 1
        key, number, target = self._typed.popleft(), self._number, self.focused or self.screen
        await super().on_event(key)
        if not (key.is_forwarded and target.post_message(self.Taken(number))):
            self._settle(number, moved=True)

    def on_typed_ahead_taken(self, event: Taken) -> None:
        """Go on once a widget has taken a key for itself."""
        event.stop()
        if event.number != self._risen:
            self._settle(event.number, moved=False)

    def _settle(self, number: int, *, moved: bool) -> None:
        """Go on once what a key has begun is done, for only then is the focus where it is to be."""
        if moved and self.screen_stack:
            self.screen.call_after_refresh(self.call_later, self._go_on, number)
        else:
            self.call_later(self._go_on, number)

    async def _go_on(self, number: int) -> None:
        """Hand out the next key, if that of a number is the last that was."""
        if number == self._number and self._answering:
            self._answering = False
            if self._typed:
                await self._hand_out()
