from rich.text import Text

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.tui.history.choices import to_train
from fmnist_tui.tui.history.details import difference_words
from fmnist_tui.tui.history.keys import RESUME_KEY
from fmnist_tui.tui.history.view import HistoryView

KEYS = "i details · n note · o sorts · | columns · r resumes"
"""Those that the footer has no room for at 80 columns; they fit at 60."""


def hint(view: HistoryView, *, statistics: bool) -> Text:
    """Return verdict, hypothesis, note or reason of the row under the cursor; else keys.

    A narrow screen cuts off the end, so what the table also shows comes last.
    """
    row = view.row
    parts: list[str] = []
    if row is not None and row.entry is None:
        words = difference_words(row.group, view) if statistics else None
        plan = row.group.plan
        parts += [": ".join(words)] if words else []
        parts += [f"expected: {visible(plan.hypothesis)}"] if plan and plan.hypothesis else []
        parts += [visible(plan.note)] if plan and plan.note else []
    elif row is not None and row.run is not None:
        parts += [visible(text) for text in (row.run.reason, row.run.note) if text]
        if to_train(row, view.ongoing):
            resumes = row.run.status == "interrupted" and row.run.curves.epochs
            parts.append(f"{RESUME_KEY} resumes it" if resumes else f"{RESUME_KEY} trains it again, from epoch 1")
    if view.marked:
        parts.append(f"● {len(view.marked)} marked: v compares, Esc unmarks")
    return Text(" · ".join(parts) or KEYS, "" if parts else "dim", no_wrap=True, overflow="ellipsis")
