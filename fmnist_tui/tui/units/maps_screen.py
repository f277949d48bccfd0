"""One image as every filter of a convolution sees it."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Static

from fmnist_tui.lab.experiments.jobs import seed_name
from fmnist_tui.lab.inside.one_image import filter_maps
from fmnist_tui.lab.inside.unit_layers import UnitLayer, unit_layers
from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.images.enlarged import EnlargedImage
from fmnist_tui.tui.images.image_grid import Card, SelectableImageGrid
from fmnist_tui.tui.units.cards import order
from fmnist_tui.tui.units.layer_words import layer_name
from fmnist_tui.tui.units.map_cards import map_cards, map_words
from fmnist_tui.tui.units.study import Images, LayerStudy
from fmnist_tui.tui.widgets.overlay import Overlay


class MapsScreen(Overlay[None]):
    """Shows the maps of a convolution's filters, and of the network's other convolutions."""

    heading = "maps of an image"
    about = (
        "The image, then for each filter of a convolution its outputs at all places of the image: bright where it "
        "finds what it looks for, black where it gives 0. Filters come in the order of the units screen, each scaled "
        "to its own largest output, which stands below it. w goes to the network's next convolution."
    )
    topics = ("maps of a filter",)

    DEFAULT_CSS = """
    MapsScreen {
        #words { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        ImageGrid { padding: 0 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("next", "layer(1)", "Show the maps of the next convolution", word="Next convolution", show=True),
        global_key("previous", "layer(-1)", "Show the maps of the convolution before"),
    ]

    @dataclass
    class Found(Message):
        layer: UnitLayer
        maps: NDArray[np.float32]

    def __init__(self, study: LayerStudy, images: Images, at: int) -> None:
        """Create the screen.

        Args:
            study: the convolution that is shown first.
            images: images to choose from.
            at: the place of the one that is shown.
        """
        super().__init__()
        self.study = study
        self.unit_layer = study.layer
        self.convolutions = [each for each in unit_layers(study.architecture) if each.is_convolution]
        self.image = images.images[at]
        self.label = int(images.labels[at])
        self.place = f"{images.array}[{int(images.places[at])}]"

    def compose_body(self) -> ComposeResult:
        yield Static(id="words")
        yield SelectableImageGrid()

    def on_mount(self) -> None:
        self.grid.focus()
        self.entitle(f"{seed_name(self.study.run)} · {layer_name(self.unit_layer)} · maps of {self.place}")
        self.find(self.unit_layer)

    @property
    def grid(self) -> SelectableImageGrid:
        return self.query_one(SelectableImageGrid)

    @work(thread=True, group="maps", name="maps of an image", exclusive=True, exit_on_error=False)
    def find(self, layer: UnitLayer) -> None:
        self.post_message(
            self.Found(layer, filter_maps(self.study.architecture, self.study.weights, self.image, layer))
        )

    def on_maps_screen_found(self, event: Found) -> None:
        if event.layer != self.unit_layer:
            return
        figures = self.study.figures if self.unit_layer == self.study.layer else None
        units = order(figures, self.unit_layer.units, is_output=False)
        name = self.study.run.recipe.classes.names[self.label]
        own = Card(self.image, ("the image", name), (("class", name), ("place", self.place)))
        self.grid.show((own, *map_cards(event.maps, units)))
        self.grid.point_at(0)
        _, rows, columns = event.maps.shape
        words = f"{rows} × {columns} outputs of each filter, {map_words(event.maps)}; each scaled to its own largest"
        self.query_one("#words", Static).update(Text(words))

    def on_selectable_image_grid_moved(self, event: SelectableImageGrid.Moved) -> None:
        shown = f"{event.rack.first + 1:,}–{event.rack.last:,} of {len(event.rack.cards):,}"
        self.entitle(f"{seed_name(self.study.run)} · {layer_name(self.unit_layer)} · maps of {self.place} · {shown}")

    def on_selectable_image_grid_chosen(self, event: SelectableImageGrid.Chosen) -> None:
        event.stop()
        title = f"{layer_name(self.unit_layer)} · maps of {self.place}"
        self.app.push_screen(EnlargedImage(title, event.rack.cards, event.at))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "layer" or len(self.convolutions) > 1

    def action_layer(self, by: int) -> None:
        at = self.convolutions.index(self.unit_layer) + by
        self.unit_layer = self.convolutions[at % len(self.convolutions)]
        self.find(self.unit_layer)
