"""Many trainings: the queue and the workers."""
