"""Serving files: written where inputs changed, the same bytes whoever writes them, and sound in themselves."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from api.serving.build import build_serving, needed_serving, run
from geo.errors import DamagedFile, UnreadableSource
from geo.force import ForceRegister
from geo.latlng import LatLng
from geo.month import Month
from geo.store.layout import DataFolder
from geo.store.serving import PersistentIds, Runs, ServedRecords
from geo.store.snap_register import SnapRegister
from ingest.build import build
from ingest.workspace import workspace

MARCH = "2024-03"


@pytest.fixture
def built(loaded: DataFolder, test_register: ForceRegister):
    """Testshire, built but for its serving files."""
    with workspace(loaded) as work:
        manifest = build(work, test_register, lambda _: None)
    loaded.scratch.mkdir()
    return loaded, manifest


def write(built, register, workers=1, months=36):
    folder, manifest = built
    jobs = needed_serving(folder, manifest, register, months)
    with ThreadPoolExecutor(workers) as executor:
        return build_serving(jobs, executor=executor, done=lambda: None)


def test_a_month_has_a_file_for_each_kind_and_an_index_of_ids(built, test_register):
    assert list(write(built, test_register)) == [
        "outcomes-2024-03", "outcomes-ids-2024-03", "stops-2024-03", "street-2024-03", "street-ids-2024-03"
    ]  # fmt: skip
    assert write(built, test_register, months=0) == {}


def test_equal_inputs_give_equal_bytes_however_many_write(built, test_register):
    first = {name: path.read_bytes() for name, (path, _) in write(built, test_register).items()}
    again = {name: path.read_bytes() for name, (path, _) in write(built, test_register, workers=3).items()}
    assert first == again


def test_what_stands_is_not_written_again_unless_its_inputs_changed(built, test_register, tmp_path):
    folder, manifest = built
    made = write(built, test_register)
    job = next(one for one in needed_serving(folder, manifest, test_register, 36) if f"street-{MARCH}" in one.paths)
    standing = shutil.copy(made[f"street-{MARCH}"][0], tmp_path / "standing.arrow")
    assert run(replace(job, standing=standing)) == {}
    changed = replace(job.inputs, digests=("another",))
    assert list(run(replace(job, standing=standing, inputs=changed))) == [f"street-{MARCH}", f"street-ids-{MARCH}"]
    standing.write_bytes(b"damaged")
    assert run(replace(job, standing=standing)) != {}


@pytest.fixture
def records(built, test_register) -> ServedRecords:
    return ServedRecords.open(write(built, test_register)[f"street-{MARCH}"][0])


def test_every_record_of_a_file_is_in_it_once_and_is_json(records, built):
    _, manifest = built
    street = next(one for one in manifest.publications if one.kind == "street")
    ids = [json.loads(text)["id"] for text in records.each()]
    assert len(ids) == len(set(ids)) == street.records


def test_a_run_of_records_is_the_same_json_as_its_records(records):
    each = [json.loads(text) for text in records.each()]
    whole = Runs(np.array([0]), np.array([len(each)]))
    assert json.loads(records.json(whole)) == each
    assert records.json(Runs(np.array([2, 7]), np.array([3, 9]))) == b"[%b]" % b",".join(
        records.one(record) for record in (2, 7, 8)
    )
    assert records.json(Runs(np.empty(0, np.int64), np.empty(0, np.int64))) == b"[]"


@pytest.mark.parametrize("radius_m", [0.5, 300.0, 1609.344, 50_000.0])
def test_a_circle_finds_what_the_snap_register_finds(records, built, radius_m):
    folder, manifest = built
    register = SnapRegister.open(folder.file(manifest.snap_register.path))
    centre = LatLng(54.005, 1.01)
    near = set(register.within(centre, radius_m).tolist())
    found = json.loads(records.json(records.records(records.within(centre, radius_m))))
    every = [json.loads(text) for text in records.each()]
    wanted = [one for one in every if one["location"] and one["location"]["street"]["id"] in near]
    assert [one["id"] for one in found] == [one["id"] for one in wanted]


def test_the_index_finds_every_id_and_no_other(built, test_register):
    made = write(built, test_register)
    records = ServedRecords.open(made[f"street-{MARCH}"][0])
    ids = PersistentIds.open(made[f"street-ids-{MARCH}"][0])
    held = [json.loads(text)["persistent_id"] for text in records.each()]
    for persistent_id in filter(None, held):
        found = [json.loads(records.one(at))["persistent_id"] for at in ids.find(bytes.fromhex(persistent_id))]
        assert found.count(persistent_id) == held.count(persistent_id)
    assert ids.find(b"\xff" * 32) == []


def test_another_file_is_refused(built, test_register, tmp_path):
    made = write(built, test_register)
    with pytest.raises(DamagedFile):
        ServedRecords.open(made[f"street-ids-{MARCH}"][0])
    (tmp_path / "short.arrow").write_bytes(made[f"street-{MARCH}"][0].read_bytes()[:200])
    with pytest.raises(DamagedFile):
        ServedRecords.open(tmp_path / "short.arrow")


def test_a_file_of_more_rows_than_crime_ids_can_tell_is_refused(built, test_register, tmp_path):
    import pyarrow.parquet as pq

    folder, manifest = built
    job = next(one for one in needed_serving(folder, manifest, test_register, 36) if f"street-{MARCH}" in one.paths)
    table = pq.read_table(job.inputs.files[0])
    rows = table["row"].to_numpy().copy()
    rows[-1] = 1 << 17
    pq.write_table(table.set_column(table.column_names.index("row"), "row", [rows]), tmp_path / "long.parquet")
    with pytest.raises(UnreadableSource, match=r"more than 131,072 rows"):
        run(replace(job, inputs=replace(job.inputs, files=(tmp_path / "long.parquet",), month=Month(2024, 3))))
