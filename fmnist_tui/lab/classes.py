from typing import NamedTuple

from fmnist_tui.lab.language.catalogue import translated


class Classes(NamedTuple):
    """The ten classes of a dataset, in label order 0 to 9."""

    names: tuple[str, ...]
    short: tuple[str, ...]
    """In at most seven characters."""
    rows: tuple[str, ...]
    """In at most eight characters."""
    columns: tuple[str, ...]
    """In at most four characters."""
    ours: bool = False
    """Whether the names are messages of the program, which reports translate."""

    def said(self, label: int) -> str:
        """Return a name in the language of what is being written."""
        return translated(self.names[label]) if self.ours else self.names[label]

    def said_shortly(self, label: int) -> str:
        return translated(self.short[label]) if self.ours else self.short[label]


GARMENT_CLASSES = Classes(
    names=(
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
    ),
    short=("T-shirt", "Trouser", "Pullov.", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Boot"),
    rows=("T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Boot"),
    columns=("T-sh", "Trou", "Pull", "Dres", "Coat", "Sand", "Shir", "Snea", "Bag", "Boot"),
    ours=True,
)
"""The official names (Zalando Research), and shorter ones."""


def named_classes(names: tuple[str, ...]) -> Classes:
    """Return classes of other data, with their names cut where there is no room."""
    short, rows, columns = (tuple(_cut(name, longest) for name in names) for longest in (7, 8, 4))
    return Classes(names, short, rows, columns)


def _cut(name: str, longest: int) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1]}…" if longest > 4 else name[:longest]
