"""Short class names."""

SHORT_NAMES = ("T-shirt", "Trouser", "Pullov.", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Boot")
"""The classes in at most seven characters, by label."""
