from textual.binding import Binding, BindingType

from fmnist_tui.tui.charts.lens import lens_keys
from fmnist_tui.tui.global_keys import global_key

PANE_KEYS: list[BindingType] = [
    global_key("open", "open_chart", "Show a chart on the whole screen", word="Chart", show=True),
    global_key("next", "next(1)", "Show the next training"),
    global_key("previous", "next(-1)", "Show the previous training"),
    global_key("inside", "inside", "Watch the units of its first layer learn"),
    Binding(
        "plus,plus_sign",
        "parallel(1)",
        "More in parallel",
        key_display="+",
        show=False,
        tooltip="Train twice as many in parallel, up to one per core",
        id="training.more-in-parallel",
    ),
    Binding(
        "minus",
        "parallel(-1)",
        "Fewer in parallel",
        key_display="-",
        show=False,
        tooltip="Train half as many in parallel, down to one at a time",
        id="training.fewer-in-parallel",
    ),
    *lens_keys(),
    global_key("cancel", "lens('off')", "Stop reading values", word="Stop reading"),
]
