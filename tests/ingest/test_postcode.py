import time
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.latlng import LatLng, distance_m
from geo.postcode import Postcode
from geo.store.postcode import PostcodeEntry, PostcodeTable
from ingest.postcode import PostcodeFile, PostcodeReject, PostcodeRows, merge_postcodes, read_postcodes, write_postcodes

CODE_POINT_ZIP = Path(__file__).parents[3] / "shared/data/postcodes/codepo_gb_2025-11_partial.zip"

# As ONS names them, those that are read.
ONSPD_2023 = "pcd,doterm,oscty,oseast1m,osnrth1m,osgrdind,lat,long"
ONSPD_2008 = "pcd,doterm,oscty,oseast1m,osnrth1m,osgrdind"

# Ordnance Survey's test point TP09 to the metre, lent to one postcode.
TP09 = pytest.approx((51.48936564950, -0.11992557180), abs=6e-6)
ROW = '"EC2V 7HH",10,530625,178388,"E92000001","","","","E09000001","E05009288"'


def code_point(postcode: str, quality: int = 10, easting: object = 530625, northing: object = 178388) -> str:
    return f'"{postcode}",{quality},{easting},{northing},"E92000001","","","","E09000001","E05009288"'


def ons(
    postcode: str,
    easting: object = 530625,
    northing: object = 178388,
    quality: object = 1,
    lat: object = 51.5,
    lng: object = -0.1,
    ended: str = "",
    header: str = ONSPD_2023,
) -> str:
    known = {
        ("pcd", "pcd7", "pcds"): f'"{postcode}"',
        ("doterm",): f'"{ended}"',
        ("oseast1m", "east1m"): f'"{easting}"',
        ("osnrth1m", "north1m"): f'"{northing}"',
        ("osgrdind", "gridind"): quality,
        ("lat",): lat,
        ("long",): lng,
    }
    by_name = {name: value for names, value in known.items() for name in names}
    return ",".join(str(by_name.get(name, '""')) for name in header.split(","))


def read(folder: Path, *lines: str, name: str = "ec.csv") -> PostcodeRows:
    path = folder / name
    path.write_text("".join(f"{line}\r\n" for line in lines), encoding="utf-8", newline="")
    return read_postcodes(path)


def find(folder: Path, rows: PostcodeRows, postcode: str) -> PostcodeEntry:
    write_postcodes(rows, folder / "postcodes.arrow")
    entry = PostcodeTable.open(folder / "postcodes.arrow").find(Postcode.parse(postcode))
    assert entry is not None, postcode
    return entry


def degrees(entry: PostcodeEntry) -> tuple[float, float]:
    return entry.position.lat, entry.position.lng


def reasons(rows: PostcodeRows) -> list[tuple[int, str]]:
    return [(reject.line, reject.reason) for reject in rows.rejects]


def test_code_point_open_lies_where_its_grid_reference_does(tmp_path: Path) -> None:
    assert degrees(find(tmp_path, read(tmp_path, ROW), "EC2V 7HH")) == TP09


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    assert len(read(tmp_path, "\ufeff" + ONSPD_2023, ons("EC2V7HH")).records) == 1


@pytest.mark.parametrize("padded", ["E1  6AN", "E1 6AN", "E16AN", "e1 6an"])
def test_a_postcode_is_read_however_it_is_padded(tmp_path: Path, padded: str) -> None:
    assert find(tmp_path, read(tmp_path, ROW, code_point(padded)), "E1 6AN").postcode == Postcode("E1  6AN")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param(code_point("AB10 1AB", 90, 0, 0), "no-position", id="Code-Point's quality 90"),
        pytest.param(code_point("AB10 1AB", 10, 0, 0), "no-position", id="the origin of the grid"),
        pytest.param(code_point("AB10 1AB", 10, "", ""), "no-position", id="blank"),
        pytest.param(code_point("AB10 1AB", 10, "x", 1), "bad-position", id="not a number"),
        pytest.param(code_point("AB10 1AB", 10, 9_999_999, 1), "bad-position", id="off the grid"),
        pytest.param(code_point("AB10 1"), "bad-postcode", id="half a postcode"),
        pytest.param("", "bad-postcode", id="a blank line"),
        pytest.param('"AB10 1AB",10,394235', "wrong-number-of-columns", id="cut short"),
        pytest.param(ROW + ",more", "wrong-number-of-columns", id="too long"),
        pytest.param(ROW, "duplicate", id="a second time"),
        pytest.param(code_point("ec2v7hh"), "duplicate", id="a second time, written otherwise"),
    ],
)
def test_a_bad_row_is_a_reject_with_its_line_and_reason(tmp_path: Path, row: str, reason: str) -> None:
    rows = read(tmp_path, ROW, row, code_point("E1  6AN"))
    assert rows.rejects == (PostcodeReject("ec.csv", 2, reason),)
    assert rows.files == (PostcodeFile("ec.csv", 3, 2, 1),)
    assert rows.rejects_by_reason == {reason: 1}


