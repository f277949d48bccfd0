"""Undo and redo without limit."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from fmnist_tui.tui.editor.draft import Draft


@dataclass(frozen=True, slots=True)
class Timeline:
    """The current draft, those before it and those undone."""

    draft: Draft
    past: tuple[Draft, ...] = ()
    future: tuple[Draft, ...] = ()

    def do(self, gesture: Callable[[Draft], Draft]) -> "Timeline":
        """Return the timeline after an edit; moving the cursor is not a step."""
        after = gesture(self.draft)
        if _content(after) == _content(self.draft):
            return replace(self, draft=after)
        return Timeline(after, (*self.past, self.draft))

    def undo(self) -> "Timeline":
        if not self.past:
            return self
        return Timeline(self.past[-1], self.past[:-1], (self.draft, *self.future))

    def redo(self) -> "Timeline":
        if not self.future:
            return self
        return Timeline(self.future[0], (*self.past, self.draft), self.future[1:])


def _content(draft: Draft) -> Draft:
    return replace(draft, row=0, column=0)
