"""Experiments and runs in a text file that people read, edit and commit."""
