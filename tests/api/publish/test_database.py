"""The updates database: schema, migrations, and readers beside writers."""

import re
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Table, insert, inspect, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateTable

from api.publish import content, database, migration
from api.publish.database import HEAD, Updates, open_updates
from api.publish.table import FORCE, METADATA, NEIGHBOURHOOD, PERSON, PRIORITY, PRIORITY_ACTION
from api.settings import ApiSettings
from geo.errors import BadParameter, Busy, DamagedFile, StoreFormatTooNew, UnreadableSource
from geo.neighbourhood import NeighbourhoodRef

SPEC = Path(__file__).parents[3] / "docs" / "spec" / "updates.md"
IN_A_FILE = pytest.mark.parametrize("updates_settings", ["sqlite"], indirect=True)
NC04 = NeighbourhoodRef("leicestershire", "NC04")


def test_the_migrations_make_the_tables_that_the_code_reads(updates: Updates) -> None:
    updates.migrate()
    with updates.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


def test_the_migrations_end_at_the_schema_that_this_code_reads() -> None:
    assert ScriptDirectory(str(Path(migration.__file__).parent)).get_current_head() == HEAD


def test_migrating_down_leaves_nothing_and_up_again_everything(updates: Updates) -> None:
    updates.migrate()
    updates.migrate("base")
    assert updates.schema() is None
    with updates.writing() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    updates.migrate()
    assert updates.schema() == HEAD


def test_migrating_twice_changes_nothing(updates: Updates) -> None:
    updates.migrate()
    updates.migrate()
    assert updates.schema() == HEAD


def test_a_migration_that_fails_leaves_the_schema_as_it_was(updates: Updates) -> None:
    with updates.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE priority (taken TEXT)")
    with pytest.raises(Exception, match="already exists"):
        updates.migrate()
    with updates.writing() as connection:
        assert inspect(connection).get_table_names() == ["priority"]


def test_every_table_and_column_is_specified() -> None:
    text = SPEC.read_text(encoding="utf-8")
    missing = [
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
        if not (re.search(rf"^\| `{table.name}` ", text, re.MULTILINE) and f"`{column.name}`" in text)
    ]
    assert missing == []


def test_where_nothing_was_published_reading_finds_nothing_and_makes_no_file(updates: Updates, tmp_path: Path) -> None:
    with updates.reading() as connection:
        assert content.force_detail(connection, "leicestershire") is None
        assert content.team(connection, NC04) == ()
        assert content.revision(connection, NC04) == 0
    assert list(tmp_path.iterdir()) == []


def test_what_is_published_later_is_read_without_opening_anew(updates: Updates) -> None:
    with updates.reading() as connection:
        assert content.force_names(connection) == {}
    updates.migrate()
    _name(updates, "Leicestershire Police")
    with updates.reading() as connection:
        assert content.force_names(connection) == {"leicestershire": "Leicestershire Police"}


@IN_A_FILE
def test_the_file_lies_in_the_data_folder_and_logs_ahead(updates: Updates, tmp_path: Path) -> None:
    updates.migrate()
    connection = sqlite3.connect(tmp_path / "updates.db")
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_reader_sees_one_state_while_a_writer_writes_and_neither_waits(updates: Updates) -> None:
    updates.migrate()
    _name(updates, "Before")
    with updates.reading() as reader:
        assert content.force_names(reader) == {"leicestershire": "Before"}
        with updates.writing() as writer:
            writer.execute(update(FORCE).values(name="After"))
            assert content.force_names(reader) == {"leicestershire": "Before"}
            with updates.reading() as another:
                assert content.force_names(another) == {"leicestershire": "Before"}
        assert content.force_names(reader) == {"leicestershire": "Before"}
    with updates.reading() as later:
        assert content.force_names(later) == {"leicestershire": "After"}


