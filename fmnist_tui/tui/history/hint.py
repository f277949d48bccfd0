"""The line at the foot of the history: how the row under the cursor stands, in words."""

from rich.text import Text

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.tui.history.details import standing_words
from fmnist_tui.tui.history.view import View

KEYS = "Enter runs · Space marks · / filters · o sorts · i all about it · ? all keys"


def hint(view: View, *, statistics: bool) -> Text:
    """Return a line on the row under the cursor: its verdict, its hypothesis, its note or its reason; else keys.

    A narrow screen cuts off its end: the verdict stands before the figures, which the table has too, and what the row
    says before what is marked, which stands beneath the table too.

    Args:
        view: what is shown.
        statistics: whether SciPy is there to tell differences.
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
