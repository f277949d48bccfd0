from textual.binding import Binding, BindingType

from fmnist_tui.tui.global_keys import global_key

ERRORS_KEYS: list[BindingType] = [
    Binding(
        "percent_sign",
        "percent",
        "Percent",
        key_display="%",
        tooltip="Switch between counts and percent of the row",
        id="errors.percent",
    ),
    global_key("next", "next(1)", "Go to the next of the five heaviest errors", word="Heaviest", show=True),
    global_key("previous", "next(-1)", "Go to the previous of the five heaviest errors", word="Heavier error"),
    global_key("compare", "compare", "Show what this run gets right and the other wrong", word="Other run", show=True),
    global_key("inside", "inside", "Follow these images through the network", word="Inside", show=True),
]
