"""The report as a Jupyter notebook: its text, and the chosen network's script in cells that run top to bottom."""

import json
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.language.catalogue import translated
from fmnist_tui.lab.report import wording
from fmnist_tui.lab.report.markdown import PlacedFigure, head, references, script, script_text, sections
from fmnist_tui.lab.report.study import Content

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
    "fmnist_tui": {"report": True},
}


def jupyter_notebook(content: Content, figures: Sequence[PlacedFigure], images: Mapping[str, bytes]) -> str:
    """Return the report as the text of an .ipynb file.

    Args:
        content: what it says.
        figures: the figures; their sources are replaced.
        images: the PNG file of each figure by its name.
    """
    import nbformat
    from nbformat.v4 import new_notebook

    files = {f"{each.figure.name}.png": images[each.figure.name] for each in figures}
    attached = [PlacedFigure(each.figure, f"attachment:{name}") for each, name in zip(figures, files, strict=True)]
    cells = [*_cells(content, attached, files)]
    for number, cell in enumerate(cells, 1):
        cell["id"] = f"cell-{number}"  # nbformat's own are random
    notebook = new_notebook(cells=cells, metadata=_METADATA)
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook)) + "\n"


def _cells(content: Content, figures: Sequence[PlacedFigure], files: Mapping[str, bytes]) -> Iterator[Any]:
    from nbformat.v4 import new_code_cell, new_markdown_cell

    yield new_markdown_cell(head(content))
    for section in sections(content, figures):
        cell = new_markdown_cell(f"## {section.heading}\n\n{section.body}")
        if section.heading == translated(wording.FIGURES):
            cell["attachments"] = {name: {"image/png": b64encode(file).decode("ascii")} for name, file in files.items()}
        yield cell
    if code := script(content):
        yield new_markdown_cell(f"## {translated(wording.SCRIPT)}\n\n{script_text(content)}")
        for source in code_cells(code):
            yield new_code_cell(source)
        yield new_code_cell('from IPython.display import Image\n\nImage("curves.png")')
        yield new_code_cell(_result(content))
    yield from map(new_markdown_cell, references(content))


def code_cells(code: str) -> list[str]:
    """Return a script in parts: each begins with a comment that says what it does."""
    first, *others = re.split(r"\n\n+(?=# )", code.strip())
    if others and first.endswith('"""'):
        return [f"{first}\n\n{others[0]}", *others[1:]]
    return [first, *others]


def _result(content: Content) -> str:
    """Return the code that shows the accuracy beside the recorded one."""
    chosen = content.main.chosen if content.main else None
    run = chosen.finished[0] if chosen else None
    recorded = fixed(run.test.accuracy, 4) if run and run.test else "–"
    words = translated(wording.SCRIPT_RESULT).format(
        ours="{test_acc:.4f}", seed=run.seed if run else 0, recorded=recorded
    )
    return f'print(f"{words}")'


def is_jupyter_report(text: str) -> bool:
    """Whether a text is a Jupyter notebook that this program wrote."""
    try:
        return bool(json.loads(text)["metadata"]["fmnist_tui"]["report"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
