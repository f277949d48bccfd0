"""Explanations of the lab's terms."""
