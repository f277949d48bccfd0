"""`tidy`: list and remove what `runs/` holds and the notebook no longer needs."""

from pathlib import Path
from typing import Annotated

import typer

from fmnist_tui.cli.options import JsonOption, NotebookOption
from fmnist_tui.cli.output import say, say_json, tell
from fmnist_tui.cli.reading import check_folder
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.notebook.file import DEFAULT_NAME, NotebookFile
from fmnist_tui.lab.plain_text import counted, size_text, visible


def tidy(
    remove: Annotated[bool, typer.Option("--remove", help="Move it aside, from where --undo brings it back.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Move back what --remove took last.")] = False,
    empty: Annotated[bool, typer.Option("--empty", help="Delete for good what --remove took.")] = False,
    as_json: JsonOption = False,
    file: NotebookOption = Path(DEFAULT_NAME),
) -> None:
    """List what runs/ holds and the notebook no longer needs, and remove it.

    That is: the folders of runs that were deleted, with their weights; checkpoints of runs that ended; files that a
    killed program left half written. Weights of runs in the notebook stay.
    """
    from fmnist_tui.lab.notebook.tidying import Tidying

    if remove + undo + empty > 1:
        raise UserError("--remove, --undo and --empty exclude each other; give one")
    check_folder(file)
    tidying = Tidying(NotebookFile(file))
    where = visible(str(tidying.aside))
    if undo:
        restored = tidying.restore()
        for path in restored:
            say(visible(str(path)))
        tell(f"{counted(len(restored), 'path')} moved back")
        return
    if empty:
        tell(f"{size_text(tidying.delete_removed())} deleted for good")
        return
    found = tidying.remove() if remove else tidying.unneeded()
    if as_json:
        say_json([{"path": str(each.path), "bytes": each.size, "why": each.why} for each in found])
        return
    width = max((len(str(each.path)) for each in found), default=0)
    for each in found:
        say(f"{visible(str(each.path)):<{width}}  {size_text(each.size):>7}  {each.why}")
    total = size_text(sum(each.size for each in found))
    if not found:
        tell("runs/ holds nothing that the notebook does not need")
    elif remove:
        tell(f"{total} moved to {where}; `fmnist-tui tidy --undo` moves it back, --empty deletes it for good")
    else:
        tell(f"{total}; `fmnist-tui tidy --remove` moves it aside, undoably")
    if not remove and (kept := tidying.removed_bytes()):
        tell(f"{where} holds {size_text(kept)} removed earlier; --undo moves the last back, --empty deletes all")
