"""The history pane: what the notebook holds."""