def test_bytes_that_are_not_utf8_cost_their_row_only(tmp_path: Path) -> None:
    path = tmp_path / "ec.csv"
    path.write_bytes(ROW.encode() + b'\n"AB10\xff1AB",10,1\xff,2,"","","","","",""\n' + code_point("E1 6AN").encode())
    rows = read_postcodes(path)
    assert (len(rows.records), reasons(rows)) == (2, [(2, "bad-postcode")])


def test_a_stray_quote_costs_its_row_only(tmp_path: Path) -> None:
    rows = read(tmp_path, ROW, '"AB10 1AB,10,394235,"806529,"","","","","",""', code_point("E1  6AN"))
    assert (rows.rows, len(rows.records)) == (3, 3)


def test_lines_are_those_of_the_file_after_rows_that_were_skipped(tmp_path: Path) -> None:
    rows = read(tmp_path, ONSPD_2023, "cut,short", ons("EC2V7HH"), "", ons("nonsense"))
    assert reasons(rows) == [(2, "wrong-number-of-columns"), (4, "bad-postcode"), (5, "bad-postcode")]


def test_northern_ireland_lies_where_the_file_says_because_its_grid_is_irish(tmp_path: Path) -> None:
    rows = read(tmp_path, ONSPD_2023, ons("BT1 5GS", 333700, 374100, 1, 54.597000, -5.930000))
    assert find(tmp_path, rows, "BT1 5GS").position == LatLng(54.597, -5.93)


def test_without_a_latitude_northern_ireland_has_no_position(tmp_path: Path) -> None:
    rows = read(tmp_path, ONSPD_2008, ons("BT1 5GS", header=ONSPD_2008), ons("EC2V7HH", header=ONSPD_2008))
    assert reasons(rows) == [(2, "no-position")]


def test_britain_lies_where_its_grid_reference_does(tmp_path: Path) -> None:
    rows = read(tmp_path, ONSPD_2023, ons("EC2V7HH", lat=55, lng=-3))
    assert degrees(find(tmp_path, rows, "EC2V 7HH")) == TP09


@pytest.mark.parametrize(("easting", "northing"), [("", ""), (9_999_999, 1)], ids=["blank", "off the grid"])
def test_where_the_grid_reference_does_not_serve_the_latitude_does(
    tmp_path: Path, easting: object, northing: object
) -> None:
    rows = read(tmp_path, ONSPD_2023, ons("EC2V7HH", easting, northing, lat=51.515, lng=-0.091))
    assert find(tmp_path, rows, "EC2V 7HH").position == LatLng(51.515, -0.091)


def test_the_invented_county_on_dogger_bank_lies_where_the_file_says(tmp_path: Path) -> None:
    rows = read(tmp_path, ONSPD_2023, ons("ZZ1 1AA", "", "", 1, 54.7, 2.9))
    assert find(tmp_path, rows, "ZZ1 1AA").position == LatLng(54.7, 2.9)


@pytest.mark.parametrize(("lat", "lng"), [(51.5, 40), (40, -0.1), ("", -0.1)])
def test_a_latitude_far_away_is_not_a_position(tmp_path: Path, lat: object, lng: object) -> None:
    assert reasons(read(tmp_path, ONSPD_2023, ons("EC2V7HH", "", "", 1, lat, lng))) == [(2, "no-position")]


def test_the_onss_mark_for_no_position_is_not_a_position(tmp_path: Path) -> None:
    rows = read(tmp_path, ONSPD_2023, ons("JE2 3AB", "", "", 9, "99.999999", "0.000000"))
    assert reasons(rows) == [(2, "no-position")]


def test_an_ended_postcode_keeps_the_month_it_ended(tmp_path: Path) -> None:
    rows = read(tmp_path, ONSPD_2023, ons("EC2V7HH", ended="199606"), ons("E1  6AN"))
    assert find(tmp_path, rows, "EC2V 7HH").terminated == date(1996, 6, 1)
    assert find(tmp_path, rows, "E1 6AN").terminated is None


@pytest.mark.parametrize("ended", ["199613", "25/1/2017", "0", "recently"])
def test_an_end_that_is_not_a_month_costs_its_row(tmp_path: Path, ended: str) -> None:
    assert reasons(read(tmp_path, ONSPD_2023, ons("EC2V7HH", ended=ended))) == [(2, "bad-termination")]


