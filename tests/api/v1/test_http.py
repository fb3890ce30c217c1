"""What clients do with HTTP: forms, validators, HEAD, other origins, compression."""

import json
import logging

import pytest
from fastapi.testclient import TestClient

from api.app import create_api
from api.settings import ApiSettings

COVERAGE = "/v1/coverage?month=2024-03"


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("application/json;q=0.2, text/*", "text/csv; charset=utf-8; header=present"),
        ("application/*;q=0.5, application/json;q=0", "application/x-ndjson"),
    ],
)
def test_the_form_is_the_best_that_the_client_accepts(client, accept, type_):
    answer = client.get(COVERAGE, headers={"accept": accept} if accept else {})
    assert (answer.status_code, answer.headers["content-type"]) == (200, type_)


def test_a_form_that_is_not_to_be_had_is_said_with_those_that_are(client):
    answer = client.get(COVERAGE, headers={"accept": "image/png"})
    assert answer.status_code == 406
    assert "text/csv" in answer.json()["detail"]


def test_an_ending_is_stronger_than_what_is_accepted(client):
    answer = client.get("/v1/coverage.ndjson?month=2024-03&kind=street", headers={"accept": "text/csv"})
    assert [json.loads(line)["force"] for line in answer.text.splitlines()] == ["testshire", "elsewhere", "btp"]


def test_an_answer_that_the_client_has_is_not_sent_again(client):
    first = client.get(COVERAGE)
    assert first.headers["cache-control"] == "public, max-age=60"
    assert not first.headers["etag"].startswith("W/")
    for held in (first.headers["etag"], f'"x", W/{first.headers["etag"]}', "*"):
        again = client.get(COVERAGE, headers={"if-none-match": held})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert client.get(COVERAGE, headers={"if-none-match": '"x"'}).status_code == 200


def test_each_form_query_and_coding_has_a_validator_of_its_own(client):
    asked = [(COVERAGE, {}), (COVERAGE, {"accept": "text/csv"}), (f"{COVERAGE}&kind=street", {}),
             (COVERAGE, {"accept-encoding": "identity"})]  # fmt: skip
    assert len({client.get(path, headers=headers).headers["etag"] for path, headers in asked}) == len(asked)


def test_head_has_the_head_and_no_body(client):
    head, get = client.head(COVERAGE), client.get(COVERAGE)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "content-type", "cache-control"):
        assert head.headers[name] == get.headers[name]
    assert client.head("/v1/nowhere").status_code == 404


def test_pages_from_anywhere_may_read(client):
    assert client.get(COVERAGE).headers["access-control-allow-origin"] == "*"
    assert client.get("/v1/nowhere").headers["access-control-allow-origin"] == "*"
    asked = client.options(COVERAGE, headers={"origin": "https://x.example", "access-control-request-method": "GET"})
    assert (asked.status_code, asked.headers["access-control-allow-methods"]) == (204, "GET, HEAD, OPTIONS, POST")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed(client, method):
    answer = client.request(method, COVERAGE)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.headers["content-type"] == "application/problem+json"


def test_answers_are_packed_where_the_client_takes_it(client):
    plain = client.get(COVERAGE, headers={"accept-encoding": "identity"})
    packed = client.get(COVERAGE, headers={"accept-encoding": "gzip"})
    assert ("content-encoding" in plain.headers, packed.headers["content-encoding"]) == (False, "gzip")
    assert packed.content == plain.content
    assert "Accept-Encoding" in plain.headers["vary"]


def test_a_polygon_too_long_for_an_address_is_posted(client):
    corners = ":".join(f"{54 + n / 1e6:.6f},{1 + n % 2 / 10}" for n in range(10_000))
    posted = client.post("/v1/counts", data={"poly": corners, "month": "2024-03"})
    assert (posted.status_code, posted.json()["months"][0]["state"]) == (200, "supplied")
    too_many = client.post("/v1/counts", data={"poly": f"{corners}:54,1.01"})
    assert (too_many.status_code, too_many.json()["type"]) == (400, "/problems/bad-polygon")
    assert "10,001 corners" in too_many.json()["detail"]


@pytest.mark.parametrize(("body", "status"), [({"data": {"poly": "5" * (1 << 20)}}, 413), ({"json": {}}, 415)])
def test_what_is_posted_is_a_form_and_not_endless(client, body, status):
    answer = client.post("/v1/counts", **body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert client.post("/v1/coverage", **body).status_code == 405


def test_without_data_it_says_that_there_are_none_yet(tmp_path):
    with TestClient(create_api(ApiSettings(data_dir=tmp_path))) as empty:
        answer = empty.get("/v1/coverage")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unknown-release")
    assert answer.headers["retry-after"] == "30"


def test_the_log_has_routes_and_never_what_was_asked(client, caplog):
    caplog.set_level(logging.INFO, "yourarea.access")
    for path in ("counts?lat=54.00512&lng=1.01", "areas/LE1-5YA", "nowhere/LE1-5YA"):
        client.head(f"/v1/{path}")
    lines = [record.getMessage() for record in caplog.records if record.name == "yourarea.access"]
    assert json.loads(lines[0])["route"] == "/v1/counts"
    assert [json.loads(line)["method"] for line in lines] == ["HEAD"] * 3
    assert not any("LE1" in line or "54.0" in line for line in lines)


def test_people_find_a_page_that_loads_nothing(client):
    page = client.get("/v1/docs")
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert "src=" not in page.text
    assert "<script" not in page.text
    assert "/v1/counts" in page.text
