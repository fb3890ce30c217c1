import threading
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from geo.errors import BadPostcode, DamagedFile, StoreFormatTooNew
from geo.latlng import LatLng
from geo.postcode import Postcode
from geo.store.postcode import SCHEMA, VERSION_KEY, PostcodeEntry, PostcodeTable

IN_USE, ENDED, IMPRECISE = b"EC2V7HH", b"G2  8AE", b"LE1 5YA"


def batch(schema: pa.Schema = SCHEMA) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [
            pa.array([IN_USE, ENDED, IMPRECISE], pa.binary(7)),
            pa.array([51_515_568, 55_857_139, 52_635_906], pa.int32()),
            pa.array([-91_634, -4_262_463, -1_133_351], pa.int32()),
            pa.array([0, 199606, 0], pa.int32()),
            pa.array([0, 0, 1], pa.uint8()),
        ],
        schema=schema,
    )


def written(path: Path, *batches: pa.RecordBatch, schema: pa.Schema = SCHEMA) -> Path:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for one in batches:
            writer.write_batch(one)
    return path


@pytest.fixture
def table(tmp_path: Path) -> PostcodeTable:
    return PostcodeTable.open(written(tmp_path / "postcodes.arrow", batch()))


def test_a_postcode_in_use_is_found(table: PostcodeTable) -> None:
    assert table.find(Postcode("EC2V7HH")) == PostcodeEntry(
        Postcode("EC2V7HH"), LatLng(51.515568, -0.091634), terminated=None, imprecise=False
    )


def test_an_ended_postcode_is_found_with_the_month_it_ended(table: PostcodeTable) -> None:
    entry = table.find(Postcode("G2  8AE"))
    assert entry is not None
    assert entry.terminated == date(1996, 6, 1)


def test_a_position_that_is_not_of_its_own_addresses_says_so(table: PostcodeTable) -> None:
    entry = table.find(Postcode("LE1 5YA"))
    assert entry is not None
    assert entry.imprecise


@pytest.mark.parametrize("unknown", ["AB101AB", "G2  8AA", "ZZ9 9ZZ"], ids=["before all", "between", "after all"])
def test_an_unknown_postcode_is_none(table: PostcodeTable, unknown: str) -> None:
    assert table.find(Postcode(unknown)) is None


def test_an_invalid_postcode_does_not_reach_the_table(table: PostcodeTable) -> None:
    with pytest.raises(BadPostcode):
        table.find(Postcode.parse("LE1"))


def test_the_table_knows_how_many_it_holds(table: PostcodeTable) -> None:
    assert len(table) == 3


def test_an_empty_table_finds_nothing(tmp_path: Path) -> None:
    table = PostcodeTable.open(written(tmp_path / "postcodes.arrow", batch().slice(0, 0)))
    assert len(table) == 0
    assert table.find(Postcode("LE1 5YA")) is None


def test_a_slice_of_a_batch_is_read_from_where_it_begins() -> None:
    entry = PostcodeTable(batch().slice(2)).find(Postcode("LE1 5YA"))
    assert entry is not None
    assert entry.position == LatLng(52.635906, -1.133351)


def test_an_open_table_outlives_its_file(tmp_path: Path) -> None:
    path = written(tmp_path / "postcodes.arrow", batch())
    table = PostcodeTable.open(path)
    path.unlink()
    assert table.find(Postcode("EC2V7HH")) is not None


def test_threads_share_a_table(table: PostcodeTable) -> None:
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(table.find(Postcode("EC2V7HH")))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1


def test_any_arrow_reader_reads_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "postcodes.arrow", batch())
    assert pa.ipc.open_file(str(path)).read_all().to_pylist()[1] == {
        "postcode": b"G2  8AE", "lat_e6": 55_857_139, "lng_e6": -4_262_463, "terminated": 199606, "imprecise": 0,
    }  # fmt: skip


@pytest.mark.parametrize("kept_bytes", [0, 100, -1], ids=["empty", "cut short", "one byte short"])
def test_a_damaged_file_is_an_error(tmp_path: Path, kept_bytes: int) -> None:
    path = written(tmp_path / "postcodes.arrow", batch())
    path.write_bytes(path.read_bytes()[:kept_bytes])
    with pytest.raises(DamagedFile, match=r"postcodes\.arrow"):
        PostcodeTable.open(path)


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DamagedFile, match=r"postcodes\.arrow"):
        PostcodeTable.open(tmp_path / "postcodes.arrow")


def test_another_arrow_file_is_an_error(tmp_path: Path) -> None:
    other = pa.RecordBatch.from_pydict({"name": ["a"]})
    with pytest.raises(DamagedFile, match="not a postcode table"):
        PostcodeTable.open(written(tmp_path / "postcodes.arrow", other, schema=other.schema))


def test_a_table_in_two_batches_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DamagedFile, match="not a postcode table"):
        PostcodeTable.open(written(tmp_path / "postcodes.arrow", batch(), batch()))


def test_a_later_format_asks_for_a_later_version(tmp_path: Path) -> None:
    later = SCHEMA.with_metadata({VERSION_KEY: b"2"})
    with pytest.raises(StoreFormatTooNew, match="format 2"):
        PostcodeTable.open(written(tmp_path / "postcodes.arrow", batch(later), schema=later))
