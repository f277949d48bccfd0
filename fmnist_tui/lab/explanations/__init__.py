"""Explanations of the lab's terms: a few lines each, with formula and source."""
