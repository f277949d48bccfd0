"""Keys that are typed faster than they are answered: each is answered before the next is handed out.

Textual hands a key to the focused widget as it comes. The widget's own handlers see it there, but a binding runs only
once the key has bubbled up to the app. Of keys in one burst, as a slow line brings them, a later one could therefore be
taken before an earlier one, or by a widget that the earlier one takes the focus from.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial

from textual.app import App
from textual.events import Event, Key
from textual.message import Message

MOVING = frozenset({"enter", "escape", "tab", "shift+tab"})
"""Keys that move the focus by further messages."""
PATIENCE = 1.0
"""How many seconds the next key waits at most, should a widget disappear with the answer to the last."""

Handler = Callable[[Event], Awaitable[None]]
"""What handles an event when its turn comes: the app's own `on_event`."""


class KeyQueue:
    """Hands keys to an app one after another.

    Args:
        app: the app whose keys these are.
        handle: handles an event as Textual does.
    """

    class Answered(Message):
        """Follows a key on its way, so that it reaches the app once no widget has the key any more."""

        verbose = True

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, app: App[None], handle: Handler) -> None:
        self._app = app
        self._handle = handle
        self._waiting = deque[Key]()
        self._number = 0
        """Of the key that was handed out last."""
        self._bubbled = 0
        """Of the key that bubbled up to the app last."""
        self._answering = False
        """Whether the key that was handed out last is being answered."""

    async def take(self, event: Event) -> None:
        """Handle an event; a key waits while another is being answered."""
        if not isinstance(event, Key):
            await self._handle(event)
        elif not self._app.screen_stack:
            return  # the app has been left
        elif event.is_forwarded:
            self._bubbled, before = self._number, self._app.screen_stack[-1:]
            await self._handle(event)
            moved = self._app.screen_stack[-1:] != before or event.key in MOVING
            self._settle(self._bubbled, moved=moved)
        else:
            self._waiting.append(event)
            if self._answering:
                self._app.set_timer(PATIENCE, partial(self._next, self._number))
            else:
                await self._hand_out()

    def answered(self, event: Answered) -> None:
        """Continue after a widget has handled a key itself."""
        event.stop()
        if event.number != self._bubbled:
            self._settle(event.number, moved=False)

    async def _hand_out(self) -> None:
        self._answering = True
        self._number += 1
        key, number = self._waiting.popleft(), self._number
        target = self._app.focused or self._app.screen
        await self._handle(key)
        if not (key.is_forwarded and target.post_message(self.Answered(number))):
            self._settle(number, moved=True)

    def _settle(self, number: int, *, moved: bool) -> None:
        """Continue when the effects of a key are done: only then is the focus in its place."""
        if moved and self._app.screen_stack:
            self._app.screen.call_after_refresh(self._app.call_later, self._next, number)
        else:
            self._app.call_later(self._next, number)

    async def _next(self, number: int) -> None:
        """Hand out the next key, unless another than the given one was handed out since."""
        if number == self._number and self._answering:
            self._answering = False
            if self._waiting:
                await self._hand_out()
