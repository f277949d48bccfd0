from typing import Any


def call(module: str, name: str, *arguments: Any) -> Any:
    """Import a function of this package on the worker, and call it."""
    from importlib import import_module

    return getattr(import_module(module), name)(*arguments)


# Functions of __main__ are pickled by value. So the scheduler, which unpickles each task, needs Dask alone.
call.__module__ = "__main__"
