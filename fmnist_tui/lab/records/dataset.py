"""The datasets that recipes name: Fashion-MNIST, the synthetic garments, and others of the same form.

A recipe holds a dataset's identity alone. That of other data ends in a part of its sums, `mnist@1f0c2d3e`, so that two
sets of one name are never mixed; what else is known of it is looked up here by that identity.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fmnist_tui.lab.classes import GARMENT_CLASSES, Classes, named_classes
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.plain_text import visible

DatasetName = str
"""The identity of a dataset."""
DatasetChoice = str
"""Dataset option: auto, or a dataset's name; auto uses the synthetic images if Fashion-MNIST is missing."""

FASHION_MNIST: DatasetName = "fashion-mnist"
SYNTHETIC: DatasetName = "synthetic"
DATASETS: tuple[DatasetName, ...] = (FASHION_MNIST, SYNTHETIC)
"""Those that the program knows by itself."""
AUTO: DatasetChoice = "auto"

LONGEST_NAME = 40
SUM_DIGITS = 8
"""Hexadecimal digits of an identity; four files by chance share them once in 4 thousand million."""


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    title: str
    train: int
    """Number of training images."""
    test: int
    """Number of test images."""
    classes: Classes = GARMENT_CLASSES
    sums: tuple[tuple[str, str], ...] = ()
    """MD5 of each file's uncompressed bytes, by file; empty for the program's own."""
    loaded: bool = False
    """Whether they are those of files and not of a run's record."""


_facts: dict[DatasetName, DatasetFacts] = {
    FASHION_MNIST: DatasetFacts("Fashion-MNIST", 60_000, 10_000),
    SYNTHETIC: DatasetFacts("synthetic garments", 20_000, 4_000),
}


class DatasetNameError(UserError):
    pass


def register(
    name: str, train: int, test: int, classes: Iterable[str], sums: Mapping[str, str], *, loaded: bool = False
) -> DatasetName:
    """Remember what is known of other data, and return its identity.

    The latest names of the classes count, those beside the files before those in records.
    """
    in_order = tuple(sorted(sums.items()))
    digest = hashlib.sha256("\n".join(f"{file} {md5}" for file, md5 in in_order).encode()).hexdigest()
    identity = f"{checked_name(name)}@{digest[:SUM_DIGITS]}"
    if loaded or identity not in _facts or not _facts[identity].loaded:
        remember(identity, DatasetFacts(name, train, test, named_classes(tuple(classes)), in_order, loaded))
    return identity


def remember(dataset: DatasetName, facts: DatasetFacts) -> None:
    """Know what another process knows of other data."""
    _facts[dataset] = facts


def facts_of(dataset: DatasetName) -> DatasetFacts:
    """Return what is known; of a dataset that only a plan names, what Fashion-MNIST has, with numbers for classes."""
    if (known := _facts.get(dataset)) is not None:
        return known
    return DatasetFacts(name_of(dataset), 60_000, 10_000, named_classes(tuple(map(str, range(10)))))


def name_of(dataset: DatasetName) -> str:
    return dataset.partition("@")[0]


def title_of(dataset: DatasetName) -> str:
    """Return the name to show; with its sum where another dataset has the same name."""
    facts = facts_of(dataset)
    alike = sum(each.title == facts.title for each in _facts.values())
    return dataset if alike > 1 else facts.title


def mark_of(dataset: DatasetName) -> str:
    """Return what stands in brackets behind an experiment's name; nothing for Fashion-MNIST."""
    if dataset == FASHION_MNIST:
        return ""
    return shown_name(dataset)


def shown_name(dataset: DatasetName) -> str:
    """Return the name by which it is chosen, with its sum where another dataset has the same."""
    return title_of(dataset) if is_other(dataset) else dataset


def is_other(dataset: DatasetName) -> bool:
    return dataset not in DATASETS


def in_order(datasets: Iterable[DatasetName]) -> tuple[DatasetName, ...]:
    """Return each once: Fashion-MNIST, the synthetic garments, others by name."""
    found = set(datasets)
    return (*(each for each in DATASETS if each in found), *sorted(found.difference(DATASETS)))


def checked_name(name: str) -> str:
    """Return the name of other data; DatasetNameError if it cannot be one."""
    if not name.strip() or name != name.strip() or len(name) > LONGEST_NAME or not name.isprintable() or "@" in name:
        raise DatasetNameError(
            f"a dataset's name has 1 to {LONGEST_NAME} printable characters without @, not {visible(repr(name), 60)}"
        )
    if name == AUTO:
        raise DatasetNameError("auto is no dataset; write fashion-mnist, synthetic or the name of other data")
    plain = "".join(filter(str.isalnum, name.casefold()))
    for known in (AUTO, *DATASETS):
        if plain == known.replace("-", "") and name != known:
            raise DatasetNameError(f"{name} is too like {known}; write {known}, or name other data otherwise")
    return name


def file_part(dataset: DatasetName) -> str:
    """Return what a file's name can hold of a dataset's: `kana-1f0c2d3e`."""
    return re.sub("[^A-Za-z0-9._]+", "-", dataset).strip("-.")


def checked_choice(name: str) -> DatasetChoice:
    """Return the value of a dataset option; DatasetNameError if it can be no dataset's name."""
    return checked_name(name) if chooses_other_data(name) else name


def chooses_other_data(choice: DatasetChoice) -> bool:
    return choice != AUTO and is_other(choice)


def no_folder(name: str) -> DatasetNameError:
    return DatasetNameError(
        f"{name} is none of the program's own datasets, fashion-mnist and synthetic; "
        "give the folder of its four IDX files with --data"
    )


def check_has_folder(dataset: DatasetChoice, directory: Path | None) -> None:
    """Raise DatasetNameError if other data are chosen without a folder."""
    if chooses_other_data(dataset) and directory is None:
        raise no_folder(dataset)


def name_clash(dataset: DatasetName, recorded: Iterable[DatasetName]) -> str | None:
    """Return what differs if a notebook's runs are on other data of the same name, and none on these."""
    known = set(recorded)
    if not is_other(dataset) or dataset in known:
        return None
    for other in in_order(known):
        if is_other(other) and name_of(other) == name_of(dataset):
            before, now = dict(facts_of(other).sums), dict(facts_of(dataset).sums)
            differing = [file for file in now if before.get(file) != now[file]]
            sums = ", ".join(f"{file} has MD5 {now[file]}, not {before.get(file, 'none')}" for file in differing[:1])
            more = f", and {len(differing) - 1} more differ" if len(differing) > 1 else ""
            return (
                f"the notebook has runs on other data named {name_of(dataset)}: {sums}{more}; "
                "name these data otherwise with --dataset, or the folder of the others with --data"
            )
    return None


def options_of(dataset: DatasetName) -> list[str]:
    """Return the words of a command line that choose a dataset, not quoted."""
    return ["--dataset", name_of(dataset), *(["--data", "DIR"] if is_other(dataset) else [])]
