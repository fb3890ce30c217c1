"""The demo force register, the postcode file and the list of snap points."""

import csv
import json
from pathlib import Path

from ingest.demo.address import Postcode
from ingest.demo.crime import REPORTED_BY
from ingest.demo.snap_point import SnapPoint

_POSTCODE_HEADER = (
    "pcd", "pcd2", "pcds", "dointr", "doterm", "usertype", "oseast1m", "osnrth1m", "osgrdind", "ctry", "lat", "long",
)  # fmt: skip


def write_forces(path: Path) -> None:
    """The register of the two invented forces, as JSON."""
    forces = [
        {
            "id": force, "name": name, "slot": slot, "gss": None, "nation": "invented", "territorial": True,
            "publishes_outcomes": True, "url": None, "reported_as": [name],
        }
        for slot, (force, name) in enumerate(sorted(REPORTED_BY.items()))
    ]  # fmt: skip
    title = {"en": "Dogger Bank (an invented county)", "cy": "Banc Dogger (sir ddychmygol)"}
    register = {"register": "demo", "invented": True, "title": title, "forces": forces}
    path.write_bytes((json.dumps(register, ensure_ascii=False, indent=2) + "\n").encode())


def write_postcodes(path: Path, postcodes: list[Postcode]) -> None:
    """The postcodes in the shape of the ONS Postcode Directory: a blank grid reference, real latitude and longitude."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(_POSTCODE_HEADER)
        for postcode in postcodes:
            outward, inward = postcode.text.split()
            ended = f"{postcode.ended.year}{postcode.ended.month:02d}" if postcode.ended else ""
            writer.writerow(
                (
                    f"{outward:<4}{inward}", f"{outward:<5}{inward}", postcode.text, "198001", ended, "0",
                    "", "", "1", "", f"{postcode.lat:.6f}", f"{postcode.lng:.6f}",
                )
            )  # fmt: skip


def write_snap_points(path: Path, points: list[SnapPoint]) -> None:
    """Each snap point's place, the name that the crime files give it, and the addresses in its catchment."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("lat", "lng", "name", "addresses"))
        writer.writerows(
            (f"{point.lat:.6f}", f"{point.lng:.6f}", f"On or near {point.name}", point.addresses) for point in points
        )
