"""A register or base map that is not what it should be is said in one line, and nothing of it is kept."""

import json
from pathlib import Path

import pytest

from geo.errors import UnreadableSource
from geo.store.layout import DataFolder
from ingest.reference import load_basemap, load_register
from ingest.workspace import staged_manifest, workspace


@pytest.mark.parametrize(
    "data",
    [b"[]", b'{"a":', b"[" * 100_000, b"\xff\xfe{}"],
    ids=["of another shape", "cut short", "nested too deeply", "not UTF-8"],
)
def test_a_register_that_is_none_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "forces.json").write_bytes(data)
    with workspace(DataFolder(tmp_path / "data")) as work, pytest.raises(UnreadableSource):
        load_register(work, tmp_path / "forces.json")


@pytest.mark.parametrize(("field", "value"), [("slot", "one"), ("id", ["kent"]), ("slot", 64)])
def test_a_register_whose_forces_are_not_as_they_should_be_is_refused(
    tmp_path: Path, testshire: Path, field: str, value: object
) -> None:
    register = json.loads((testshire / "forces.json").read_text())
    register["forces"][0][field] = value
    (tmp_path / "forces.json").write_text(json.dumps(register))
    with workspace(DataFolder(tmp_path / "data")) as work, pytest.raises(UnreadableSource, match=field):
        load_register(work, tmp_path / "forces.json")


@pytest.mark.parametrize(
    "data",
    [b"[]", b'{"features": [1, null]}', b'{"features": [{}]}', b"[" * 100_000, b"\xff"],
    ids=["of another shape", "features that are none", "features without geometry", "nested too deeply", "not UTF-8"],
)
def test_a_base_map_layer_that_is_no_geojson_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "land.geojson").write_bytes(data)
    folder = DataFolder(tmp_path / "data")
    with workspace(folder) as work, pytest.raises(UnreadableSource, match=r"land\.geojson"):
        load_basemap(work, tmp_path)
    assert staged_manifest(folder).basemap == {}
