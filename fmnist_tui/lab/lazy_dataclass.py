"""Dataclasses whose methods are made when one of them is first called.

The standard library writes and compiles the source of up to six methods while a class is defined: 0.3 ms a class, 50 of
the first screen's 300. Here a class gets its fields at once, which takes a tenth of that, and its methods, the standard
library's own, once one of them is needed.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import Field, FrozenInstanceError, fields, make_dataclass
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    from dataclasses import dataclass as _standard

    def dataclass(
        cls: type | None = None, /, *, frozen: bool = False, slots: bool = False, eq: bool = True, kw_only: bool = False
    ) -> Any:
        """Make a class a dataclass, as `dataclasses.dataclass` does."""

        def decorated(plain: type) -> type:
            plain.__doc__ = plain.__doc__ or plain.__name__  # else the standard library writes the signature there
            made = _standard(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(plain)
            late = {"__init__": True, "__repr__": True, "__eq__": eq, "__hash__": eq and frozen}
            for name in (name for name, wanted in late.items() if wanted and plain.__dict__.get(name) is None):
                setattr(made, name, _made_when_called(made, name, frozen))
            if eq and not frozen and "__hash__" not in plain.__dict__:
                made.__hash__ = None
            if frozen:
                made.__setattr__, made.__delattr__ = _refuse_setting, _refuse_deleting
            if frozen and slots:  # without these, copy and pickle would set attributes
                made.__getstate__, made.__setstate__ = _state, _set_state
            return made

        return decorated if cls is None else decorated(cls)


def _made_when_called(cls: type, name: str, frozen: bool) -> Callable[..., Any]:
    def method(self: object, *args: Any, **named: Any) -> Any:
        setattr(cls, name, _standard_method(cls, name, frozen))
        return getattr(cls, name)(self, *args, **named)

    method.__name__, method.__qualname__ = name, f"{cls.__qualname__}.{name}"
    return method


def _standard_method(cls: type, name: str, frozen: bool) -> Callable[..., Any]:
    """Return the method that the standard library writes for a dataclass of the same fields."""
    namespace = {"__doc__": cls.__doc__}
    if hasattr(cls, "__post_init__"):
        namespace["__post_init__"] = None  # so that `__init__` calls it
    each: list[tuple[str, Any, Field[Any]]] = [(field.name, field.type, copy(field)) for field in fields(cls)]
    wanted: dict[str, Any] = {
        "init": name == "__init__",
        "repr": name == "__repr__",
        "eq": name in {"__eq__", "__hash__"},
    }
    twin = make_dataclass(cls.__name__, each, namespace=namespace, frozen=frozen, match_args=False, **wanted)
    method: Callable[..., Any] = getattr(twin, name)
    return method


def _refuse_setting(self: object, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deleting(self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for field, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
