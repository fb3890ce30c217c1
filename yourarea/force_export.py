"""`force export`: everything of a force in open formats, to leave with (docs/spec/force-export.md)."""

import json
import shutil
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import shapely
from sqlalchemy import Connection, select

from api.police.force import person_json
from api.police.neighbourhood import event_json, neighbourhood_json, priority_json
from api.publish import audit, content
from api.publish.backup import to_json
from api.publish.database import HEAD, Updates
from api.publish.force_data import force_rows, pictures_of
from api.publish.policy import Where
from api.publish.record import Event, ForceDetail, NeighbourhoodDetail
from api.publish.secret import Secrets
from api.publish.staff_table import ACCESS, ACCOUNT, QUESTION, SUBSCRIPTION
from api.publish.table import EVENT
from geo.errors import Busy, UnknownForce
from geo.force import Force
from geo.neighbourhood import NeighbourhoodRef
from geo.store.boundary import Areas
from geo.store.release import Release
from yourarea.force_readme import readme

FORMAT = 1
_SUFFIX = {"image/webp": ".webp", "image/jpeg": ".jpg", "image/png": ".png"}


class ForceExport:
    """Writes the files of one force below a folder.

    Args:
        root: the folder, which is there and empty.
        release: the live one.
        store: the data folder's root.
        updates: the database.
        force: whose.
    """

    def __init__(self, root: Path, release: Release, store: Path, updates: Updates, force: Force) -> None:
        self._root, self._release, self._store, self._updates, self._force = root, release, store, updates, force

    def write(self, secrets: Secrets | None) -> None:
        """Write everything; with keys, personal data too."""
        with self._updates.reading() as connection:
            self._published(connection)
            self._content(connection)
            rows = (row.json() for row in reversed(audit.audit_of(connection, Where(self._force.id), most=None)))
            self._lines("audit.jsonl", rows)
            if secrets is not None:
                self._personal(connection, secrets)
        self._boundaries()
        self._crimes()
        self._json("force.json", asdict(self._force))
        manifest = {"format": FORMAT, "force": self._force.id, "updates_schema": HEAD, "release": self._release.id}
        moment = {"exported_at": datetime.now(UTC).isoformat(timespec="seconds"), "personal_data": secrets is not None}
        self._json("manifest.json", manifest | moment)
        self._text("README.md", readme(self._force, self._release.manifest, secrets is not None))

    def _published(self, connection: Connection) -> None:
        rows = force_rows(connection, self._force.id)
        for name, found in rows.items():
            self._lines(f"published/{name}.jsonl", found)
        about = []
        for picture in pictures_of(connection, rows):
            name = f"pictures/{picture['id']}{_SUFFIX.get(picture['media_type'], '')}"
            self._bytes(name, picture["content"])
            about.append({key: to_json(value) for key, value in picture.items() if key != "content"} | {"file": name})
        self._lines("published/picture.jsonl", about)

    def _content(self, connection: Connection) -> None:
        """The same as anybody may ask of the API, for other software (docs/spec/content.md)."""
        force, release = self._force.id, self._release
        detail = content.force_detail(connection, force) or ForceDetail()
        said = {name: value for name, value in asdict(detail).items() if not name.endswith("_cy")}
        self._json(f"content/forces/{force}.json", {"id": force, **said, "name": detail.name or self._force.name})
        self._json(f"content/forces/{force}/people.json", list(map(person_json, content.officers(connection, force))))
        published = content.neighbourhood_names(connection, force)
        areas = release.neighbourhoods
        names = {areas.ids[at]: areas.names[at] for at in areas.of_force(force)} or published
        listed = [{"id": one, "name": published.get(one, name)} for one, name in names.items()]
        self._json(f"content/{force}/neighbourhoods.json", listed)
        for one in names:
            ref, path = NeighbourhoodRef(force, one), f"content/{force}/{quote(one, safe='')}"
            about = content.neighbourhood_detail(connection, ref) or NeighbourhoodDetail()
            self._json(f"{path}.json", neighbourhood_json(ref, about, release))
            self._json(f"{path}/people.json", list(map(person_json, content.team(connection, ref))))
            events = content.items(connection, Event, *content.of_neighbourhood(EVENT, ref))
            self._json(f"{path}/events.json", list(map(event_json, events)))
            self._json(f"{path}/priorities.json", list(map(priority_json, content.priorities(connection, ref))))

    def _personal(self, connection: Connection, secrets: Secrets) -> None:
        own = {"force_id": self._force.id}
        for held in (SUBSCRIPTION, QUESTION):
            rows = connection.execute(select(held).filter_by(**own).order_by(held.c.id)).mappings()
            self._lines(f"personal/{held.name}.jsonl", (self._shown(row, secrets) for row in rows))
        asked = select(ACCOUNT.c.name, ACCOUNT.c.login, ACCOUNT.c.provider, ACCESS.c.role, ACCESS.c.neighbourhood_id)
        joined = asked.join_from(ACCESS, ACCOUNT).filter_by(**own).order_by(ACCESS.c.id)
        self._lines("personal/access.jsonl", (dict(row) for row in connection.execute(joined).mappings()))

    def _shown(self, row: Any, secrets: Secrets) -> dict[str, Any]:
        plain = {name: to_json(value) for name, value in row.items() if name not in {"id", "address_hash"}}
        return plain | {"address": None if row["address"] is None else secrets.show(row["address"])}

    def _boundaries(self) -> None:
        for generation in self._release.manifest.generations:
            if generation.force != self._force.id:
                continue
            areas = Areas.open(self._store / generation.file.path)
            features = [
                {
                    "type": "Feature",
                    "properties": {"force": self._force.id, "id": one, "name": name},
                    "geometry": shapely.geometry.mapping(polygon),
                }
                for one, name, polygon in zip(areas.ids, areas.names, areas.polygons, strict=True)
            ]
            collection = {"type": "FeatureCollection", "features": features}
            self._json(f"boundaries/{generation.first_month}.geojson", collection)

    def _crimes(self) -> None:
        """Every file that rules, as the force supplied it; what is held back too, for it is the force's own."""
        for (force, month, kind), one in self._release.manifest.live.items():
            if force == self._force.id:
                plain = zlib.decompress((self._store / one.member.path).read_bytes(), -zlib.MAX_WBITS)
                self._bytes(f"crimes/{month}/{month}-{force}-{_KIND.get(kind.value, kind.value)}.csv", plain)

    def _json(self, name: str, value: Any) -> None:
        self._text(name, json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n")

    def _lines(self, name: str, rows: Any) -> None:
        self._text(name, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))

    def _text(self, name: str, text: str) -> None:
        self._bytes(name, text.encode())

    def _bytes(self, name: str, data: bytes) -> None:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


_KIND = {"stops": "stop-and-search"}  # as data.police.uk names its files


def force_of(release: Release, force_id: str) -> Force:
    """A force that has an area of its own.

    Raises:
        UnknownForce: there is none of that id.
    """
    force = release.register.force(force_id)
    if not force.territorial:
        raise UnknownForce("%(force)r has no area of its own.", force=force_id)
    return force


@contextmanager
def into(target: Path) -> Iterator[Path]:
    """A folder that becomes the target, a zip where its name ends so, once everything is in it; for its owner alone.

    Raises:
        Busy: the target is there.
    """
    if target.exists():
        raise Busy(f"{target} is there already: name another.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as scratch:
        made = Path(scratch) / "export"
        made.mkdir(0o700)
        yield made
        if target.suffix == ".zip":
            packed = Path(shutil.make_archive(str(made), "zip", made))
            packed.chmod(0o600)
            packed.rename(target)
        else:
            made.rename(target)
