"""Groups of runs, jobs to train, presets, training estimates and Keras scripts."""
