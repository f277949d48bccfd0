from rich.cells import cell_len
from rich.text import Text

from fmnist_tui.lab.layers import describe
from fmnist_tui.lab.parameters import Choice, Spec, specs, spoken
from fmnist_tui.tui.editor.draft import Draft
from fmnist_tui.tui.editor.rows import Typing


def hint(draft: Draft, typing: Typing | None, width: int) -> Text:
    """Return name, range and keys, in one line of `width` cells or in two."""
    if draft.spec is None or draft.field is None:
        words = Text.assemble((describe(draft.layer) if draft.layer else "", "bold"), " has no parameters")
        keys = "d delete  Y duplicate  J K move"
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
        return f"Enter list  + - next{more}"
    return f"Enter type  + - step  ] [ ×2 ÷2{more}"
