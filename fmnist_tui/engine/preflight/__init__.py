"""Checks before a training: data, first loss, gradients, a small batch, the first steps; and which learning rate."""
