"""Many trainings: the queue, and worker processes."""
