"""Data, models and training: everything that imports TensorFlow, nothing of the screen."""
