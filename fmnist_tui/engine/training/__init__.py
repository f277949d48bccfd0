"""One training: model, callback, loop, checkpoint, evaluation."""
