from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.console import RenderableType
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.message import Message

from fmnist_tui.lab.layers import Layer
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.dataset import FASHION_MNIST, is_other, name_of, shown_name
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.tui.editor import draft as gestures
from fmnist_tui.tui.editor.draft import Draft, Origin, UndoHistory
from fmnist_tui.tui.editor.hint import hint
from fmnist_tui.tui.editor.keys import PANE_KEYS
from fmnist_tui.tui.editor.saved_draft import SavedDraft
from fmnist_tui.tui.editor.table import RecipeTable
from fmnist_tui.tui.widgets.dialogs import PickerDialog, TextDialog, room
from fmnist_tui.tui.widgets.pane import Pane
from fmnist_tui.tui.widgets.text import FixedText

SAVING_SECONDS = 2.0
"""How often to save the draft, for the case that the app is killed."""


class ArchitecturePane(Pane):
    number = 1
    heading = "Architecture"
    about = (
        "The network and how it is trained. The cursor moves over layers and values. Enter opens a value to type it, "
        "or to choose from its list, and saves it; + and - step it, ] doubles and [ halves it. A layer marked ✗ is "
        "invalid; the line under it says why. Every change can be undone."
    )

    DEFAULT_CSS = """
    ArchitecturePane {
        #table { height: 1fr; scrollbar-size-vertical: 1; }
        #hint { height: auto; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = PANE_KEYS

    def __init__(self, notebook: Path, id: str) -> None:
        super().__init__(id=id)
        self._table = RecipeTable()
        self._saved = SavedDraft(notebook)

    def compose_body(self) -> ComposeResult:
        if (draft := self._saved.read()) is not None:
            self._table.set_reactive(RecipeTable.timeline, UndoHistory(draft))
        with VerticalScroll(can_focus=False, id="table"):
            yield self._table
        yield FixedText(id="hint")

    def explanation(self) -> Sequence[RenderableType]:
        from fmnist_tui.tui.editor.explaining import explanations

        return list(explanations(self.draft))

    @property
    def focus_target(self) -> RecipeTable:
        return self._table

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(SAVING_SECONDS, self.save_draft)

    def on_unmount(self) -> None:
        self._saved.save(self.draft)

    def save_draft(self) -> None:
        if self._saved.differs_from(draft := self.draft):
            self.run_worker(
                partial(self._saved.save, draft), name="draft", group="draft", thread=True, exit_on_error=False
            )

    @property
    def draft(self) -> Draft:
        return self.focus_target.draft

    def load(self, origin: Origin, seed: int | None = None) -> None:
        """Load a recipe, as one step that can be undone."""
        self.focus_target.do(lambda draft: gestures.load(draft, origin, seed))
        self._say_other_data(origin.recipe)

    def suggest(self, recipe: Recipe, repeats: int) -> None:
        """Load a recipe to train, as one step that can be undone, and show what it changes."""
        from fmnist_tui.tui.editor.changes import changes, repeats_line
        from fmnist_tui.tui.editor.dialogs import SuggestionDialog

        before = self.draft.seeds.repeats
        self.focus_target.do(lambda draft: gestures.suggest(draft, recipe, repeats))
        seeds = [repeats_line(before, repeats)] if before != repeats else []
        self.app.push_screen(SuggestionDialog(changes(self.draft, *seeds), self.focus_target.action_undo))
        self._say_other_data(recipe)

    def _say_other_data(self, recipe: Recipe) -> None:
        loaded = self.focus_target.dataset
        if name_of(recipe.dataset) != name_of(loaded):
            words = f"of {shown_name(recipe.dataset)}; t trains it on {shown_name(loaded)}, which is loaded"
            self.notify(words, severity="warning", markup=False)

    def on_recipe_table_changed(self, event: RecipeTable.Changed) -> None:
        event.stop()
        self.show_hint()
        architecture = event.draft.architecture
        count = "cannot be trained yet" if architecture.problem else f"{architecture.parameters:,} parameters"
        self.summary = f"{shorthand(architecture) or 'no layers'} · {count}"
        if self.border_subtitle != shorthand(architecture):  # setting it draws the whole pane
            self.border_subtitle = shorthand(architecture)

    def on_resize(self) -> None:
        self.show_hint()

    def show_hint(self) -> None:
        width = max(self.size.width - 2, 20)
        self.query_one("#hint", FixedText).show(hint(self.draft, self.focus_target.typing, width))

    def action_add(self) -> None:
        from fmnist_tui.tui.editor.dialogs import AddLayer

        def add(layer: Layer | None) -> None:
            if layer is not None:
                self.focus_target.do(lambda draft: gestures.insert(draft, layer))

        self.app.push_screen(AddLayer(), add)

    def action_shorthand(self) -> None:
        from fmnist_tui.tui.editor.dialogs import ShorthandLine

        def take(architecture: Architecture | None) -> None:
            if architecture is not None:
                self.focus_target.do(lambda draft: gestures.set_architecture(draft, architecture))

        self.app.push_screen(ShorthandLine(shorthand(self.draft.architecture)), take)

    def action_open_preset(self) -> None:
        from fmnist_tui.lab.experiments.presets import presets

        all_presets = presets()

        def take(place: int | None) -> None:
            if place is not None:
                self.load(Origin(all_presets[place].name, all_presets[place].recipe(self.focus_target.dataset)))

        self.app.push_screen(
            PickerDialog("open a preset", [(preset.name, preset.about) for preset in all_presets]), take
        )

    def action_compare(self) -> None:
        from fmnist_tui.tui.editor.changes import changes

        self.app.push_screen(TextDialog("what changed", changes(self.draft)))

    def action_info(self) -> None:
        from fmnist_tui.lab.explanations.topics import explain, topics
        from fmnist_tui.tui.editor.explaining import explained

        words = topics()

        def show(place: int | None) -> None:
            if place is not None:
                self.app.push_screen(TextDialog(words[place], explained(words[place])))

        self.app.push_screen(
            PickerDialog("explain", [(word, explain(word).title.removeprefix(f"{word}: ")) for word in words]), show
        )

    def action_summary(self) -> None:
        if problem := self.draft.architecture.problem:
            self.notify(problem, severity="warning", markup=False)
        else:
            self.notify("Keras is building the summary")
            self.summarise(self.draft.architecture, room(self.app.size.width))

    @work(thread=True, group="summary", name="summary", exit_on_error=False, exclusive=True)
    def summarise(self, architecture: Architecture, width: int) -> None:
        from fmnist_tui.engine.training.model import summary

        self.post_message(self.Summarised(summary(architecture, width=width)))

    class Summarised(Message):
        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def on_architecture_pane_summarised(self, event: Summarised) -> None:
        event.stop()
        self.app.clear_notifications()  # "building" is out of date
        self.app.push_screen(TextDialog("model.summary()", Text(event.text)))

    def action_copy(self) -> None:
        offered = [
            ("architecture", "the layers as text", self.copy_shorthand),
            ("script", "a Keras script that does the training", self.copy_script),
        ]

        def take(place: int | None) -> None:
            if place is not None:
                offered[place][2]()

        self.app.push_screen(PickerDialog("copy", [(name, about) for name, about, _ in offered]), take)

    def copy_shorthand(self) -> None:
        self.post_message(self.Copied(shorthand(self.draft.architecture) + "\n", "architecture.txt"))

    def copy_script(self) -> None:
        from fmnist_tui.lab.experiments.keras_script import keras_script

        if problem := self.draft.architecture.problem:
            self.notify(problem, severity="warning", markup=False)
            return
        loaded = self.focus_target.dataset
        recipe = self.draft.recipe(loaded if is_other(loaded) else FASHION_MNIST)
        self.post_message(self.Copied(keras_script(recipe, self.draft.seeds.seed), "train.py"))
