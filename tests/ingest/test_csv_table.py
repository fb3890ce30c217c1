"""A CSV file loses no row, whatever is wrong with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import UnreadableSource
from ingest.csv_table import read_csv

HEADER = ["a", "b"]


def read(body: bytes) -> tuple[list[tuple[bytes, bytes]], list[int], list[int]]:
    """Values of the right rows, their lines, and the lines of the wrong ones."""
    table = read_csv(b"a,b\n" + body, HEADER, [], "a file")
    values = [column.dictionary_decode().to_pylist() for column in table.columns.values()]
    lines = [int(table.line[at]) for at in table.ordinal]
    return list(zip(*values, strict=True)), lines, [int(table.line[at]) for at in table.wrong]


@pytest.mark.parametrize(
    ("body", "right", "wrong"),
    [
        (b"1,2\n3,4\n", [2, 3], []),
        (b"1,2\n3,4", [2, 3], []),
        (b"1,2\r\n3,4\r\n", [2, 3], []),
        (b"\n1,2\n\n3,4\n\n", [3, 5], []),
        (b"1,2\n3\n4,5\n", [2, 4], [3]),
        (b'1,2\n3,"4\n5,6\n7,8\n', [2, 3, 4, 5], []),
        (b'1,"2,3"\n4,5\n', [2, 3], []),
        (b"1,2,3\n4,5\n", [3], [2]),
        (b"", [], []),
        (b"1,2\n3\r,4\n5,6\n", [2, 4], [3]),
        (b"1,2\r3,4\n5,6\n\n", [3], [2]),
        (b'1,"2\r"\n3,4\n', [2, 3], []),
        (b"1,2\n3," + b"x" * 200_000 + b",5\n6,7\n", [2, 4], [3]),
    ],
)
def test_each_line_that_is_not_blank_is_a_row(body: bytes, right: list[int], wrong: list[int]) -> None:
    _, lines, wrong_lines = read(body)
    assert (lines, wrong_lines) == (right, wrong)


def test_a_stray_quotation_mark_costs_its_own_row_only() -> None:
    values, _, _ = read(b'1,2\n3,"4\n5,6\n')
    assert values[0] == (b"1", b"2")
    assert values[2] == (b"5", b"6")


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_csv(b"\xef\xbb\xbfa,b\n1,2\n", HEADER, [], "a file").rows == 1


def test_another_header_is_refused_and_quoted() -> None:
    with pytest.raises(UnreadableSource, match="lat,lng"):
        read_csv(b"lat,lng\n1,2\n", HEADER, [], "a file")


@given(st.lists(st.text(alphabet='12,"\r é\x00', max_size=8), max_size=12))
def test_rows_are_right_rows_and_wrong_rows(lines: list[str]) -> None:
    table = read_csv(("a,b\n" + "\n".join(lines)).encode(), HEADER, [], "a file")
    assert table.rows == sum(bool(line.strip()) for line in lines) == len(table.ordinal) + len(table.wrong)
