"""Dataclasses whose methods are made late behave as the standard library's."""

import pickle
from copy import copy
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from threading import Barrier, Thread
from typing import Any, ClassVar

import pytest

from fmnist_tui.lab.lazy_dataclass import dataclass as lazy_dataclass


@lazy_dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0
    marks: list[str] = field(default_factory=list, compare=False, repr=False)
    kind: ClassVar[str] = "point"


@lazy_dataclass(frozen=True, slots=True)
class Named(Point):
    name: str = "unnamed"

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("a name is missing")


@lazy_dataclass(frozen=True, slots=True, kw_only=True)
class ByName:
    width: int
    height: int


@lazy_dataclass(frozen=True, slots=True, eq=False)
class Same:
    number: int


@lazy_dataclass
class Changing:
    number: int


@lazy_dataclass(frozen=True, slots=True)
class Spoken:
    number: int

    def __repr__(self) -> str:
        return f"number {self.number}"


def standard_point(*given: Any) -> Any:
    @dataclass(frozen=True, slots=True)
    class Point:
        x: int
        y: int = 0
        marks: list[str] = field(default_factory=list, compare=False, repr=False)

    return Point(*given)


def test_a_value_shows_its_fields_and_equals_one_of_the_same_fields() -> None:
    assert repr(Point(1, 2)).endswith("Point(x=1, y=2)")
    assert Point(1, 2) == Point(1, 2, ["not compared"])
    assert Point(1, 2) != Point(2, 1)
    assert hash(Point(1, 2)) == hash(standard_point(1, 2))
    assert {Point(1): "found"}[Point(1)] == "found"


def test_values_of_two_kinds_differ() -> None:
    assert Named(1) != Point(1)
    assert Point(1) != standard_point(1)


def test_a_default_is_made_anew_for_each_value() -> None:
    assert Point(1).marks == []
    assert Point(1).marks is not Point(1).marks


def test_fields_of_a_parent_come_first_and_a_check_runs_after_them() -> None:
    assert [each.name for each in fields(Named)] == ["x", "y", "marks", "name"]
    assert Named(1, 2, [], "here").name == "here"
    with pytest.raises(ValueError, match="a name is missing"):
        Named(1, name="")


def test_a_frozen_value_is_not_changed() -> None:
    point: Any = Point(1)

    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'x'"):
        point.x = 2
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'x'"):
        del point.x
    assert not hasattr(point, "__dict__")


def test_copies_replacements_and_pickles_equal_their_original() -> None:
    named = Named(1, 2, ["a"], "here")

    assert copy(named) == pickle.loads(pickle.dumps(named)) == replace(named) == named
    assert replace(named, x=3).x == 3


def test_arguments_by_name_alone_are_not_taken_in_order() -> None:
    assert ByName(width=1, height=2).height == 2
    with pytest.raises(TypeError, match="positional"):
        ByName(1, 2)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="height"):
        ByName(width=1)  # type: ignore[call-arg]


def test_without_comparison_a_value_equals_itself_alone() -> None:
    one = Same(1)

    assert one == one  # noqa: PLR0124
    assert one != Same(1)
    assert len({one, Same(1)}) == 2


def test_one_that_may_change_has_no_hash() -> None:
    changing = Changing(1)
    changing.number = 2

    assert changing == Changing(2)
    with pytest.raises(TypeError, match="unhashable"):
        hash(changing)


def test_a_method_of_the_class_itself_stays() -> None:
    assert repr(Spoken(3)) == "number 3"


def test_a_value_is_taken_apart_by_a_pattern() -> None:
    match Named(1, 2):
        case Named(x, y):
            assert (x, y) == (1, 2)


def test_threads_may_make_the_first_values_at_the_same_time() -> None:
    @lazy_dataclass(frozen=True, slots=True)
    class Fresh:
        number: int

    start, made = Barrier(4), []

    def make(number: int) -> None:
        start.wait()
        made.append(Fresh(number))

    threads = [Thread(target=make, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {value.number for value in made} == {0, 1, 2, 3}
