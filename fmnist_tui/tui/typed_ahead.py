"""Handle fast typing one key or paste at a time: each takes effect before the next is dispatched.

Textual sends a key to the focused widget at once, but runs a binding only when the key has bubbled up to the app. In a
burst, as over a slow connection, a later key could act before an earlier one. A key has taken effect when no widget has
a message left to handle, however slow the machine. Textual does not expose this state; its version is pinned.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from textual.app import App
from textual.events import Event, Key, Paste
from textual.message_pump import MessagePump
from textual.timer import Timer

MOST_ROUNDS = 50
"""How often to wait for the widgets that are busy; each time a message gets at least one widget further.

A bubbling key needs a round for each ancestor, and so does what it leads to. Without a bound, widgets that always have
something to draw could hold the keys back for ever.
"""
PATIENCE = 60.0
"""Seconds after which the next key is dispatched nevertheless.

The handlers of this app take milliseconds. One that never returned would take away the keys with which to leave.
"""

Handler = Callable[[Event], Awaitable[None]]


class KeyQueue:
    def __init__(self, app: App[None], handle: Handler) -> None:
        self._app = app
        self._handle = handle
        self._waiting = deque[Key | Paste]()
        self._number = 0
        self._acting = False
        self._place: tuple[object, object] = (None, None)
        """Screen and focus before the key."""
        self._patience: Timer | None = None

    async def take(self, event: Event) -> None:
        if not isinstance(event, Key | Paste):
            await self._handle(event)
        elif not self._app.screen_stack:
            return  # the app has been left
        elif event.is_forwarded:
            await self._handle(event)
        else:
            self._waiting.append(event)
            if not self._acting:
                await self._dispatch()
            elif self._patience is None:
                self._patience = self._app.set_timer(PATIENCE, partial(self._next, self._number))

    async def _dispatch(self) -> None:
        self._acting = True
        self._number += 1
        self._place = self._app.screen, self._app.focused
        await self._handle(self._waiting.popleft())
        self._app.call_later(self._look, self._number, MOST_ROUNDS)

    async def _look(self, number: int, rounds: int) -> None:
        """Dispatch the next key if this one has taken effect; otherwise look again after the busy widgets."""
        if number != self._number or not self._app.screen_stack:
            return
        look_again = partial(self._app.call_later, self._look, number, rounds - 1)
        if not rounds:
            await self._next(number)
        elif busy := [widget for widget in _widgets(self._app) if _busy(widget)]:
            _call_after(busy, look_again)
        elif _waits(self._app):
            look_again()
        elif self._place != (place := (self._app.screen, self._app.focused)):
            self._place = place
            self._app.screen.call_after_refresh(look_again)
        else:
            await self._next(number)

    async def _next(self, number: int) -> None:
        if number != self._number:
            return
        self._acting = False
        if self._patience:
            self._patience.stop()
            self._patience = None
        if self._waiting:
            await self._dispatch()


def _widgets(app: App[None]) -> Iterator[MessagePump]:
    for screen in app.screen_stack:
        yield from screen.walk_children(with_self=True)


def _busy(widget: MessagePump) -> bool:
    """Whether a widget handles a message or has one to handle, its own mounting included."""
    idle = not _waits(widget) and widget._message_queue.ready_event._waiters
    return not idle and not widget._closing


def _waits(pump: MessagePump) -> bool:
    return bool(pump._next_callbacks) or pump._pending_message is not None or not pump._message_queue.empty()


def _call_after(widgets: list[MessagePump], callback: Callable[[], object]) -> None:
    left = len(widgets)

    def count() -> None:
        nonlocal left
        left -= 1
        if not left:
            callback()

    for widget in widgets:
        if not widget.call_later(count):
            count()
