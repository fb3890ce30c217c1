"""A copy of the updates database, and bringing it back: on SQLite and PostgreSQL, from either to the other."""

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from api.publish import account, audit, content, session
from api.publish.backup import LEFT_OUT, Backup, rows_of, tables_of, write_backup
from api.publish.database import HEAD, Updates, open_updates
from api.publish.item import draft
from api.publish.item.kind import Kind
from api.publish.item.put import items, put, remove
from api.publish.item.written import WrittenEvent, WrittenLink, WrittenMember, WrittenPriority
from api.publish.picture import held
from api.publish.policy import COMMAND, Access, Role, Where
from api.publish.restore import Restored, restore
from api.publish.secret import Secrets
from api.publish.staff_table import ACCOUNT, SERVICE_TOKEN, SESSION, SUBSCRIPTION
from api.publish.table import PERSON, PICTURE
from api.settings import ApiSettings
from geo.errors import Busy, DamagedFile, StoreFormatTooNew, UnreadableSource
from geo.neighbourhood import NeighbourhoodRef

A1, REF = Where("kent", "A1"), NeighbourhoodRef("kent", "A1")
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SECRETS = Secrets(("k" * 40,))
CURLEW = WrittenMember(given_name="Una", surname="Curlew", rank="Sgt", contact={"telephone": "101"})
SUBSCRIBED: dict[str, Any] = {
    "force_id": "kent", "neighbourhood_id": "A1", "address": "hidden", "often": "weekly", "language": "cy",
    "monthly": True, "created_at": NOW,
}  # fmt: skip


@pytest.fixture
def lived_in(updates: Updates) -> Updates:
    """A database with something in most of its corners."""
    updates.migrate()
    with updates.writing() as connection:
        put(connection, COMMAND, A1, "m1", CURLEW)
        put(connection, COMMAND, A1, "p1", WrittenPriority(issue="Speeding", issued_at=NOW.replace(tzinfo=None)))
        repeated = {"repeats": "FREQ=WEEKLY", "repeats_until": date(2027, 1, 1), "not_on": (date(2026, 12, 25),)}
        put(
            connection,
            COMMAND,
            A1,
            "e1",
            WrittenEvent(title="Surgery", starts_at=datetime.fromisoformat("2026-11-03T18:00"), **repeated),
        )
        picture = {"media_type": "image/webp", "width": 2, "height": 1, "content": b"\x00\xff\x10", "taken_in_at": NOW}
        connection.execute(insert(PICTURE).values(id="p", **picture))
        number = account.add_local(connection, COMMAND, "Sgt Una Curlew", "u.curlew", "correct horse battery")
        account.give(connection, COMMAND, number, Access(Role.NEIGHBOURHOOD_EDITOR, A1))
        session.begin(connection, number, "A telephone", NOW)
        connection.execute(insert(SUBSCRIPTION), [{**SUBSCRIBED, "address_hash": one} for one in ("one", "two")])
        token = {"name": "CMS", "force_id": "kent", "kinds": ["event"], "created_by": "Una", "token_hash": "t"}
        connection.execute(insert(SERVICE_TOKEN).values(**token, created_at=NOW, expires_at=NOW + timedelta(days=9)))
    return updates


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Updates]:
    """Another database, that is not there yet."""
    found = open_updates(ApiSettings(data_dir=tmp_path / "other"))
    (tmp_path / "other").mkdir()
    yield found
    found.close()


def state(updates: Updates) -> dict[str, list[dict[str, Any]]]:
    with updates.reading() as connection:
        rows = {table.name: list(rows_of(connection, table)) for table in tables_of(connection)}
    rows["audit"] = [row for row in rows["audit"] if row["deed"] != "restore"]
    return rows


def copy(updates: Updates, tmp_path: Path, **how: bool) -> Path:
    return write_backup(updates, tmp_path / "copies", SECRETS, **how)[0]


def test_a_copy_brings_everything_back_in_another_database(lived_in: Updates, other: Updates, tmp_path: Path) -> None:
    assert restore(other, Backup(copy(lived_in, tmp_path)), over=False).people_kept_out == 0
    assert state(other) == state(lived_in)
    with other.reading() as connection:
        assert [one.name for one in content.team(connection, REF)] == ["Una Curlew"]
        assert connection.scalar(select(PICTURE.c.content)) == b"\x00\xff\x10"
        assert connection.scalar(select(func.count()).select_from(SESSION)) == 0
        assert audit.audit_of(connection, Where())[0].deed == "restore"


