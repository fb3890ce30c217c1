import json
import logging
import re

import pytest
from fastapi import Request
from starlette.exceptions import HTTPException

from api.app import create_api
from api.problems import STATUSES
from geo import errors
from geo.errors import YourAreaError

KINDS = {kind.__name__: kind for kind in vars(errors).values() if isinstance(kind, type) and kind is not YourAreaError}
SECRET = "LE1 5YA"


@pytest.fixture
def app(settings):
    app = create_api(settings)

    @app.get("/raise/{name}")
    async def fail(name: str) -> None:
        if name == "unforeseen":
            raise KeyError(SECRET)
        if name == "teapot":
            raise HTTPException(418, "Short and stout.", headers={"X-Spout": "here"})
        raise KINDS[name](f"said of {SECRET}")

    @app.get("/number/{n}")
    async def number(n: int, request: Request) -> int:
        return n

    return app


def test_the_table_has_every_error_there_is():
    assert set(STATUSES) == set(KINDS.values())


EXPECTED = [
    ("BadMonth", 400), ("BadLatLng", 400), ("BadPostcode", 400), ("UnknownPostcode", 404), ("UnknownForce", 404),
    ("UnknownNeighbourhood", 404), ("UnknownCategory", 404), ("UnknownGeneration", 404), ("UnknownSnapPoint", 404),
    ("UnknownLsoa", 404), ("ReleaseGone", 410), ("BadPolygon", 400), ("BadCell", 400), ("BadCursor", 400),
    ("BadParameter", 422), ("UnknownRelease", 503), ("UnreadableSource", 500),
    ("DamagedFile", 500), ("StoreFormatTooNew", 500), ("Busy", 503), ("CheckFailed", 500), ("OutOfSpace", 507),
]  # fmt: skip


def test_each_error_is_a_problem_document_of_its_status(app, serving):
    with serving(app) as client:
        for name, status in EXPECTED:
            answer = client.get(f"/raise/{name}")
            document = answer.json
            assert (name, answer.status, document["status"]) == (name, status, status)
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["cache-control"] == "no-store"
            assert set(document) == {"type", "title", "status", "detail"}
            theirs = status < 500 or name == "UnknownRelease"
            assert (document["detail"] == f"said of {SECRET}") is theirs  # of faults of ours no inner text is shown
            meaning = client.get(document["type"])
            assert (meaning.status, meaning.body.decode().startswith(document["title"])) == (200, True)


@pytest.mark.parametrize(
    ("path", "status", "title", "detail"),
    [
        ("/nowhere", 404, "Not Found", "Not Found"),
        ("/raise/teapot", 418, "I'm a Teapot", "Short and stout."),
        ("/problems/none", 404, "Not Found", "There is no such kind of problem."),
    ],
)
def test_what_http_itself_refuses_is_a_problem_document(app, serving, path, status, title, detail):
    with serving(app) as client:
        answer = client.get(path)
    assert answer.status == status
    assert answer.json == {"type": "about:blank", "title": title, "status": status, "detail": detail}
    assert answer.headers.get("x-spout") == ("here" if status == 418 else None)


def test_a_parameter_that_is_not_what_it_should_be_is_named_and_not_repeated(app, serving):
    with serving(app) as client:
        answer = client.get("/number/LE15YA")
    assert answer.status == 422
    assert answer.json["detail"].startswith("n: ")
    assert "LE15YA" not in answer.body.decode()


def test_what_nobody_foresaw_is_ours_and_tells_nothing(app, serving):
    with serving(app) as client:
        answer = client.get("/raise/unforeseen")
    assert (answer.status, answer.json["title"]) == (500, "Something went wrong")
    assert SECRET not in answer.body.decode()


def test_the_access_log_has_routes_and_never_paths(app, serving, caplog):
    caplog.set_level(logging.DEBUG)
    with serving(app) as client:
        for path in ("/number/7?postcode=LE1-5YA", "/number/LE1-5YA", "/LE1-5YA", "/raise/BadPostcode", "/healthz"):
            client.get(path, referer="https://x.example/area/LE1-5YA", user_agent="LE1-5YA")
    lines = [json.loads(record.getMessage()) for record in caplog.records if record.name == "yourarea.access"]
    assert [(line["route"], line["method"], line["status"]) for line in lines] == [
        ("/number/{n}", "GET", 200),
        ("/number/{n}", "GET", 422),
        ("(none)", "GET", 404),
        ("/raise/{name}", "GET", 400),
        ("/healthz", "GET", 200),
    ]
    assert all(set(line) == {"route", "method", "status", "ms"} and line["ms"] >= 0 for line in lines)
    assert not re.search(r"LE1.?5YA", "\n".join(record.getMessage() for record in caplog.records))


def test_a_mounted_app_is_logged_by_its_mount(app, serving, caplog):
    caplog.set_level(logging.INFO, "yourarea.access")
    app.mount("/static", app=_Plain())
    with serving(app) as client:
        client.get("/static/LE1-5YA.css")
    assert '"/static"' in caplog.text
    assert "LE1" not in caplog.text


class _Plain:
    async def __call__(self, scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"x"})
