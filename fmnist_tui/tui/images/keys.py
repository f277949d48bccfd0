from textual.binding import Binding, BindingType

from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.widgets.moving import MOVING_KEYS

DATA_KEYS: list[BindingType] = [
    global_key("down", "next_class(1)", "Go to the next class", word="Next class"),
    global_key("up", "next_class(-1)", "Go to the previous class", word="Previous class"),
    global_key("right", "leaf(1)", "Go to the next image", word="Next image"),
    global_key("left", "leaf(-1)", "Go to the previous image", word="Previous image"),
    global_key("page-down", "page(1)", "Show the next images", show=True),
    global_key("page-up", "page(-1)", "Show the previous images"),
    *MOVING_KEYS,
    global_key("next", "next(1)", "Show the training, the validation or the test set", word="Set", show=True),
    global_key("previous", "next(-1)", "Show the set before", word="Previous set"),
    Binding("m", "mean", "Mean", tooltip="Switch between the class's mean and an image", id="data.mean"),
    global_key("info", "info", "Read about the data's known flaws", word="Known flaws", show=True),
    global_key("open", "gallery", "Show all images of the class", word="Images", show=True),
]
