"""The keys that steer what is trained, in a few words for the pane's border."""

from collections.abc import Sequence

from fmnist_tui.tui.training.watched import Watched


def keys_in_border(watched: Sequence[Watched]) -> str:
    """Return what the keys do just now to what is at work: `p pauses · s stops`; empty where nothing is."""
    controls = [each.training.control for each in watched if each.training]
    keys = []
    if any(control.paused for control in controls):
        keys.append("p goes on")
    elif any(not control.stopping for control in controls):
        keys.append("p pauses")
    if watched:
        keys.append("s stops")
    if len(watched) > 1:
        keys.append("n shows the next")
    return " · ".join(keys)
