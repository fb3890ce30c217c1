"""A force's system sends in a month of crime files: once, in bounds, with the right token, and asks how far it is."""

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from api.app import create_api
from api.publish import audit, parcel, token
from api.publish.database import Updates
from api.publish.item.kind import Kind
from api.publish.policy import COMMAND, Where
from api.publish.staff_table import SERVICE_TOKEN
from api.publish.submission import State, advance, submissions
from api.publish.token import SUBMITS, BadToken
from api.settings import ApiSettings

FORCE, T1 = Where("testshire"), Where("testshire", "T1")
MONTH = "/v1/submissions/testshire/2024-04"
STREET, OUTCOMES = "2024-04-testshire-street.csv", "2024-04-testshire-outcomes.csv"


@pytest.fixture
def client(land, tmp_path) -> Iterator[TestClient]:
    shutil.copytree(land.root, tmp_path / "data")
    with TestClient(create_api(ApiSettings(data_dir=tmp_path / "data"))) as found:
        yield found


@pytest.fixture
def updates(client: TestClient) -> Updates:
    found: Updates = client.app.state.updates
    found.bring_up_to_date()
    return found


@pytest.fixture
def bearer(updates: Updates) -> Callable[..., dict[str, str]]:
    """`bearer(where, *kinds)`: the headers of a system that sends a zip; by default one that may."""

    def make(where: Where = FORCE, *kinds: str) -> dict[str, str]:
        now = datetime.now(UTC)
        with updates.writing() as connection:
            made = token.make(connection, COMMAND, "Records", where, kinds or [SUBMITS], now + timedelta(days=9), now)
        return {"Authorization": f"Bearer {made}", "Content-Type": "application/zip"}

    return make


def zipped(*files: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", how) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return sink.getvalue()


def held(updates: Updates) -> list[str]:
    with updates.reading() as connection:
        return [f"{one.force_id} {one.month}" for one in submissions(connection)]


def test_the_same_files_are_the_same_submission_however_they_are_packed(client, updates, bearer, tmp_path):
    headers = bearer()
    first = client.put(MONTH, content=zipped((STREET, b"a"), (OUTCOMES, b"b")), headers=headers)
    assert (first.status_code, first.json()["state"], first.json()["files"]) == (201, "waiting", [])
    other = zipped((f"2024-04/{OUTCOMES}", b"b"), (f"2024-04/{STREET}", b"a"), how=zipfile.ZIP_STORED)
    again = client.put(MONTH, content=other, headers=headers)
    assert (again.status_code, again.json()) == (200, first.json())
    assert client.put(MONTH, content=zipped((STREET, b"c")), headers=headers).status_code == 201
    assert held(updates) == ["testshire 2024-04"] * 2
    kept = tmp_path / "data/submissions/testshire/2024-04" / f"{first.json()['sha256']}.zip"
    with zipfile.ZipFile(kept) as archive:
        assert (archive.read(STREET), archive.read(OUTCOMES)) == (b"a", b"b")
    with updates.reading() as connection:
        [one, *_] = audit.audit_of(connection, Where())
    assert (one.deed, one.actor_kind, one.actor_name, one.force_id) == ("submit", "token", "Records", "testshire")


def test_it_is_told_how_far_it_is_and_what_was_found_row_by_row(client, updates, bearer):
    headers = bearer()
    assert client.get(MONTH, headers=headers).status_code == 404
    client.put(MONTH, content=zipped((STREET, b"a")), headers=headers)
    found = {
        "name": STREET, "rows": 7, "rejected": 1, "rejects": {"bad-crime-id": 1},
        "lines": [{"line": 3, "reason": "bad-crime-id"}], "why": None,
    }  # fmt: skip
    with updates.writing() as connection:
        [one] = submissions(connection)
        advance(connection, COMMAND, one, State.CHECKED, {"files": [found]})
    answer = client.get(MONTH, headers=headers)
    [told] = answer.json()["submissions"]
    assert (told["state"], told["files"], answer.headers["cache-control"]) == ("checked", [found], "no-store")
    assert client.get("/v1/submissions/testshire/2024-05", headers=headers).status_code == 404


@pytest.mark.parametrize(
    ("where", "kinds", "path"),
    [
        (FORCE, tuple(Kind), MONTH),
        (Where("elsewhere"), (SUBMITS,), MONTH),
        (FORCE, (SUBMITS,), "/v1/submissions/elsewhere/2024-04"),
    ],
)
def test_a_token_of_another_force_or_for_other_things_is_refused_and_it_is_written_down(
    client, updates, bearer, where, kinds, path
):
    headers = bearer(where, *kinds)
    for answer in (
        client.put(path, content=zipped((STREET, b"a")), headers=headers),
        client.get(path, headers=headers),
    ):
        assert answer.status_code == 403
        with updates.reading() as connection:
            [last, *_] = audit.audit_of(connection, Where())
        assert (last.deed, last.kind, last.item, last.force_id) == ("refused", SUBMITS, "2024-04", path.split("/")[3])
    assert held(updates) == []


def test_a_token_of_a_neighbourhood_is_refused_even_if_one_were_made(client, updates, bearer):
    with pytest.raises(BadToken):
        bearer(T1, SUBMITS, Kind.NEWS)
    headers = bearer(T1, Kind.NEWS)
    with updates.writing() as connection:
        connection.execute(SERVICE_TOKEN.update().values(kinds=[SUBMITS]))
    assert client.put(MONTH, content=zipped((STREET, b"a")), headers=headers).status_code == 403
    assert held(updates) == []


def test_nobody_sends_anything_in_without_a_token(client, updates):
    for answer in (client.put(MONTH, content=zipped((STREET, b"a"))), client.get(MONTH)):
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert held(updates) == []


def test_a_token_that_sends_in_crime_files_publishes_nothing(client, bearer):
    said = {"title": "T", "text": "T", "issued_at": "2024-03-20T12:00"}
    headers = {**bearer(), "Content-Type": "application/json"}
    assert client.put("/v1/neighbourhoods/testshire/T1/news/n", json=said, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ([("notes.csv", b"x")], ["notes.csv"]),
        ([(STREET, b"x"), (f"../{OUTCOMES}", b"x")], [f"../{OUTCOMES}"]),
        ([("2024-05-testshire-street.csv", b"x"), ("2024-04-farshire-street.csv", b"x")],
         ["2024-05-testshire-street.csv", "2024-04-farshire-street.csv"]),
        ([(STREET, b"x"), (f"2024-04/{STREET}", b"x")], [f"2024-04/{STREET}"]),
        ([(f"{number}.csv", b"") for number in range(4)], [""]),
        ([], [""]),
    ],
)  # fmt: skip
def test_a_file_that_is_not_of_that_force_and_month_is_named(client, updates, bearer, files, named):
    answer = client.put(MONTH, content=zipped(*files), headers=bearer())
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["type"] == "/problems/bad-item"
    assert [one["field"] for one in answer.json()["errors"]] == named
    assert held(updates) == []


