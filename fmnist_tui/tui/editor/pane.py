"""The architecture pane: the recipe as a table, and the menus that change it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message

from fmnist_tui.lab.architecture import Architecture
from fmnist_tui.lab.layers import Layer
from fmnist_tui.lab.recipe import Recipe
from fmnist_tui.lab.shorthand import shorthand
from fmnist_tui.tui.editor import draft as gestures
from fmnist_tui.tui.editor.add_layer import AddLayer
from fmnist_tui.tui.editor.draft import Draft
from fmnist_tui.tui.editor.shorthand_line import ShorthandLine
from fmnist_tui.tui.editor.table import RecipeTable
from fmnist_tui.tui.pane import Pane


class ArchitecturePane(Pane):
    """Edits one recipe; `draft` and `load_recipe` are the pair between it and the rest."""

    number = 1
    name_shown = "Architecture"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "add", "Add layer", id="editor.add"),
        Binding("e", "shorthand", "Shorthand", id="editor.shorthand"),
        Binding("u", "undo", "Undo", id="editor.undo"),
        Binding("U", "redo", "Redo", key_display="U", show=False, id="editor.redo"),
    ]

    class Edited(Message):
        """The draft is another one."""

        def __init__(self, draft: Draft) -> None:
            super().__init__()
            self.draft = draft

    def compose_body(self) -> ComposeResult:
        """Lay out the table, which scrolls."""
        with VerticalScroll(can_focus=False):
            yield RecipeTable()

    @property
    def entrance(self) -> RecipeTable:
        """The table."""
        return self.query_one(RecipeTable)

    @property
    def draft(self) -> Draft:
        """The draft as it stands."""
        return self.entrance.draft

    def load_recipe(self, recipe: Recipe) -> None:
        """Take another recipe, as one step that can be undone."""
        self.entrance.do(lambda draft: gestures.set_recipe(draft, recipe))

    def on_recipe_table_changed(self, event: RecipeTable.Changed) -> None:
        """Keep the one line up to date and tell the screen."""
        event.stop()
        architecture = event.draft.architecture
        count = "cannot be trained yet" if architecture.problem else f"{architecture.parameters:,} parameters"
        self.summary = f"{shorthand(architecture) or 'no layers'} · {count}"
        self.border_subtitle = shorthand(architecture)
        self.post_message(self.Edited(event.draft))

    def action_add(self) -> None:
        """Ask for a kind and add it below the cursor."""

        def add(layer: Layer | None) -> None:
            if layer is not None:
                self.entrance.do(lambda draft: gestures.insert(draft, layer))

        self.app.push_screen(AddLayer(), add)

    def action_shorthand(self) -> None:
        """Ask for the whole architecture as text."""

        def take(architecture: Architecture | None) -> None:
            if architecture is not None:
                self.entrance.do(lambda draft: gestures.set_architecture(draft, architecture))

        self.app.push_screen(ShorthandLine(shorthand(self.draft.architecture)), take)
