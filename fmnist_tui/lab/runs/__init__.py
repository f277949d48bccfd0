"""The folder of one run beside the notebook: what a training leaves there while it runs, and reads there."""
