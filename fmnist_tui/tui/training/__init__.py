"""The training pane: what is being trained, its curves and its log."""
