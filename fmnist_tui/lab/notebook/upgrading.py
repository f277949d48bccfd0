"""Upgrade a notebook file to the current format, with unchanged parts byte for byte."""

from copy import deepcopy
from functools import partial

import rtoml

from fmnist_tui.lab.notebook.editing import Edit, alike, changed_record, patched, placed
from fmnist_tui.lab.toml import migration
from fmnist_tui.lab.toml.locating import Place, sections
from fmnist_tui.lab.toml.reading import Notebook


def upgraded(text: str, notebook: Notebook) -> Edit:
    before = rtoml.loads(text)
    after = migration.migrated(deepcopy(before), notebook.format)
    patches = changed_record(text, Place((next(sections(text)),)), {"format": migration.FORMAT})
    for kind in ("experiment", "run"):
        tables = zip(placed(text, kind, notebook), before.get(kind, []), after.get(kind, []), strict=True)
        for place, old, new in tables:
            changes = {key: new.get(key) for key in {**old, **new} if repr(old.get(key)) != repr(new.get(key))}
            patches += changed_record(text, place, changes)
    return Edit(patched(text, patches), partial(alike, notebook))
