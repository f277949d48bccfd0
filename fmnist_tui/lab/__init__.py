"""Pure Python core: architectures, recipes, notebook, statistics, reports. Imports neither TensorFlow nor Textual."""
