"""The differences between a draft and the recipe it was loaded from."""

from rich.text import Text

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.difference import Difference, differences
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.tui.editor.draft import Draft

SIGNS = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}


def changes(draft: Draft) -> Text:
    origin = draft.origin
    if origin is None:
        return Text("Nothing was loaded: o opens a preset, c in the history copies an experiment.")
    lines = [Text.assemble("compared with ", (visible(origin.name), "bold"), "\n")]
    found = differences(origin.recipe, Recipe(draft.architecture, draft.training, origin.recipe.dataset))
    lines += [_line(difference) for difference in found] or [Text("no differences", "italic")]
    return Text("\n").join(lines)


def _line(difference: Difference) -> Text:
    sign, style = SIGNS[difference.kind]
    words = {"added": difference.after, "removed": difference.before}.get(
        difference.kind, f"{difference.before} → {difference.after}"
    )
    return Text(f"{sign} {difference.place}: {words}", style)
