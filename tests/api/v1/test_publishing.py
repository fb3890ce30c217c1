"""A force's own system publishes with a token: once, idempotent, in its own place, and is told what is wrong."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import select

from api.app import create_api
from api.publish import audit, token
from api.publish.database import Updates
from api.publish.item.kind import Kind
from api.publish.policy import COMMAND, Where
from api.publish.staff_table import AUDIT, SERVICE_TOKEN
from api.publish.table import NEIGHBOURHOOD, NEWS, PERSON
from api.settings import ApiSettings

FORCE = Where("testshire")
T1 = "/v1/neighbourhoods/testshire/T1"
NEWS_1 = f"{T1}/news/n-1"
SAID = {"title": "Found bicycles", "text": "Come *and* see", "issued_at": "2024-03-20T12:00"}


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
    """`bearer(where, *kinds)`: the header of a system with a token of that place, for all kinds where none is named."""

    def make(where: Where = FORCE, *kinds: Kind) -> dict[str, str]:
        now = datetime.now(UTC)
        with updates.writing() as connection:
            made = token.make(connection, COMMAND, "Records", where, kinds or list(Kind), now + timedelta(days=9), now)
        return {"Authorization": f"Bearer {made}"}

    return make


def deeds(updates: Updates) -> list[tuple[str, str, str | None]]:
    with updates.reading() as connection:
        return [(one.deed, one.actor_kind, one.item) for one in audit.audit_of(connection, Where())]


def test_the_same_again_changes_nothing_and_a_change_is_another_version(client, updates, bearer):
    headers = bearer()
    first = client.put(NEWS_1, json=SAID, headers=headers)
    assert (first.status_code, first.headers["location"], first.headers["etag"]) == (201, NEWS_1, '"1"')
    assert first.json() == {
        "force": "testshire", "neighbourhood": "T1", "kind": "news", "external_id": "n-1", "part_of": None,
        "version": 1, "changed": True,
    }  # fmt: skip
    again = client.put(NEWS_1, json=SAID, headers=headers)
    assert (again.status_code, again.json()["version"], again.json()["changed"]) == (200, 1, False)
    other = client.put(NEWS_1, json={**SAID, "title": "Lost"}, headers=headers)
    assert (other.status_code, other.headers["etag"]) == (200, '"2"')
    [shown] = client.get(T1).json()["published"]["news"]
    assert (shown["external_id"], shown["title"], shown["text"]) == ("n-1", "Lost", "<p>Come <em>and</em> see</p>")
    assert [one[0] for one in deeds(updates)[:2]] == ["change", "publish"]
    assert deeds(updates)[0][1] == "token"


@pytest.mark.parametrize(
    ("kind", "said", "listed"),
    [
        ("member", {"surname": "Dunlin", "given_name": "Una", "shown_as": "surname"}, "team"),
        ("contact-point", {"name": "Desk", "opening": "Tuesdays"}, "contact_points"),
        ("link", {"title": "Watch", "url": "https://watch.example/"}, "links"),
        ("priority", {"issue": "Speeding", "issued_at": "2024-03-20T12:00"}, "priorities"),
        ("event", {"title": "Surgery", "starts_at": "2099-03-20T12:00"}, "events"),
        ("news", SAID, "news"),
        ("answer", {"question": "Why?", "answer": "Because", "answered_at": "2024-03-20T12:00"}, "answers"),
    ],
)
def test_each_kind_is_published_listed_and_taken_out(client, bearer, kind, said, listed):
    headers, path = bearer(), f"{T1}/{kind}/ours%201"
    assert client.put(path, json=said, headers=headers).status_code == 201
    found = [one for one in client.get(T1).json()["published"][listed] if one["external_id"] == "ours 1"]
    assert len(found) == 1
    assert found[0]["source"] is None
    assert found[0] in client.get(f"{T1}/{kind}").json()["items"]
    assert "Una" not in client.get(T1).text, "no more of a name than the officer lets be shown"
    gone = client.delete(path, headers=headers)
    assert (gone.status_code, gone.content) == (204, b"")
    assert [one for one in client.get(f"{T1}/{kind}").json()["items"] if one["external_id"]] == []
    assert client.delete(path, headers=headers).status_code == 404


def test_who_may_write_a_thing_can_read_what_was_written_and_nobody_else_can(client, bearer):
    path, said = f"{T1}/member/una", {"surname": "Dunlin", "given_name": "Una", "shown_as": "surname"}
    client.put(path, json=said, headers=bearer())
    held = client.get(path, headers=bearer(Where("testshire", "T1"), Kind.MEMBER))
    assert (held.status_code, held.headers["etag"], held.headers["cache-control"]) == (200, '"1"', "no-store")
    assert held.json()["written"]["given_name"] == "Una"
    assert client.put(path, json=held.json()["written"], headers=bearer()).json()["changed"] is False
    assert client.get(path).status_code == 401
    assert client.get(path, headers=bearer(Where("testshire", "T2"))).status_code == 403
    assert client.get(f"{T1}/member/nobody", headers=bearer()).status_code == 404


def test_an_action_stands_below_its_priority(client, bearer):
    headers, action = bearer(), {"action": "Stood there", "acted_at": "2024-03-20T12:00"}
    path = f"{T1}/priority/p1/action/a1"
    assert client.put(path, json=action, headers=headers).status_code == 404, "there is no such priority"
    client.put(f"{T1}/priority/p1", json={"issue": "Speeding", "issued_at": "2024-03-20T12:00"}, headers=headers)
    assert client.put(path, json=action, headers=headers).json()["part_of"] == "p1"
    [priority] = [one for one in client.get(f"{T1}/priority").json()["items"] if one["external_id"]]
    assert [one["external_id"] for one in priority["actions"]] == ["a1"]
    assert client.delete(path, headers=headers).status_code == 204


def test_a_neighbourhood_describes_itself_and_is_never_deleted(client, updates, bearer):
    headers, path = bearer(), f"{T1}/neighbourhood/self"
    assert client.put(path, json={"description": "Ours", "contact": {"telephone": "101"}}, headers=headers).is_success
    assert client.get(T1).json()["published"]["description"] == "<p>Ours</p>"
    assert client.delete(path, headers=headers).status_code == 405
    with updates.reading() as connection:
        assert connection.scalar(select(NEIGHBOURHOOD.c.id).where(NEIGHBOURHOOD.c.id == "T1")) == "T1"


def test_a_senior_officer_is_of_the_force_and_needs_a_token_of_it(client, bearer):
    path, said = "/v1/forces/testshire/member/chief.json", {"surname": "Dunlin", "rank": "Chief Constable"}
    assert client.put(path, json=said, headers=bearer(Where("testshire", "T1"))).status_code == 403
    assert client.put(path, json=said, headers=bearer()).json()["external_id"] == "chief.json"
    assert [one["name"] for one in client.get("/api/forces/testshire/people").json()] == ["Dunlin"]


def test_whoever_has_not_seen_the_latest_version_is_told_and_nothing_is_written(client, updates, bearer):
    headers = bearer()
    client.put(NEWS_1, json=SAID, headers={**headers, "If-None-Match": "*"})
    second = {**SAID, "title": "Second"}
    assert client.put(NEWS_1, json=second, headers={**headers, "If-None-Match": "*"}).status_code == 412
    assert client.put(NEWS_1, json=second, headers={**headers, "If-Match": '"1"'}).status_code == 200
    late = client.put(NEWS_1, json={**SAID, "title": "Third"}, headers={**headers, "If-Match": '"1"'})
    assert (late.status_code, late.headers["etag"]) == (412, '"2"')
    assert client.delete(NEWS_1, headers={**headers, "If-Match": '"1"'}).status_code == 412
    assert client.put(NEWS_1, json=SAID, headers={**headers, "If-Match": "3"}).status_code == 400
    with updates.reading() as connection:
        assert connection.scalar(select(NEWS.c.title)) == "Second"
    assert client.delete(NEWS_1, headers={**headers, "If-Match": '"2"'}).status_code == 204


@pytest.mark.parametrize(
    ("kind", "said", "field", "why"),
    [
        ("news", {**SAID, "title": ""}, "title", "Enter this"),
        ("news", {**SAID, "issued_at": "soon"}, "issued_at", "Enter a date and a time"),
        ("news", {**SAID, "changed_by": "Somebody"}, "changed_by", "There is no such field"),
        ("news", {**SAID, "version": 7, "source": "x"}, "version", "There is no such field"),
        ("news", {**SAID, "force_id": "elsewhere"}, "force_id", "There is no such field"),
        ("news", {**SAID, "picture_id": "0" * 64, "picture_alt": "x"}, "picture_id", "There is no such picture"),
        ("member", {"surname": "Dunlin", "shown": True}, "shown", "There is no such field"),
        ("event", {"title": "T", "starts_at": "2026-11-02T19:00", "repeats": "FREQ=DAILY;INTERVAL=0"}, "repeats",
         "Give a rule"),
        ("news", ["x"], "", "one JSON object"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_field_and_nothing_is_written(client, updates, bearer, kind, said, field, why):
    answer = client.put(f"{T1}/{kind}/x", json=said, headers=bearer())
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["type"] == "/problems/bad-item"
    told = {one["field"]: one["detail"] for one in document["errors"]}
    assert why in told[field]
    with updates.reading() as connection:
        ours = select(PERSON.c.id).where(PERSON.c.external_id.is_not(None))
        assert connection.execute(select(NEWS)).all() == connection.execute(ours).all() == []


def test_every_field_that_is_wrong_is_told_at_once(client, bearer):
    answer = client.put(NEWS_1, json={"title": "x" * 500, "extra": 1}, headers=bearer())
    assert {one["field"] for one in answer.json()["errors"]} == {"title", "text", "issued_at", "extra"}


@pytest.mark.parametrize("external_id", ["import-1", "x" * 201, "a%0Ab", "%20a", "%E2%80%AEa"])
def test_an_id_that_nobody_could_tell_apart_is_refused(client, bearer, external_id):
    answer = client.put(f"{T1}/news/{external_id}", json=SAID, headers=bearer())
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "external_id")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"title": NaN}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"title=x", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/plain", 415),
        (b" " * (256 * 1024 + 1), "application/json", 413),
    ],
)
def test_what_is_no_json_or_too_long_is_refused(client, bearer, body, kind, status):
    answer = client.put(NEWS_1, content=body, headers={**bearer(), "Content-Type": kind})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_nobody_publishes_without_a_token_that_holds_and_it_is_written_down(client, updates, bearer):
    now = datetime.now(UTC)
    revoked, expired = bearer(), bearer(Where("testshire"), Kind.NEWS)
    with updates.writing() as connection:
        newest = connection.execute(select(SERVICE_TOKEN.c.id).order_by(SERVICE_TOKEN.c.id)).scalars().all()
        token.revoke(connection, COMMAND, Where(), newest[0], now)
        connection.execute(
            SERVICE_TOKEN.update().where(SERVICE_TOKEN.c.id == newest[1]).values(expires_at=now - timedelta(seconds=1))
        )
    for headers in ({}, {"Authorization": "Bearer ya_guess"}, {"Authorization": "Basic x"}, revoked, expired):
        for answer in (client.put(NEWS_1, json=SAID, headers=headers), client.delete(NEWS_1, headers=headers)):
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert deeds(updates)[0] == ("refused", "visitor", "n-1")
    with updates.reading() as connection:
        assert connection.execute(select(NEWS)).all() == []


@pytest.mark.parametrize(
    ("where", "kinds", "path"),
    [
        (Where("testshire", "T2"), (), NEWS_1),
        (Where("elsewhere"), (), NEWS_1),
        (Where("testshire"), (Kind.EVENT,), NEWS_1),
        (Where("testshire"), (Kind.PRIORITY,), f"{T1}/priority/p1/action/a1"),
        (Where("testshire"), (), "/v1/neighbourhoods/elsewhere/T1/news/n-1"),
        (Where("testshire"), (Kind.EVENT,), f"{T1}/pictures"),
    ],
)
def test_a_token_publishes_in_its_place_and_of_its_kinds_alone_and_a_try_is_written_down(
    client, updates, bearer, where, kinds, path
):
    headers = bearer(where, *kinds)
    sent = client.post(path, headers=headers) if "pictures" in path else client.put(path, json=SAID, headers=headers)
    assert sent.status_code == 403
    with updates.reading() as connection:
        last = connection.execute(select(AUDIT).order_by(AUDIT.c.id.desc()).limit(1)).one()
    assert (last.deed, last.actor_kind, last.actor_name) == ("refused", "token", "Records")
    assert last.force_id == path.split("/")[3]


def test_who_guesses_tokens_does_not_fill_the_audit(client, updates):
    for _ in range(120):
        assert client.put(NEWS_1, json=SAID, headers={"Authorization": "Bearer ya_guess"}).status_code == 401
    with updates.reading() as connection:
        assert len(audit.audit_of(connection, Where(), most=None)) == 100


@pytest.mark.parametrize("path", ["/v1/neighbourhoods/testshire/T9/news/n", "/v1/neighbourhoods/btp/T1/news/n"])
def test_of_what_is_not_held_nothing_is_published(client, bearer, path):
    assert client.put(path, json=SAID, headers=bearer(Where(path.split("/")[3]))).status_code == 404


def test_a_picture_is_sent_first_and_then_named(client, updates, bearer):
    headers = bearer()
    image = BytesIO()
    Image.new("RGB", (64, 48), "navy").save(image, "PNG")
    sent = client.post(f"{T1}/pictures", content=image.getvalue(), headers={**headers, "Content-Type": "image/png"})
    assert sent.status_code == 201
    made = sent.json()
    assert (made["width"], made["height"]) == (64, 48)
    said = {**SAID, "picture_id": made["picture_id"], "picture_alt": "A bicycle"}
    assert client.put(NEWS_1, json=said, headers=headers).status_code == 201
    [shown] = client.get(f"{T1}/news").json()["items"]
    assert shown["picture"] == {
        "url": f"/picture/{made['picture_id']}", "width": 64, "height": 48, "alt": "A bicycle", "alt_cy": None,
    }  # fmt: skip
    again = client.post(f"{T1}/pictures", content=image.getvalue(), headers={**headers, "Content-Type": "image/png"})
    assert again.json() == made


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png", 422),
        (b"GIF89a", "image/jpeg", 422),
        (b"\xff" * 10_000_001, "image/jpeg", 413),
    ],
)
def test_what_is_no_picture_is_refused(client, bearer, content, kind, status):
    answer = client.post(f"{T1}/pictures", content=content, headers={**bearer(), "Content-Type": kind})
    assert answer.status_code == status


def test_a_page_of_another_site_may_not_publish(client, bearer):
    asked = client.options(NEWS_1, headers={"origin": "https://x.example", "access-control-request-method": "PUT"})
    assert asked.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    pictures = client.options(f"{T1}/pictures", headers={"origin": "https://x.example"})
    assert "POST" not in pictures.headers["access-control-allow-methods"]
    assert "access-control-allow-origin" not in client.put(NEWS_1, json=SAID, headers=bearer()).headers


def test_the_document_says_what_may_be_sent_and_by_whom(client):
    document: dict[str, Any] = client.get("/v1/openapi.json").json()
    put = document["paths"]["/v1/neighbourhoods/{force}/{neighbourhood}/news/{external_id}"]["put"]
    schema = put["requestBody"]["content"]["application/json"]["schema"]
    assert schema["required"] == ["title", "text", "issued_at"]
    assert schema["additionalProperties"] is False
    assert put["security"] == [{"token": []}]
    assert {"200", "201", "401", "403", "412", "413", "415", "422"} <= set(put["responses"])
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_people_are_in_no_answer_but_that_of_their_own_neighbourhood_and_in_none_of_another_time(client):
    document: dict[str, Any] = client.get("/v1/openapi.json").json()
    schemas = document["components"]["schemas"]

    def holds(value: Any, seen: frozenset[str] = frozenset()) -> bool:
        named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(value))) - seen
        return "MemberDocument" in named or any(holds(schemas[one], seen | named) for one in named)

    answers = {path: methods["get"] for path, methods in document["paths"].items() if "get" in methods}
    assert {path for path, one in answers.items() if holds(one["responses"])} == {
        "/v1/neighbourhoods/{force}/{neighbourhood}",
        "/v1/neighbourhoods/{force}/{neighbourhood}/member",
        "/v1/areas/{postcode}",
    }
    assert not [one for each in answers.values() for one in each.get("parameters", ()) if one["name"] == "as_of"]
