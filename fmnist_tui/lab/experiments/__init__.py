"""What follows from a notebook: groups of runs, jobs to train, presets, estimates, scripts."""
