"""The dataset's images on the screen."""
