"""The line at the foot of the history."""

from rich.text import Text

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.tui.history.details import standing_words
from fmnist_tui.tui.history.view import View

KEYS = "Enter runs · Space marks · / filters · o sorts · i details · ? all keys"


def hint(view: View, *, statistics: bool) -> Text:
    """Return a line about the row under the cursor: its verdict, hypothesis, note or reason; else keys.

    A narrow screen cuts off the end, so what the table also shows comes last.
    """
    row = view.row
    parts: list[str] = []
    if row is not None and row.entry is None:
        words = standing_words(row.group, view) if statistics else None
        plan = row.group.plan
        parts += [": ".join(words)] if words else []
        parts += [f"expected: {visible(plan.hypothesis)}"] if plan and plan.hypothesis else []
        parts += [visible(plan.note)] if plan and plan.note else []
    elif row is not None and row.run is not None:
        parts += [visible(text) for text in (row.run.reason, row.run.note) if text]
    if view.marked:
        parts.append(f"● {len(view.marked)} marked: v compares, Esc unmarks")
    return Text(" · ".join(parts) or KEYS, "" if parts else "dim", no_wrap=True, overflow="ellipsis")
