"""What a draft changes of what was loaded."""

from rich.text import Text

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.difference import LayerDifference, differences
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.tui.editor.draft import Draft

SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}


def changes(draft: Draft, *others: Text) -> Text:
    """Return the differences from what was loaded; `others` are changes of what is not in the recipe."""
    origin = draft.origin
    if origin is None:
        return Text("Nothing was loaded: P opens a preset, c in the history copies an experiment.")
    lines = [Text.assemble("compared with ", (visible(origin.name), "bold"), "\n")]
    found = differences(origin.recipe, Recipe(draft.architecture, draft.training, origin.recipe.dataset))
    lines += [*map(_line, found), *others] or [Text("no differences", "italic")]
    return Text("\n").join(lines)


def repeats_line(before: int, after: int) -> Text:
    return _line(LayerDifference("changed", "repeats", str(before), str(after)))


def _line(difference: LayerDifference) -> Text:
    sign, style = SIGNS[difference.kind]
    words = {"added": difference.after, "removed": difference.before}.get(
        difference.kind, f"{difference.before} → {difference.after}"
    )
    return Text(f"{sign} {difference.place}: {words}", style)
