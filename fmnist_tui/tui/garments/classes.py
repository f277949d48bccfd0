"""The classes where there is little room."""

SHORT_NAMES = ("T-shirt", "Trouser", "Pullov.", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Boot")
"""The classes in at most seven characters, in the order of the labels."""
