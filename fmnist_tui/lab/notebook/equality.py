from collections.abc import Sequence

from fmnist_tui.lab.toml.reading import Notebook


def alike(one: Notebook, other: Notebook) -> bool:
    """Compare, counting NaN as equal to itself."""
    return (
        same_records(one.experiments, other.experiments)
        and same_records(one.runs, other.runs)
        and same_records(tuple(one.unknown.items()), tuple(other.unknown.items()))
    )


def same_records(one: Sequence[object], other: Sequence[object]) -> bool:
    """Compare, counting NaN as equal to itself."""
    return len(one) == len(other) and all(
        a is b or a == b or repr(a) == repr(b) for a, b in zip(one, other, strict=True)
    )
