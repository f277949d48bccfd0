"""Handle fast typing one key at a time: each key takes effect before the next is dispatched.

Textual sends a key to the focused widget at once, but a binding runs only when the key has bubbled up to the app. In a
burst, as over a slow connection, a later key could therefore act before an earlier one, or reach a widget that the
earlier one takes the focus from.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial

from textual.app import App
from textual.events import Event, Key
from textual.message import Message

MOVING = frozenset({"enter", "escape", "tab", "shift+tab"})
"""Keys whose focus change arrives in further messages."""
PATIENCE = 1.0
"""The most seconds to wait for a key, in case its widget disappeared."""

Handler = Callable[[Event], Awaitable[None]]


class KeyQueue:
    """Dispatches keys to an app one after another, with Textual's `handle`."""

    class Answered(Message):
        """Posted after a key, to the same widget; its arrival at the app means the widget has handled the key."""

        verbose = True

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(self, app: App[None], handle: Handler) -> None:
        self._app = app
        self._handle = handle
        self._waiting = deque[Key]()
        self._number = 0
        self._bubbled = 0
        self._answering = False

    async def take(self, event: Event) -> None:
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
                await self._dispatch()

    def answered(self, event: Answered) -> None:
        event.stop()
        if event.number != self._bubbled:
            self._settle(event.number, moved=False)

    async def _dispatch(self) -> None:
        self._answering = True
        self._number += 1
        key, number = self._waiting.popleft(), self._number
        target = self._app.focused or self._app.screen
        await self._handle(key)
        if not (key.is_forwarded and target.post_message(self.Answered(number))):
            self._settle(number, moved=True)

    def _settle(self, number: int, *, moved: bool) -> None:
        """Continue once the key's effects are done and the focus is in place."""
        if moved and self._app.screen_stack:
            self._app.screen.call_after_refresh(self._app.call_later, self._next, number)
        else:
            self._app.call_later(self._next, number)

    async def _next(self, number: int) -> None:
        """Dispatch the next key, unless another was dispatched since `number`."""
        if number == self._number and self._answering:
            self._answering = False
            if self._waiting:
                await self._dispatch()
