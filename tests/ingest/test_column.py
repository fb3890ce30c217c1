"""Columns of text to typed columns, value by value."""

import pyarrow as pa
import pytest

from ingest.column import degrees_e6


def read(value: bytes) -> tuple[int, bool, bool]:
    """Millionths, whether there is none, and whether it is bad."""
    e6, empty, bad = degrees_e6(pa.array([value], pa.binary()).dictionary_encode(), 180)
    return int(e6[0]), bool(empty[0]), bool(bad[0])


@pytest.mark.parametrize(
    ("written", "e6"), [(b"51.5", 51_500_000), (b"-0.2", -200_000), (b"-1.234567", -1_234_567), (b"180", 180_000_000)]
)
def test_degrees_are_plain_decimal_numbers(written: bytes, e6: int) -> None:
    assert read(written) == (e6, False, False)


@pytest.mark.parametrize(
    "written",
    [
        b"1e1", b"0x10", b"1_0", "١".encode(), b" 51.5", b"51.5 ", b"+51.5", b".5", b"5.", b"51,5", b"inf", b"NaN",
        b"180.1", b"51.5\n", b"\xff", b"\x00", b"--1", b"51.5.5",
    ],
)  # fmt: skip
def test_anything_else_is_bad_and_not_guessed_at(written: bytes) -> None:
    assert read(written) == (0, False, True)
