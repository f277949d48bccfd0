"""Known flaws of the datasets, with sources."""

from rich.text import Text

from fmnist_tui.engine.dataset.description import Duplicates
from fmnist_tui.lab.records.recipe import DatasetName

FASHION_MNIST = (
    (
        "60,000 training and 10,000 test images of Zalando's articles, 28 × 28 grey levels, ten equally sized classes.",
        "Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747",
    ),
    (
        "As first published, 43 training images and 1 test image were exact duplicates, and 10 training images were "
        "also in the test set. The files were replaced at the end of August 2017; results on the "
        "earlier ones are not comparable.",
        "github.com/zalandoresearch/fashion-mnist, issue 44",
    ),
    (
        "Near-duplicates are still in both sets, which makes test accuracies look better than they "
        "would be on new garments.",
        "Geier 2019, “Training on test data: Removing near-duplicates in Fashion-MNIST”, arXiv:1906.08255",
    ),
    (
        "Some labels are wrong, and some images are cut wrongly: 64 of them in the training set are listed, and "
        "their finders report more.",
        "Müller and Markert 2019, “Identifying mislabeled instances in classification datasets”, arXiv:1912.05283; "
        "issue 166 of the repository above",
    ),
)
"""Findings about Fashion-MNIST, each with its source."""

SYNTHETIC = (
    (
        "Drawn by this program, from random shapes and cloths of ten kinds: 20,000 for training and 4,000 for "
        "testing, the same on every machine. They resemble Fashion-MNIST's classes but are not photographs: "
        "accuracies on the two are not comparable, and are never mixed in one figure.",
        "",
    ),
)


def known(dataset: DatasetName, duplicates: Duplicates | None) -> Text:
    """Return a dataset's findings, and how many duplicates were counted here."""
    text = Text()
    for words, source in FASHION_MNIST if dataset == "fashion-mnist" else SYNTHETIC:
        text.append(f"{words}\n")
        if source:
            text.append(f"  {source}\n", "dim italic")
        text.append("\n")
    text.append(f"Counted in the loaded data: {duplicate_words(duplicates)}.\n", "bold")
    return text


def duplicate_words(duplicates: Duplicates | None) -> str:
    """Return the number of exact duplicates, in words."""
    if duplicates is None:
        return "looking for duplicates …"
    counts = (duplicates.train, duplicates.test, duplicates.shared)
    if not any(counts):
        return "no exact duplicates"
    train, test, shared = counts
    return f"duplicates: training {train:,}, test {test:,}, in both {shared:,}"
