"""Clues on the screen: what the results say, and what to try next."""
