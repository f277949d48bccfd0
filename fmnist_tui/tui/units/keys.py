from textual.binding import Binding, BindingType

from fmnist_tui.tui.global_keys import global_key

NUMBER_KEY = Binding(
    "number_sign",
    "number",
    "Number",
    show=True,
    key_display="#",
    tooltip="Go to any image of the data by its number",
    id="units.number",
)

UNITS_KEYS: list[BindingType] = [
    global_key("inside", "inside", "Follow images through the network", word="One image", show=True),
    global_key("next", "layer(1)", "Show the units of the next layer", word="Next layer", show=True),
    global_key("previous", "layer(-1)", "Show the units of the layer before"),
    Binding(
        "B",
        "epoch",
        "Best epoch",
        show=True,
        tooltip="Show the weights of the best epoch, or of the last",
        id="units.epoch",
    ),
    global_key("film", "film", "Show how the first layer's weights grew, epoch by epoch", word="Film", show=True),
    global_key("picture", "picture", show=True),
    NUMBER_KEY,
    Binding(
        "X",
        "model",
        "Keras model",
        show=True,
        tooltip="Write the network as model.keras into the run's folder",
        id="units.model",
    ),
    global_key("compare", "compare", "Send an image through the other run's network too", show=True),
]