def test_a_copy_from_sqlite_comes_back_on_either_and_new_ids_follow_on(
    lived_in: Updates, other: Updates, tmp_path: Path
) -> None:
    restore(other, Backup(copy(lived_in, tmp_path)), over=False)
    restore(lived_in, Backup(copy(other, tmp_path)), over=True)
    assert state(lived_in)["person"] == state(other)["person"]
    with lived_in.writing() as connection:
        put(connection, COMMAND, A1, "m2", CURLEW)
        ids = [row["id"] for row in rows_of(connection, PERSON)]
    assert len(set(ids)) == 2


def test_what_serves_reads_what_was_brought_back(lived_in: Updates, tmp_path: Path) -> None:
    made = copy(lived_in, tmp_path)
    reader = open_updates(ApiSettings(data_dir=tmp_path, updates_url=lived_in._url.render_as_string(False)))

    def team() -> list[str]:
        with reader.reading() as connection:
            return [one.name for one in content.team(connection, REF)]

    assert [team() for _ in range(8)][-1] == ["Una Curlew"]  # so often that a server has prepared the question
    with lived_in.writing() as connection:
        put(connection, COMMAND, A1, "m1", CURLEW.model_copy(update={"surname": "Plover"}))
    assert team() == ["Una Plover"]
    restore(lived_in, Backup(made), over=True)
    assert team() == ["Una Curlew"]
    reader.close()


def test_what_was_taken_back_since_stays_taken_back(lived_in: Updates, tmp_path: Path) -> None:
    made = copy(lived_in, tmp_path)
    with lived_in.writing() as connection:
        remove(connection, COMMAND, A1, Kind.MEMBER, "m1")
        number = connection.scalar(select(ACCOUNT.c.id))
        assert number is not None
        account.disable(connection, COMMAND, number)
        connection.execute(SERVICE_TOKEN.update().values(revoked_at=NOW))
        connection.execute(SUBSCRIPTION.delete().where(SUBSCRIPTION.c.address_hash == "one"))
        put(connection, COMMAND, A1, "l1", WrittenLink(title="Council", url="https://council.example/"))
    done = restore(lived_in, Backup(made), over=True)
    assert (done.people_kept_out, done.deeds_since) == (1, 3)
    with lived_in.reading() as connection:
        assert content.team(connection, REF) == ()
        assert "Curlew" not in repr([one for one in audit.audit_of(connection, A1) if one.kind == Kind.MEMBER])
        assert connection.scalar(select(ACCOUNT.c.disabled_at)) is not None
        assert connection.scalar(select(SERVICE_TOKEN.c.revoked_at)) == NOW
        assert connection.scalars(select(SUBSCRIPTION.c.address_hash)).all() == ["two"]
        deeds = [one.deed for one in audit.audit_of(connection, Where())]
    assert deeds[:4] == ["restore", "publish", "disable-account", "remove"]


def test_who_was_taken_out_since_is_in_no_draft_or_picture_and_not_as_imported_either(
    lived_in: Updates, tmp_path: Path
) -> None:
    with lived_in.writing() as connection:
        brought = {"force_id": "kent", "neighbourhood_id": "A1", "position": 9, "contact": {}, "source": "an import"}
        connection.execute(insert(PERSON), [{**brought, "name": name} for name in ("Kim Knot", "Ann Auk", "Lee Lark")])
        known = {one.external_id for one in items(connection, A1, Kind.MEMBER)} - {"m1"}
        said = {"surname": "Curlew", "picture_id": "p"}
        draft.begin(connection, COMMAND, A1, Kind.MEMBER, "m1", said)
    made = copy(lived_in, tmp_path)
    with lived_in.writing() as connection:
        knot, auk, _lark = sorted(known)
        done = put(connection, COMMAND, A1, auk, WrittenMember(surname="Auk"))
        for one in ("m1", knot, done.item.external_id):
            remove(connection, COMMAND, A1, Kind.MEMBER, one)
    assert restore(lived_in, Backup(made), over=True).people_kept_out == 3
    with lived_in.reading() as connection:
        assert [one.name for one in content.team(connection, REF)] == ["Lee Lark"]
        assert draft.drafts_of(connection, A1) == []
        assert not held(connection, "p")


