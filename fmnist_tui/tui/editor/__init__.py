"""The architecture pane: a network and its training, edited from the keyboard."""
