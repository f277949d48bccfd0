"""The history pane: the notebook's experiments and runs."""
