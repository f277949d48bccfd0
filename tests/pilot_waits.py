"""Have Textual's pilot wait until all messages are handled, instead of until the processor is quiet.

Textual takes a process that used little of 20 milliseconds for idle. On a busy machine that is so in the midst of
work, and a test looks too early; on a quiet one each key costs several such waits. Textual's version is pinned.
"""

import asyncio
import time
import unicodedata
from typing import Any

import pytest
from textual.app import App
from textual.events import Key
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot

from fmnist_tui.tui.typed_ahead import _busy, _widgets

MOST_SECONDS = 1.0
"""Longest wait for handlers that do not return, as in Textual."""
QUIET_ROUNDS = 3
"""A task that was just begun, or a call from a thread, posts its message within as many rounds of the event loop."""


def use_pilot_waits(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Pilot, "press", press)
    patch.setattr(Pilot, "pause", pause)


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys, each when the one before has taken effect."""
    for key in keys:
        pilot.app.post_message(key_event(key))
        await until_handled(pilot.app)
        await pilot.app._animator.wait_until_complete()
        await until_handled(pilot.app)


async def pause(pilot: Pilot[Any], delay: float | None = None) -> None:
    if delay is not None:
        await asyncio.sleep(delay)
    await until_handled(pilot.app)


async def until_handled(app: App[Any]) -> None:
    """Wait until no widget has a message left to handle, and everything is laid out and drawn."""
    deadline = time.monotonic() + MOST_SECONDS
    quiet = 0
    while quiet < QUIET_ROUNDS and not app._exit and app.screen_stack and time.monotonic() < deadline:
        await asyncio.sleep(0)
        if _busy(app) or any(map(_busy, _widgets(app))):
            quiet = 0
        else:
            quiet += 1
            app.screen._on_timer_update()


def key_event(key: str) -> Key:
    """Return the event of a key, by its name or character, as Textual's pilot makes it."""
    name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
    character: str | None
    try:
        character = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(name, name)))
    except KeyError:
        character = name if len(name) == 1 else None
    return Key(name, character)
