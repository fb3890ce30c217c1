"""People by LSOA: published tables in, every row a record or a reject; shared out among postcodes."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from geo.errors import UnreadableSource
from geo.force import ForceRegister
from geo.latlng import LatLng
from geo.store.layout import DataFolder
from geo.store.population import Measure, People
from ingest.build import build, inputs_digest
from ingest.people import lsoa_near, with_people
from ingest.population import PopulationRows, load_population, read_population
from ingest.population_source import read_table
from ingest.postcode import read_postcodes
from ingest.workspace import workspace

TS001 = '"date","geography","geography code","Residence type: Total; measures: Value"\n'
ROW = '"2021","Hartlepool 001A","{code}","{people}"\n'
# Nomis, Census 2011, KS101EW: another column stands before, and a total and wards stand among the areas
KS101 = (
    "date,geography,geography code,Rural Urban,"
    "Variable: All usual residents; measures: Value,Variable: Males; measures: Value\n"
)


def read(source: Path, measure: Measure = Measure.RESIDENTS) -> PopulationRows:
    return read_population(read_table(source), measure, None)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def workbook(path: Path, sheets: dict[str, list[list[str]]]) -> Path:
    """An .xlsx whose first row is its title, as the ONS's have, and whose header stands below notes."""
    for at, (name, rows) in enumerate(sheets.items()):
        title, *rest = rows
        frame = pd.DataFrame(rest, columns=[title[0], *(f"field{n}" for n in range(1, len(rest[0])))])
        pyogrio.write_dataframe(frame, path, driver="XLSX", layer=name, append=at > 0)
    return path


def test_the_census_in_bulk_is_read_with_its_vintage(tmp_path: Path) -> None:
    text = TS001 + ROW.format(code="E01011949", people="1,954") + ROW.format(code="E01035000", people="0")
    found = read(write(tmp_path / "census2021-ts001-lsoa.csv", text))
    assert found.people == {"E01011949": 1954, "E01035000": 0}
    assert (found.vintage, found.rows, found.rejects) == ("lsoa21", 2, {})


def test_a_zip_is_read_by_its_table_of_lsoas(tmp_path: Path) -> None:
    path = tmp_path / "census2021-ts001.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("census2021-ts001-msoa.csv", TS001 + ROW.format(code="E02002483", people=1))
        archive.writestr("census2021-ts001-lsoa.csv", TS001 + ROW.format(code="E01011949", people=7))
    assert read(path).people == {"E01011949": 7}


def test_every_row_is_a_record_or_a_reject_with_its_reason(tmp_path: Path) -> None:
    rows = (
        "2011,Hartlepool 001A,E01011949,Total,1954,950\n"
        "2011,Hartlepool 001A,E01011949,Total,1954,950\n"  # again
        "2011,Hartlepool,E06000001,Total,92028,1\n"  # a district
        "2011,City of Glasgow 1,S01009758,Total,900,1\n"  # no LSOA of England and Wales
        "2011,Hartlepool 001B,E01011950,Total,-,1\n"
        "2011,Hartlepool\n"
        "\n"
    )
    found = read(write(tmp_path / "ks101ew.csv", KS101 + rows))
    assert found.vintage == "lsoa11"
    assert found.rejects == {"duplicate": 1, "no-number": 1, "not-an-lsoa": 2, "wrong-number-of-columns": 1}
    assert found.rows == len(found.people) + sum(found.rejects.values()) == 6


def test_the_newest_sheet_of_all_persons_is_read_of_a_workbook(tmp_path: Path) -> None:
    header = ["LAD 2021 Code", "LSOA 2021 Code", "LSOA 2021 Name", "Total", "F0"]
    rows = [["Table 1: Population of LSOAs"], ["This sheet has one table."] + [""] * 4, header]
    old, new = ([*rows, ["E06000001", "E01011949", "Hartlepool 001A", n, "3"]] for n in ("1900", "2011"))
    path = workbook(
        tmp_path / "sape.xlsx",
        {"Notes": [["Notes"], ["1"]], "Mid-2021 LSOA 2021": old, "Mid-2022 LSOA 2021": new, "Mid-2022 Males": old},
    )
    found = read(path)
    assert found.people == {"E01011949": 2011}
    assert "Mid-2022 LSOA 2021" in found.title


@pytest.mark.parametrize(
    ("name", "text", "measure", "said"),
    [
        ("a.csv", "name,people\nx,1\n", Measure.RESIDENTS, "no table of people by LSOA"),
        ("b.csv", TS001 + ROW.format(code="E02002483", people=1), Measure.RESIDENTS, "no row of an LSOA"),
        ("c.csv", TS001 + ROW.format(code="E01011949", people=1), Measure.WORKDAY, "without --workday"),
        ("workday.csv", "geography code,Total\nE01011949,1\n", Measure.RESIDENTS, "with --workday"),
        ("d.xlsx", "not a workbook", Measure.RESIDENTS, "cannot be read"),
        ("e.zip", "not a zip", Measure.RESIDENTS, "no table"),
    ],
)  # fmt: skip
def test_what_is_no_such_table_is_refused_in_words(
    tmp_path: Path, name: str, text: str, measure: Measure, said: str
) -> None:
    with pytest.raises(UnreadableSource, match=said):
        read(write(tmp_path / name, text), measure)


