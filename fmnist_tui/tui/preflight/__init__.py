"""The checks before a training, and the learning-rate test, over the panes."""