@pytest.mark.parametrize(
    ("quality", "imprecise"),
    [(1, False), (2, False), (3, False), (4, False), (5, True), (6, True), (8, True), ("", True), ("?", True)],
)
def test_a_position_that_is_not_of_its_own_addresses_is_imprecise(
    tmp_path: Path, quality: object, imprecise: bool
) -> None:
    rows = read(tmp_path, ONSPD_2023, ons("EC2V7HH", quality=quality))
    assert find(tmp_path, rows, "EC2V 7HH").imprecise is imprecise


@pytest.mark.parametrize(("quality", "imprecise"), [(10, False), (50, True), (60, True)])
def test_code_point_qualities_are_the_onss_times_ten(tmp_path: Path, quality: int, imprecise: bool) -> None:
    rows = read(tmp_path, code_point("EC2V7HH", quality))
    assert find(tmp_path, rows, "EC2V 7HH").imprecise is imprecise


def test_of_two_sources_the_later_one_stands_and_the_other_is_counted(tmp_path: Path) -> None:
    directory = read(tmp_path, ONSPD_2023, ons("EC2V7HH", 531000, 180000), ons("E1  6AN", ended="199606"), ons("?"))
    newer = read(tmp_path, ROW, code_point("AB10 1AB"))
    merged = merge_postcodes([directory, newer])
    assert (merged.kind, merged.rows, len(merged.records), len(merged.rejects), merged.replaced) == (
        "onspd+code-point-open", 5, 3, 1, 1,
    )  # fmt: skip
    assert degrees(find(tmp_path, merged, "EC2V 7HH")) == TP09
    assert find(tmp_path, merged, "E1 6AN").terminated == date(1996, 6, 1)


def test_merging_one_source_changes_nothing(tmp_path: Path) -> None:
    rows = read(tmp_path, ROW, code_point("E1  6AN"), "cut,short")
    assert merge_postcodes([rows]) == rows


def test_sources_without_records_merge_to_none(tmp_path: Path) -> None:
    nothing = read(tmp_path, code_point("AB10 1AB", 90, 0, 0))
    assert len(merge_postcodes([nothing, nothing]).records) == 0


def test_the_same_records_are_the_same_bytes_in_whatever_order_they_came(tmp_path: Path) -> None:
    write_postcodes(read(tmp_path, ROW, code_point("E1  6AN")), tmp_path / "one.arrow")
    write_postcodes(read(tmp_path, code_point("E1  6AN"), ROW), tmp_path / "two.arrow")
    assert (tmp_path / "one.arrow").read_bytes() == (tmp_path / "two.arrow").read_bytes()


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    rows = read(tmp_path, ROW)
    (tmp_path / "taken").mkdir()
    with pytest.raises(OSError, match="taken"):
        write_postcodes(rows, tmp_path / "taken")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ec.csv", "taken"]


@given(
    st.lists(st.sampled_from([ROW, code_point("E1  6AN"), code_point("AB10 1AB", 90, 0, 0), "", "x", ",,,,,,,,,", '"']))
)
def test_every_row_is_a_record_or_a_reject(tmp_path_factory: pytest.TempPathFactory, lines: list[str]) -> None:
    rows = read(tmp_path_factory.mktemp("rows"), ROW, *lines)
    assert rows.rows == len(lines) + 1 == len(rows.records) + len(rows.rejects)
    assert [file.rows for file in rows.files] == [file.records + file.rejects for file in rows.files]


@pytest.mark.real
def test_code_point_open_as_published_resolves(tmp_path: Path) -> None:
    if not CODE_POINT_ZIP.exists():
        pytest.skip(f"{CODE_POINT_ZIP} is not there")
    started = time.perf_counter()
    rows = read_postcodes(CODE_POINT_ZIP)
    assert time.perf_counter() - started < 30  # a few seconds on an idle machine
    assert rows.rows == 1_646_082 == len(rows.records) + len(rows.rejects)
    assert rows.rejects_by_reason == {"no-position": 834}  # counted in the file; 836 over all 120 areas
    assert len(rows.files) == 115
    assert rows.ignored == ("codepo_gb/Doc/Code-Point_Open_Column_Headers.csv",)
    for postcode, landmark in [
        ("CF10 1EP", LatLng(51.4759, -3.1790)),  # Cardiff Central station
        ("LE1 5YA", LatLng(52.6362, -1.1331)),  # the Clock Tower, Leicester
        ("EC2V 7HH", LatLng(51.5158, -0.0920)),  # Guildhall, London
    ]:
        lat, lng = degrees(find(tmp_path, rows, postcode))
        assert distance_m(landmark, np.array([lat]), np.array([lng]))[0] < 200, postcode