def people_of(loaded: DataFolder, register: ForceRegister, source: Path) -> People:
    with workspace(loaded) as work:
        load_population(work, source, Measure.RESIDENTS)
        manifest = with_people(work, build(work, register, lambda _: None))
        assert manifest.people is not None
        assert with_people(work, manifest).people == manifest.people
        return People.open(loaded.file(manifest.people.path))


def test_the_people_of_an_lsoa_are_shared_out_among_its_live_postcodes_and_none_is_lost(
    loaded: DataFolder, test_register: ForceRegister, tmp_path: Path
) -> None:
    people = people_of(
        loaded, test_register, write(tmp_path / "ts001.csv", TS001 + ROW.format(code="E01999001", people=1000))
    )
    assert np.isnan(people.workday).all()
    assert people.residents.tolist() == pytest.approx([1_000 / 3] * 3)
    assert [one.postcodes for one in people.by_neighbourhood(3)] == [0, 1, 1]  # and one in none


def test_an_area_with_too_few_known_postcodes_has_no_figure(
    loaded: DataFolder, test_register: ForceRegister, tmp_path: Path
) -> None:
    people = people_of(
        loaded, test_register, write(tmp_path / "ts001.csv", TS001 + ROW.format(code="E01000001", people=5))
    )
    everywhere = people.within(LatLng(52.0, -1.0), 900_000)
    assert (everywhere.residents, everywhere.covered) == (None, 0)
    assert everywhere.postcodes == len(people.table)


def test_loading_a_population_asks_for_another_build(
    loaded: DataFolder, test_register: ForceRegister, tmp_path: Path
) -> None:
    with workspace(loaded) as work:
        built = build(work, test_register, lambda _: None)
        load_population(
            work, write(tmp_path / "ts001.csv", TS001 + ROW.format(code="E01999001", people=1000)), Measure.RESIDENTS
        )
        assert inputs_digest(work.staged()) != built.built_from


@pytest.mark.real
def test_nine_in_ten_real_postcodes_get_the_lsoa_that_holds_them(shared: Path, tmp_path: Path) -> None:
    """Postcodes of Teesside; codes of crimes are of 2021, polygons of 2011: areas that did not change have one code."""
    seen = pd.concat(_cleveland(shared))
    seen = seen[seen["LSOA code"].notna() & seen["Latitude"].notna()]
    points = pa.table(
        {
            "lat_e6": np.rint(seen["Latitude"] * 1e6).astype(np.int32),
            "lng_e6": np.rint(seen["Longitude"] * 1e6).astype(np.int32),
            "lsoa21": seen["LSOA code"].tolist(),
        }
    )
    pq.write_table(points, tmp_path / "street.parquet")
    with zipfile.ZipFile(shared / "postcodes/codepo_gb_2025-11_partial.zip") as archive:
        (tmp_path / "ts.csv").write_bytes(archive.read("codepo_gb/Data/CSV/ts.csv"))
    records = read_postcodes(tmp_path / "ts.csv").records
    lat, lng = (records[name].to_numpy() / 1e6 for name in ("lat_e6", "lng_e6"))
    found = lsoa_near(lat, lng, [tmp_path / "street.parquet"], "lsoa21")
    with zipfile.ZipFile(shared / "boundaries/lsoa-2011-by-district.zip") as archive:
        names = [f"lsoa2011/E0600000{n}.geojson" for n in range(1, 5)]
        polygons = pd.concat([gpd.read_file(io.BytesIO(archive.read(name))) for name in names], ignore_index=True)
    polygons = polygons[polygons["LSOA11CD"].isin(set(found))].reset_index(drop=True)
    point, area = shapely.STRtree(polygons.geometry.values).query(shapely.points(lng, lat), predicate="within")
    assert len(point) > 12_000
    assert np.mean(found[point] == polygons["LSOA11CD"].to_numpy()[area]) > 0.88


def _cleveland(shared: Path) -> Iterator[pd.DataFrame]:
    columns = ["Latitude", "Longitude", "LSOA code"]
    with zipfile.ZipFile(shared / "crimes/2023-12_2025-11-cleveland-full.zip") as archive:
        for name in archive.namelist():
            if "2025-" in name and name.endswith("-street.csv"):
                yield pd.read_csv(archive.open(name), usecols=columns)
