"""Garbage collection: paused while much is created, and never of what lasts."""

import gc
from collections.abc import Iterator

import pytest

from fmnist_tui.lab.gc_pauses import freeze_gc, gc_paused


@pytest.fixture(autouse=True)
def the_search_as_it_was() -> Iterator[None]:
    """Restore the garbage collector."""
    frozen = gc.get_freeze_count() > 0
    yield
    gc.unfreeze()
    if frozen:
        gc.freeze()
    gc.enable()


class AppliedEdit:
    pass


def is_looked_at(value: object) -> bool:
    """Whether the garbage collector tracks a value."""
    return any(each is value for each in gc.get_objects())


@pytest.mark.parametrize("searches", [True, False])
def test_there_is_no_search_inside_and_afterwards_it_is_as_it_was(searches: bool) -> None:
    (gc.enable if searches else gc.disable)()

    with gc_paused():
        assert not gc.isenabled()
        with gc_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()

    assert gc.isenabled() == searches


def test_it_is_as_it_was_after_an_error_too() -> None:
    with pytest.raises(ValueError, match="broken"), gc_paused():
        raise ValueError("broken")

    assert gc.isenabled()


def test_what_is_spared_is_looked_at_no_more_and_what_comes_later_is() -> None:
    before = AppliedEdit()
    assert is_looked_at(before)

    freeze_gc()

    assert not is_looked_at(before)
    assert is_looked_at(AppliedEdit())
