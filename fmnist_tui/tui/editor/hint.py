"""The hint under the editor, and the explanations of what is under its cursor."""

from collections.abc import Iterator

from rich.cells import cell_len
from rich.text import Text

from fmnist_tui.lab.explanations.topics import explain, topics_for_argument, topics_for_setting
from fmnist_tui.lab.layers import arguments, describe
from fmnist_tui.lab.parameters import Choice, Spec, specs, spoken
from fmnist_tui.tui.editor.draft import Draft
from fmnist_tui.tui.editor.rows import Typing


def explanations(draft: Draft) -> Iterator[Text]:
    """Yield what the value under the cursor does, then an explanation of each topic."""
    if draft.layer is not None and draft.field is not None:
        about = dict(arguments(type(draft.layer)))[draft.field]
        yield Text.assemble((draft.field, "bold"), f": {about.meaning}; {about.spec}\n")
    yield from map(explained, topics_of(draft))


def topics_of(draft: Draft) -> tuple[str, ...]:
    if draft.layer is not None:
        return topics_for_argument(draft.layer, draft.field or "")
    return topics_for_setting(draft.field or "", draft.value or 0)


def explained(topic: str) -> Text:
    explanation = explain(topic)
    body = "".join(f"  {line}\n" for line in explanation.lines)
    return Text.assemble((explanation.title, "bold"), f"\n{body}", (f"  {explanation.source}\n", "dim italic"))


def hint(draft: Draft, typing: Typing | None, width: int) -> Text:
    """Return the value's name, range and keys: in one line of `width` cells if they fit, else in two."""
    if draft.spec is None or draft.field is None:
        words = Text.assemble((describe(draft.layer) if draft.layer else "", "bold"), " has no parameters")
        keys = "d delete  y duplicate  J K move"
    else:
        words = Text.assemble((spoken(draft.field), "bold"), f": {_bounds(draft.spec)}")
        keys = _keys(draft, draft.spec, typing)
    gap = "   " if words.cell_len + cell_len(keys) + 3 <= width else "\n"
    return Text.assemble(words, gap, (keys, "dim"))


def _bounds(spec: Spec) -> str:
    if isinstance(spec, Choice):
        return f"one of {len(spec.options)}"
    return str(spec).removeprefix("a whole number ").removeprefix("a number ")


def _keys(draft: Draft, spec: Spec, typing: Typing | None) -> str:
    if typing is not None:
        return "Enter saves · Esc cancels" if not typing.options else "type or ↑↓ · Enter selects · Esc cancels"
    more = "  ←→ other" if draft.layer is not None and len(list(specs(draft.layer))) > 1 else ""
    if isinstance(spec, Choice):
        return f"Enter choose  + - next{more}"
    return f"0-9 type  + - step  * / ×2 ÷2{more}"
