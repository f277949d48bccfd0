"""The pure core: imports neither TensorFlow nor Textual."""