def test_a_database_that_holds_something_is_replaced_only_when_told(lived_in: Updates, tmp_path: Path) -> None:
    made = copy(lived_in, tmp_path)
    with pytest.raises(Busy, match="--over"):
        restore(lived_in, Backup(made), over=False)
    assert isinstance(restore(lived_in, Backup(made), over=True), Restored)


def test_a_copy_is_for_its_owner_and_has_the_keys_only_when_asked(lived_in: Updates, tmp_path: Path) -> None:
    plain, with_keys = copy(lived_in, tmp_path), copy(lived_in, tmp_path, with_keys=True)
    assert {path.stat().st_mode & 0o777 for path in (plain, with_keys)} == {0o600}
    assert (Backup(plain).keys(), Backup(with_keys).keys()) == (None, "k" * 40 + "\n")
    assert not any("k" * 40 in zipfile.ZipFile(plain).read(name).decode() for name in zipfile.ZipFile(plain).namelist())
    assert not {f"table/{name}.jsonl" for name in LEFT_OUT} & set(zipfile.ZipFile(plain).namelist())


def test_of_nothing_there_is_no_copy(updates: Updates, tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="no updates database yet"):
        copy(updates, tmp_path)


def changed(path: Path, name: str, content: bytes | None) -> Path:
    """The same zip with another content of one member, or without it."""
    other = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for one in old.namelist():
            if one != name or content is not None:
                new.writestr(one, content if one == name and content is not None else old.read(one))
    return other


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("table/person.jsonl", b"", DamagedFile),
        ("table/person.jsonl", None, DamagedFile),
        ("manifest.json", None, UnreadableSource),
        ("manifest.json", b"{}", UnreadableSource),
        ("manifest.json", json.dumps({"format": 1, "updates_schema": "9999"}).encode(), StoreFormatTooNew),
        ("manifest.json", json.dumps({"format": 2, "updates_schema": HEAD}).encode(), StoreFormatTooNew),
    ],
)
@pytest.mark.parametrize("updates_settings", ["sqlite"], indirect=True)
def test_what_is_not_a_whole_copy_is_refused(
    lived_in: Updates, tmp_path: Path, name: str, content: bytes | None, expected: type[Exception]
) -> None:
    with pytest.raises(expected):
        Backup(changed(copy(lived_in, tmp_path), name, content))


@pytest.mark.parametrize("updates_settings", ["sqlite"], indirect=True)
def test_a_copy_that_was_cut_short_is_refused(lived_in: Updates, tmp_path: Path) -> None:
    made = copy(lived_in, tmp_path)
    made.write_bytes(made.read_bytes()[:-100])
    with pytest.raises(UnreadableSource, match="damaged"):
        Backup(made)


def test_a_copy_of_an_earlier_schema_is_brought_up_to_date(lived_in: Updates, tmp_path: Path) -> None:
    made = copy(lived_in, tmp_path)
    manifest = json.loads(zipfile.ZipFile(made).read("manifest.json"))
    early = {
        "force": {
            "id",
            "name",
            "description",
            "description_cy",
            "url",
            "telephone",
            "revision",
            "source",
            "imported_at",
        }
    }
    with zipfile.ZipFile(tmp_path / "early.zip", "w") as archive:
        from hashlib import sha256

        rows = [json.loads(line) for line in zipfile.ZipFile(made).read("table/force.jsonl").splitlines()]
        lines = b"".join(json.dumps({k: row[k] for k in early["force"]}).encode() + b"\n" for row in rows)
        archive.writestr("table/force.jsonl", lines)
        tables = {"force": {"rows": 1, "sha256": sha256(lines).hexdigest()}}
        archive.writestr("manifest.json", json.dumps(manifest | {"updates_schema": "0003", "tables": tables}))
    restore(lived_in, Backup(tmp_path / "early.zip"), over=True)
    assert lived_in.schema() == HEAD
    assert [row["id"] for row in state(lived_in)["force"]] == ["kent"]
    assert state(lived_in)["person"] == []
