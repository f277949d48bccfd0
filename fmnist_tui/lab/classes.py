CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
"""Official names (Zalando Research), in label order 0 to 9."""

SHORT_NAMES = ("T-shirt", "Trouser", "Pullov.", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Boot")
"""The classes in at most seven characters, by label."""
