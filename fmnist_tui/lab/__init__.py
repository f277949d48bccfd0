"""The pure core: architectures, recipes, the notebook, statistics and reports; no TensorFlow, no screen."""