def test_a_zip_that_unpacks_to_too_much_is_refused_while_it_is_read_and_the_file_is_named(client, updates, bearer):
    bomb = zipped((OUTCOMES, b"x"), (STREET, bytes(parcel.MOST_UNPACKED)))
    assert len(bomb) < 200_000
    for sent in (bomb, bomb.replace(parcel.MOST_UNPACKED.to_bytes(4, "little"), (9).to_bytes(4, "little"))):
        answer = client.put(MONTH, content=sent, headers=bearer())
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, STREET)
    assert held(updates) == []


def flagged() -> bytes:
    """A zip whose file says that it is encrypted."""
    made = bytearray(zipped((STREET, b"x")))
    made[made.index(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", ""),
        (b"PK\x03\x04 nothing", ""),
        (zipped((STREET, b"x" * 999))[:-30], ""),
        (zipped((STREET, b"some text"), how=zipfile.ZIP_STORED).replace(b"some text", b"othertext"), STREET),
        (zipped((STREET, b"x"), how=zipfile.ZIP_BZIP2), STREET),
        (flagged(), STREET),
    ],
)
def test_a_zip_that_is_damaged_or_packed_otherwise_is_refused(client, updates, bearer, content, field):
    answer = client.put(MONTH, content=content, headers=bearer())
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, [field])
    assert held(updates) == []


def test_what_is_too_long_or_no_zip_by_its_type_is_refused(client, bearer):
    assert client.put(MONTH, content=bytes(parcel.MOST_BYTES + 1), headers=bearer()).status_code == 413
    assert client.put(MONTH, content=b"x", headers={**bearer(), "Content-Type": "text/csv"}).status_code == 415


def test_a_month_or_a_force_that_there_is_not_is_told(client, bearer):
    content = zipped((STREET, b"x"))
    assert client.put("/v1/submissions/testshire/2024-99", content=content, headers=bearer()).status_code == 400
    nowhere = bearer(Where("narnia"))
    assert client.put("/v1/submissions/narnia/2024-04", content=content, headers=nowhere).status_code == 404


def test_a_page_of_another_site_may_not_send_anything_in(client):
    asked = client.options(MONTH, headers={"origin": "https://x.example", "access-control-request-method": "PUT"})
    assert asked.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"


def test_the_document_says_what_may_be_sent_and_by_whom(client):
    put = client.get("/v1/openapi.json").json()["paths"]["/v1/submissions/{force}/{month}"]["put"]
    assert list(put["requestBody"]["content"]) == ["application/zip"]
    assert put["security"] == [{"token": []}]
    assert {"200", "201", "401", "403", "413", "415", "422"} <= set(put["responses"])
