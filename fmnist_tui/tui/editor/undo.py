"""Undo and redo without end: the drafts that were, and the one that is."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from fmnist_tui.tui.editor.draft import Draft


@dataclass(frozen=True, slots=True)
class Timeline:
    """The draft as it is, those before it and those that were undone."""

    draft: Draft
    past: tuple[Draft, ...] = ()
    future: tuple[Draft, ...] = ()

    def do(self, gesture: Callable[[Draft], Draft]) -> "Timeline":
        """Return the timeline after a gesture; one that only moves the cursor is not a step."""
        after = gesture(self.draft)
        if _content(after) == _content(self.draft):
            return replace(self, draft=after)
        return Timeline(after, (*self.past, self.draft))

    def undo(self) -> "Timeline":
        """Return the timeline one step back; the same where there is none."""
        if not self.past:
            return self
        return Timeline(self.past[-1], self.past[:-1], (self.draft, *self.future))

    def redo(self) -> "Timeline":
        """Return the timeline one undone step forward; the same where there is none."""
        if not self.future:
            return self
        return Timeline(self.future[0], (*self.past, self.draft), self.future[1:])


def _content(draft: Draft) -> Draft:
    return replace(draft, row=0, column=0)
