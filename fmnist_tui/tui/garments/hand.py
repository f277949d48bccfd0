"""In which hand garments are drawn on the terminal at hand."""

from textual.app import App

from fmnist_tui.tui.garments.drawing import Hand


def hand_of(app: App[None]) -> Hand:
    """Return the hand for a terminal's colours; Textual keeps as `no_color` whether NO_COLOR was set at its start."""
    system = app.console.color_system
    if app.no_color or system is None:
        return "dots"
    return "greys" if system in ("truecolor", "256") else "four greys"
