"""How images are drawn on this terminal."""

from textual.app import App

from fmnist_tui.tui.garments.drawing import Hand


def hand_of(app: App[None]) -> Hand:
    """Return the drawing mode for a terminal's colours; `no_color` is NO_COLOR as it was at Textual's start."""
    system = app.console.color_system
    if app.no_color or system is None:
        return "dots"
    return "greys" if system in ("truecolor", "256") else "four greys"