def test_two_writers_take_turns_and_lose_nothing(updates: Updates, updates_settings: ApiSettings) -> None:
    updates.migrate()
    _name(updates, "Leicestershire Police")
    other = open_updates(updates_settings)

    def raise_revision(through: Updates) -> None:
        for _ in range(25):
            with through.writing() as connection:
                now = connection.execute(select(FORCE.c.revision)).scalar_one()
                connection.execute(update(FORCE).values(revision=now + 1))

    threads = [threading.Thread(target=raise_revision, args=(through,)) for through in (updates, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    with updates.reading() as connection:
        assert content.force_revision(connection, "leicestershire") == 50


def test_who_waits_too_long_for_another_writer_is_told(
    updates: Updates, updates_settings: ApiSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    updates.migrate()
    monkeypatch.setattr(database, "WAIT_S", 0.2)
    hasty = open_updates(updates_settings)
    with updates.writing(), pytest.raises(Busy, match="Try again"), hasty.writing():
        pass
    with hasty.writing():
        pass
    hasty.close()


def test_several_processes_may_bring_the_schema_up_to_date_at_once(updates_settings: ApiSettings) -> None:
    several = [open_updates(updates_settings) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda one: one.bring_up_to_date(), several))
    assert {one.schema() for one in several} == {HEAD}
    for one in several:
        one.close()


def test_what_fails_half_way_leaves_nothing(updates: Updates) -> None:
    updates.migrate()
    with pytest.raises(IntegrityError), updates.writing() as connection:
        connection.execute(insert(FORCE), [{"id": "leicestershire", "name": name} for name in ("Half", "Half again")])
    with updates.reading() as connection:
        assert content.force_names(connection) == {}


def test_what_belongs_to_a_neighbourhood_follows_its_new_id_and_goes_with_it(updates: Updates) -> None:
    updates.migrate()
    owned = {"force_id": "leicestershire", "neighbourhood_id": "NC04", "position": 0}
    with updates.writing() as connection:
        connection.execute(insert(FORCE).values(id="leicestershire"))
        connection.execute(insert(NEIGHBOURHOOD).values(force_id="leicestershire", id="NC04"))
        connection.execute(insert(PERSON).values(**owned, name="Sgt Curlew", contact={}))
        connection.execute(insert(PRIORITY).values(**owned, id=1, issue="<p>Speeding</p>"))
        connection.execute(insert(PRIORITY_ACTION).values(priority_id=1, action="<p>Signs</p>"))
        connection.execute(update(NEIGHBOURHOOD).values(id="NC05"))
    moved = NeighbourhoodRef("leicestershire", "NC05")
    with updates.reading() as connection:
        assert [person.name for person in content.team(connection, moved)] == ["Sgt Curlew"]
        assert [one.actions[0].action for one in content.priorities(connection, moved)] == ["<p>Signs</p>"]
    with updates.writing() as connection:
        connection.execute(NEIGHBOURHOOD.delete())
        assert connection.execute(select(PRIORITY_ACTION)).all() == []


def test_a_database_of_a_later_version_is_not_read(updates: Updates) -> None:
    updates.migrate()
    with updates.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreFormatTooNew, match="9999"), updates.reading():
        pass


def test_a_database_of_a_later_version_is_not_migrated_either(updates: Updates) -> None:
    updates.migrate()
    with updates.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreFormatTooNew, match="9999"):
        updates.migrate()


def test_many_readers_at_once_find_nothing_where_nothing_is(updates: Updates) -> None:
    def read(_: int) -> int:
        with updates.reading() as connection:
            return content.revision(connection, NC04)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(read, range(64))) == {0}


@IN_A_FILE
def test_a_damaged_database_is_said_plainly(updates: Updates, tmp_path: Path) -> None:
    (tmp_path / "updates.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(DamagedFile, match="bring it back from a copy"):
        updates.migrate()
    with pytest.raises(DamagedFile, match="bring it back from a copy"), updates.reading():
        pass


@pytest.mark.parametrize("table", METADATA.sorted_tables, ids=lambda table: str(table.name))
def test_the_schema_is_postgresqls_too(table: Table) -> None:
    assert f"CREATE TABLE {table.name}" in str(CreateTable(table).compile(dialect=postgresql.dialect())).replace(
        '"', ""
    )


def test_a_database_without_a_driver_here_is_said_plainly() -> None:
    with pytest.raises(UnreadableSource, match="No driver for mongodb"):
        Updates(make_url("mongodb://localhost/updates"))


def test_a_server_that_does_not_run_is_said_plainly(tmp_path: Path) -> None:
    nowhere = Updates(make_url(f"postgresql+psycopg://nobody@/updates?host={tmp_path}"))
    with pytest.raises(DamagedFile, match="cannot be reached"), nowhere.reading():
        pass


def _name(updates: Updates, name: str) -> None:
    with updates.writing() as connection:
        connection.execute(insert(FORCE).values(id="leicestershire", name=name))


def test_an_address_with_nul_in_it_is_a_mistake_of_who_asks_and_no_fault_of_ours(updates: Updates) -> None:
    updates.migrate()
    try:
        with updates.reading() as connection:
            assert content.neighbourhood_names(connection, "kent\0") == {}
    except BadParameter as error:
        assert ("NUL" in str(error), updates.path) == (True, None)  # noqa: PT017  SQLite finds nothing, in its own way
