"""What the records stand on: the force register, postcodes, and a base map's layers."""

import json
from collections.abc import Sequence
from pathlib import Path

from geo.errors import UnreadableSource
from geo.force import ForceRegister, register_from_json, uk_forces
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest
from ingest import archive
from ingest.postcode import PostcodeRows, merge_postcodes, read_postcodes, write_postcodes
from ingest.workspace import Workspace, reading

BASEMAP_LAYERS = ("land", "water", "park", "street", "station", "place")


def register_of(folder: DataFolder, manifest: Manifest) -> ForceRegister:
    """The force register of a manifest: its own, or the United Kingdom's.

    Raises:
        DamagedFile: the register's file is missing.
    """
    if manifest.force_register is None:
        return uk_forces()
    with reading(folder, [manifest.force_register]):
        return register_from_json(folder.file(manifest.force_register.path).read_text(encoding="utf-8"))


def load_register(work: Workspace, source: Path) -> ForceRegister:
    """Load a force register in place of the United Kingdom's. Only an empty data folder takes another register.

    Raises:
        UnreadableSource: not a register, or records of another register's forces are held.
    """
    with archive.reading(source):
        data = source.read_bytes()
        register = register_from_json(data.decode())
    manifest = work.staged()
    held = {one.force for one in manifest.publications} | {one.force for one in manifest.generations}
    strangers = sorted(held - {force.id for force in register})
    if strangers:
        raise UnreadableSource(
            f"{work.folder.root} holds data of {', '.join(strangers)}, not of the {register.name!r} register. Real and "
            f"invented forces never mix: use another data folder."
        )
    kept = work.keep("force-register", ".json", data, len(register.forces))
    work.stage(manifest.changed(force_register=kept))
    return register


def load_postcodes(work: Workspace, sources: Sequence[Path]) -> PostcodeRows:
    """Load postcodes in place of those held; where sources share a postcode, the later source rules.

    Raises:
        UnreadableSource: a source that is no Code-Point Open, ONSPD or NSPL.
    """
    rows = merge_postcodes([read_postcodes(source) for source in sources])
    made = work.empty_scratch() / "postcodes.arrow"
    write_postcodes(rows, made)
    kept = work.adopt("postcodes", ".arrow", made, rows.records.num_rows)
    work.stage(work.staged().changed(postcodes=kept))
    return rows


def load_basemap(work: Workspace, source: Path) -> dict[str, int]:
    """Load the layers of a base map, a folder of GeoJSON named by layer; returns the features of each.

    Raises:
        UnreadableSource: no layer in the folder, or one that is not GeoJSON.
    """
    kept, features = {}, {}
    for layer in BASEMAP_LAYERS:
        path = source / f"{layer}.geojson"
        if not path.exists():
            continue
        try:
            data = path.read_bytes()
            features[layer] = len([feature["geometry"] for feature in json.loads(data)["features"]])
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise UnreadableSource(f"{path} is not a GeoJSON collection of features: {error}") from error
        kept[layer] = work.keep(f"basemap/{layer}", ".geojson", data, features[layer])
    if not kept:
        raise UnreadableSource(f"{source} holds no base map: a file such as land.geojson for any of {BASEMAP_LAYERS}.")
    work.stage(work.staged().changed(basemap=kept))
    return features
