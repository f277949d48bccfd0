"""Numbers as people write them: what is read, and what is refused because it can be read in two ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import hostile_text

from fmnist_tui.lab.filtering.parsing import parse_filter
from fmnist_tui.lab.filtering.tokens import FilterError
from fmnist_tui.lab.numbers import NumberError, read_number, read_whole


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("60000", 60_000),
        (" 64 ", 64),
        ("60,000", 60_000),
        ("60_000", 60_000),
        ("60 000", 60_000),
        ("60\u202f000", 60_000),
        ("1,000,000", 1_000_000),
        ("60k", 60_000),
        ("1.5K", 1_500),
        ("1e3", 1_000),
        ("64.0", 64),
        ("+5", 5),
        ("-1", -1),
    ],
)
def test_a_whole_number_is_read_however_its_thousands_are_set_off(text: str, value: int) -> None:
    assert read_whole(text) == value


@pytest.mark.parametrize(
    ("text", "value", "digit"),
    [
        ("0.87", 0.87, 0.01),
        (".5", 0.5, 0.1),
        ("5.", 5.0, 1.0),
        ("87%", 0.87, 0.01),
        ("87.5%", 0.875, 0.001),
        ("60k", 60_000.0, 1_000.0),
        ("1e-3", 0.001, 0.001),
        ("1,000.5", 1_000.5, 0.1),
        ("1,000,000", 1_000_000.0, 1.0),
        ("1.000", 1.0, 0.001),
        ("-0.1", -0.1, 0.1),
    ],
)
def test_a_number_is_read_with_the_worth_of_its_last_digit(text: str, value: float, digit: float) -> None:
    number = read_number(text)

    assert (number.value, number.digit) == (value, digit)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1.000", "'1.000', which can be read as 1 or as 1,000; write 1 or 1000"),
        ("60.000", "'60.000', which can be read as 60 or as 60,000; write 60 or 60000"),
        ("1.234", "'1.234', which can be read as 1.234 or as 1,234; write 1234 for that"),
        ("1.5", "'1.5'"),
        ("0,5", "'0,5'"),
        ("6,00", "'6,00'"),
        ("1,0000", "'1,0000'"),
        ("1,000_000", "'1,000_000'"),
        ("1.000.000", "'1.000.000'"),
        ("\u0663", "'\u0663'"),
        ("many", "'many'"),
        ("nan", "'nan'"),
        ("", "''"),
        ("9" * 5_000, f"'{'9' * 56}…'"),
    ],
)
def test_a_whole_number_that_is_none_or_two_is_refused(text: str, says: str) -> None:
    with pytest.raises(NumberError) as refused:
        read_whole(text)

    assert str(refused.value) == says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,000", "'1,000', which can be read as 1 or as 1,000; write 1 or 1000"),
        ("1,234", "'1,234', which can be read as 1.234 or as 1,234; write 1.234 or 1234"),
        ("0,5", "'0,5': decimals begin with a point; write 0.5"),
        ("0,001", "'0,001': decimals begin with a point; write 0.001"),
        ("high", "'high'"),
        ("1e9999", "'1e9999'"),
    ],
)
def test_a_number_that_is_none_or_two_is_refused(text: str, says: str) -> None:
    with pytest.raises(NumberError) as refused:
        read_number(text)

    assert str(refused.value) == says


@given(st.integers(-(10**12), 10**12))
def test_a_whole_number_comes_back_from_each_way_to_write_it(value: int) -> None:
    for text in (f"{value}", f"{value:_}", f"{value:,}"):
        assert read_whole(text) == value


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_comes_back_as_it_was(value: float) -> None:
    assert read_number(repr(value)).value == value


@given(hostile_text())
def test_any_text_is_a_number_or_refused_on_one_line(text: str) -> None:
    for read in (read_number, read_whole):
        said = ""
        try:
            read(text)
        except NumberError as error:
            said = str(error)
        assert not said or said.isprintable()


@pytest.mark.parametrize("words", ["params<60.000", "epochs=1.000", "acc>0,875", "seconds<1,000"])
def test_a_filter_refuses_a_number_that_can_be_read_in_two_ways(words: str) -> None:
    with pytest.raises(FilterError, match=r"can be read as|decimals begin with a point"):
        parse_filter(words)
