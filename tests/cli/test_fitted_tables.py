"""Tables fit the terminal: no word is split and no figure lost, however narrow it is."""

import io

from hypothesis import given
from hypothesis import strategies as some
from rich.console import Console

from fmnist_tui.cli.fitted_tables import Column, print_table

COLUMNS = (Column("experiment"), Column("val acc", right=True), Column("verdict"), Column("test acc", right=True))
ROWS = (
    ("decreasing 64-32-16", "0.8780 ±0.0054", "not resolved", "0.8694 ±0.0062"),
    ("16 units", "0.8638 ±0.0029", "", "0.8541 ±0.0015"),
)


def printed(width: int, columns: tuple[Column, ...] = COLUMNS, rows: tuple[tuple[str, ...], ...] = ROWS) -> list[str]:
    file = io.StringIO()
    print_table(Console(file=file, width=width, highlight=False), columns, rows)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_a_table_that_fits_is_printed_whole() -> None:
    assert printed(80) == [
        " experiment                  val acc  verdict             test acc",
        " decreasing 64-32-16  0.8780 ±0.0054  not resolved  0.8694 ±0.0062",
        " 16 units             0.8638 ±0.0029                0.8541 ±0.0015",
    ]


def test_text_wraps_between_words_before_a_column_moves_below() -> None:
    assert printed(60) == [
        " experiment           val acc  verdict             test acc",
        " decreasing    0.8780 ±0.0054  not resolved  0.8694 ±0.0062",
        " 64-32-16",
        " 16 units      0.8638 ±0.0029                0.8541 ±0.0015",
    ]


def test_columns_that_do_not_fit_form_a_table_below_with_the_first_column_repeated() -> None:
    assert printed(40) == [
        " experiment         val acc  verdict",
        " decreasing  0.8780 ±0.0054  not",
        " 64-32-16                    resolved",
        " 16 units    0.8638 ±0.0029",
        "",
        " experiment                 test acc",
        " decreasing 64-32-16  0.8694 ±0.0062",
        " 16 units             0.8541 ±0.0015",
    ]


@given(width=some.integers(30, 120))
def test_no_word_is_split_and_no_line_is_too_wide(width: int) -> None:
    lines = printed(width)

    assert max(map(len, lines)) <= width
    words = {word for line in lines for word in line.split()}
    headings = tuple(column.heading for column in COLUMNS)
    assert words == {word for row in (headings, *ROWS) for cell in row for word in cell.split()}


def test_a_row_without_anything_below_is_left_out_there() -> None:
    columns = (Column("metric"), Column("difference", right=True), Column("more seeds"))

    lines = printed(22, columns, (("val acc", "1", "about 4"), ("seconds", "2", "")))

    lower = lines[lines.index("") + 1 :]
    assert [line.split()[0] for line in lower] == ["metric", "val"]
