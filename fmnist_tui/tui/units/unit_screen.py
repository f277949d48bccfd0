"""One unit: its picture, its weights towards the classes, and the images that excite it most."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from rich.console import Group
from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from fmnist_tui.lab.experiments.jobs import seed_name
from fmnist_tui.lab.inside.one_image import filter_maps
from fmnist_tui.lab.inside.unit_pictures import outgoing_by_class, pictures
from fmnist_tui.lab.inside.units import most_exciting
from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.images.drawing import CELLS, Size
from fmnist_tui.tui.images.enlarged import EnlargedImage, ImageDetails
from fmnist_tui.tui.images.image_grid import Card, SelectableImageGrid
from fmnist_tui.tui.units.cards import exciting_cards, fires_words, name_of, outgoing_bars
from fmnist_tui.tui.units.image_screen import ImageScreen
from fmnist_tui.tui.units.layer_words import layer_name, left_out_words
from fmnist_tui.tui.units.map_cards import map_picture, map_words
from fmnist_tui.tui.units.maps_screen import MapsScreen
from fmnist_tui.tui.units.study import Images, LayerStudy, unit_classes
from fmnist_tui.tui.units.weight_picture import draw_weights
from fmnist_tui.tui.widgets.overlay import Overlay

FACTS_COLUMNS = 50
"""Room for the bars of the classes beside a picture."""

ROOM_FOR_BOTH = 100
"""Columns from which a kernel and a map both are drawn whole."""

ROOM_FOR_MAP = 76
"""Columns from which the map is."""

ONE_ROW = 9
"""Rows of a row of small images with captions."""


class UnitScreen(Overlay[int]):
    """Shows one of several units; returns the place of the last one."""

    heading = "a unit"
    about = (
        "On the left the unit's weights for the pixels, light positive, dark negative. Beside it its weights towards "
        "the ten classes: to the right it speaks for a class, to the left against it. Where more dense layers follow, "
        "that is the product of their weights, which leaves out what the activations in between cut off. Of a filter, "
        "beside its kernel: its outputs for each place of the image under the cursor. Below: the images that excite it "
        "most, with its output; Enter shows one large, or the maps of all filters for it."
    )
    topics = (
        "weights as pictures",
        "units that matter",
        "images that excite a unit",
        "maps of a filter",
        "combined weights",
    )

    DEFAULT_CSS = """
    UnitScreen {
        Horizontal { height: auto; padding: 0 1; }
        ImageDetails { margin-right: 2; }
        #facts { width: 1fr; height: auto; }
        ImageGrid { padding: 0 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("next", "next(1)", "Show the next unit", word="Next unit", show=True),
        global_key("previous", "next(-1)", "Show the unit before", word="Unit before", show=True),
        global_key("inside", "inside", "Follow the image through the network", word="Follow", show=True),
    ]

    @dataclass
    class Found(Message):
        """The images that excite a unit most."""

        unit: int
        images: Images
        cards: tuple[Card, ...]

    @dataclass
    class Mapped(Message):
        """What a filter gives at each place of an image."""

        unit: int
        at: int
        values: NDArray[np.float32]

    def __init__(self, study: LayerStudy, units: Sequence[int], at: int) -> None:
        """Create the screen.

        Args:
            study: the layer whose unit is shown.
            units: its units in the order in which they are paged.
            at: the place of the first one shown.
        """
        super().__init__()
        self.study = study
        self.unit_layer = study.layer
        self.units = units
        self.at = at
        self.exciting: Images | None = None
        self.map: NDArray[np.float32] | None = None
        self.pictures = pictures(study.architecture, study.weights, study.layer)
        self.by_class = outgoing_by_class(study.weights, study.layer)
        self.left_out = left_out_words(study.architecture, study.weights, study.layer)

    def compose_body(self) -> ComposeResult:
        with Horizontal():
            yield ImageDetails(id="weights")
            yield ImageDetails(id="map")
            yield Static(id="facts")
        yield SelectableImageGrid()

    def on_mount(self) -> None:
        self.query_one("#map").display = self.unit_layer.is_convolution
        self.grid.focus()
        self.show_unit()

    def on_resize(self) -> None:
        self.show_picture()

    @property
    def unit(self) -> int:
        return self.units[self.at]

    @property
    def grid(self) -> SelectableImageGrid:
        return self.query_one(SelectableImageGrid)

    @property
    def name_of_unit(self) -> str:
        return name_of(self.unit, unit_classes(self.study.run, self.unit_layer))

    def show_unit(self) -> None:
        self.entitle(
            f"{seed_name(self.study.run)} · {layer_name(self.unit_layer)} · {self.name_of_unit} · "
            f"{self.at + 1:,} of {len(self.units):,}"
        )
        self.map = None
        self.show_picture()
        self.show_facts()
        self.grid.show(())
        if self.study.on is not None:
            self.find(self.unit, self.study.on)

    def show_picture(self) -> None:
        large, of_map = self.picture_sizes()
        self.query_one(Horizontal).styles.height = CELLS[of_map][1]  # longer facts are cut, not the images below
        self.query_one("#weights", ImageDetails).show(self.pictures[self.unit], large, draw_weights)
        picture, paint = (None, draw_weights) if self.map is None else map_picture(self.map)
        self.query_one("#map", ImageDetails).show(picture, of_map, paint)

    def picture_sizes(self) -> tuple[Size, Size]:
        """Return the sizes of the weights and of a filter's map, which leave room for the facts."""
        columns, rows = CELLS["double"]
        wide = columns * (2 if self.unit_layer.is_convolution else 1) + FACTS_COLUMNS
        if self.size.width >= wide and self.size.height >= rows + ONE_ROW + 2:
            return "double", "double"
        if not self.unit_layer.is_convolution or self.size.width >= ROOM_FOR_BOTH:
            return "whole", "whole"
        return "small", "whole" if self.size.width >= ROOM_FOR_MAP else "small"

    def show_facts(self) -> None:
        self.query_one("#facts", Static).update(Group(*self.facts()))

    def facts(self) -> list[Text]:
        lines = []
        figures, on, is_output = self.study.figures, self.study.on, self.unit_layer.is_output
        if figures is not None and on is not None:
            if not is_output:
                share = figures.matters[self.unit]
                lines.append(Text(f"matters {share:.1%}, place {self.at + 1:,} of {len(self.units):,}"))
            lines.append(Text(fires_words(self.unit, figures, on.words, self.unit_layer)))
        if self.by_class is not None:
            lines.append(Text("its weights towards the classes:", "dim"))
            lines.append(outgoing_bars(self.by_class[self.unit], self.study.run.recipe.classes))
        if self.map is not None:
            rows, columns = self.map.shape
            lines.append(
                Text(f"beside its kernel: its {rows} × {columns} outputs for the image below, {map_words(self.map)}")
            )
        if self.left_out:
            lines.append(Text(self.left_out, "dim"))
        return lines

    @work(thread=True, group="unit", name="finding images", exclusive=True, exit_on_error=False)
    def find(self, unit: int, on: Images) -> None:
        order, heights = most_exciting(self.study.architecture, self.study.weights, on.images, self.unit_layer, unit)
        self.post_message(
            self.Found(unit, on.chosen(order), exciting_cards(on, order, heights, self.study.run.recipe.classes))
        )

    def on_unit_screen_found(self, event: Found) -> None:
        if event.unit == self.unit:
            self.exciting = event.images
            self.grid.show(event.cards)
            self.grid.point_at(0)

    def on_selectable_image_grid_moved(self, event: SelectableImageGrid.Moved) -> None:
        if self.unit_layer.is_convolution and self.exciting is not None and event.rack.cursor is not None:
            self.find_map(self.unit, event.rack.cursor, self.exciting.images[event.rack.cursor])

    @work(thread=True, group="map", name="a filter's map", exclusive=True, exit_on_error=False)
    def find_map(self, unit: int, at: int, image: NDArray[np.uint8]) -> None:
        maps = filter_maps(self.study.architecture, self.study.weights, image, self.unit_layer)
        self.post_message(self.Mapped(unit, at, maps[unit]))

    def on_unit_screen_mapped(self, event: Mapped) -> None:
        if (event.unit, event.at) == (self.unit, self.grid.cursor):
            self.map = event.values
            self.show_picture()
            self.show_facts()

    def on_selectable_image_grid_chosen(self, event: SelectableImageGrid.Chosen) -> None:
        event.stop()
        if self.unit_layer.is_convolution and self.exciting is not None:
            self.app.push_screen(MapsScreen(self.study, self.exciting, event.at))
        else:
            self.app.push_screen(EnlargedImage(f"what excites {self.name_of_unit}", event.rack.cards, event.at))

    def action_inside(self) -> None:
        if self.exciting is not None:
            study = self.study
            self.app.push_screen(
                ImageScreen(study.run, study.folder, self.exciting, self.grid.cursor or 0, study.epoch)
            )

    def action_next(self, by: int) -> None:
        if 0 <= self.at + by < len(self.units):
            self.at += by
            self.show_unit()

    def action_back(self) -> None:
        self.dismiss(self.at)
