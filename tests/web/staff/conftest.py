"""Signed-in staff of Testshire, each with a real account, session and cookie; and identity providers on loopback."""

import base64
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copytree
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import select

from api.publish import account, session
from api.publish.database import Updates
from api.publish.policy import COMMAND, Access, Role, Where
from api.publish.staff_table import SESSION
from geo.store.layout import DataFolder
from web.settings import WebSettings
from web.site import create_site
from web.staff.route import COOKIE

FORCE, T1, T2, ELSEWHERE = Where("testshire"), Where("testshire", "T1"), Where("testshire", "T2"), Where("farshire")


@dataclass
class Staff:
    """A browser in which somebody is signed in.

    Attributes:
        client: the browser.
        updates: the site's database.
        csrf: what its forms carry.
        account_id: whose it is.
    """

    client: TestClient
    updates: Updates
    csrf: str
    account_id: int

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> httpx2.Response:
        """Send a form as a browser does."""
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
        return self.client.post(path, data={"csrf": self.csrf, **(data or {})}, headers=headers, **more)


@pytest.fixture
def folder(places: DataFolder, tmp_path: Path) -> DataFolder:
    """A copy of Testshire, to change at will."""
    copytree(places.root, tmp_path / "data")
    return DataFolder(tmp_path / "data")


@pytest.fixture
def site(folder: DataFolder) -> Iterator[FastAPI]:
    """The whole site, running."""
    site = create_site(WebSettings(data_dir=folder.root))
    with TestClient(site):
        site.state.updates.bring_up_to_date()
        yield site


@pytest.fixture
def sign_in(site: FastAPI) -> Callable[..., Staff]:
    """`sign_in(role, where)`: somebody with that role there, signed in; without a role, somebody with none."""

    def enter(role: Role | None = Role.NEIGHBOURHOOD_EDITOR, where: Where = T1, name: str = "Sgt Una Curlew") -> Staff:
        updates: Updates = site.state.updates
        with updates.writing() as connection:
            login = f"{name}.{role}.{where.force_id}.{where.neighbourhood_id}.{datetime.now(UTC).timestamp()}"
            number = account.add_local(connection, COMMAND, name, login, "correct horse battery")
            if role is not None:
                account.give(connection, COMMAND, number, Access(role, where))
            token = session.begin(connection, number, "A telephone", datetime.now(UTC))
            csrf = connection.scalar(select(SESSION.c.csrf).where(SESSION.c.account_id == number)) or ""
        client = TestClient(site, base_url="https://testserver", follow_redirects=False)
        client.cookies.set(COOKIE, token)
        return Staff(client, updates, csrf, number)

    return enter


@dataclass
class LoopbackProvider:
    """An identity provider of a force: a real server on 127.0.0.1 with a key of its own.

    Attributes:
        server: what answers.
        key: signs; `forger` is another, which it does not show.
        claims: what it says of whoever signs in.
        lies: what the ID token says otherwise than it should, by claim; `None` leaves the claim out.
        header: of the ID token, likewise.
        says: of itself, likewise.
        forged: whether it signs with a key that it does not show.
        asks: whether a person must press a button; otherwise it sends them back at once.
        grants: what was agreed to, by code.
    """

    server: ThreadingHTTPServer
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True))
    claims: dict[str, Any] = field(default_factory=lambda: {"sub": "7", "name": "Sgt Una Curlew", "groups": ["Quay"]})
    lies: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    says: dict[str, Any] = field(default_factory=dict)
    forged: bool = False
    asks: bool = False
    grants: dict[str, dict[str, str]] = field(default_factory=dict)
    client_id: str = "your-area"
    client_secret: str = "between us: two"

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def configured(self, name: str = "testshire", force: str = "testshire", **more: Any) -> dict[str, Any]:
        """It, as the file of providers has it: group `Quay` edits T1, `Web` edits the force, `Chief` administers it."""
        rules = [
            {"claim": "groups", "value": "Quay", "role": "neighbourhood-editor", "neighbourhoods": ["T1"]},
            {"claim": "groups", "value": "Web", "role": "force-editor"},
            {"claim": "groups", "value": "Chief", "role": "force-administrator"},
        ]
        known = {"client_id": self.client_id, "client_secret": self.client_secret, "issuer": self.issuer}
        return {"id": name, "force": force, "name": f"{name.title()} Police", "roles": rules, **known, **more}

    def metadata(self) -> dict[str, Any]:
        ends = {f"{name}_endpoint": f"{self.issuer}/{name}" for name in ("authorization", "token")}
        return {"issuer": self.issuer, "jwks_uri": f"{self.issuer}/keys", **ends, **self.says}

    def agree(self, asked: dict[str, str]) -> str:
        """Where a browser that came to `/authorization` is sent back to, with a code."""
        assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == (
            "code", self.client_id, "S256",
        )  # fmt: skip
        code = secrets.token_urlsafe(12)
        self.grants[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def grant(self, form: dict[str, str], credentials: str) -> dict[str, str]:
        """The tokens of a code: once, to whom it was given, to who began it."""
        known = base64.b64encode(
            f"{self.client_id}:{self.client_secret.replace(' ', '+').replace(':', '%3A')}".encode()
        ).decode()
        plain = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        if credentials not in (f"Basic {known}", f"Basic {plain}"):
            return {"error": "invalid_client"}
        asked = self.grants.pop(form.get("code", ""), None)
        digest = base64.urlsafe_b64encode(sha256(form.get("code_verifier", "").encode()).digest())
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri"):
            return {"error": "invalid_grant"}
        if digest.decode().rstrip("=") != asked["code_challenge"]:
            return {"error": "invalid_grant"}
        now = int(time.time())
        true = {"iss": self.issuer, "aud": self.client_id, "nonce": asked["nonce"], "iat": now, "exp": now + 300}
        said = {name: value for name, value in {**true, **self.claims, **self.lies}.items() if value is not None}
        key = RSAKey.generate_key(2048, {"kid": self.key.kid}) if self.forged else self.key
        header = {"alg": "RS256", "kid": self.key.kid, **self.header}
        return {"access_token": "opens nothing", "token_type": "Bearer", "id_token": jwt.encode(header, said, key)}


class _Answers(BaseHTTPRequestHandler):
    provider: LoopbackProvider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            self._json(self.provider.metadata())
        elif parts.path == "/keys":
            self._json(dict(KeySet([self.provider.key]).as_dict()))
        elif parts.path == "/authorization" and self.provider.asks:
            fields = "".join(f'<input type="hidden" name="{escape(n)}" value="{escape(v)}">' for n, v in asked.items())
            page = f'<!doctype html><html lang="en"><title>Provider</title><form action="/agreed">{fields}'
            self._send(f"{page}<button>Continue</button></form></html>".encode(), "text/html")
        elif parts.path in ("/authorization", "/agreed"):
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", self.provider.agree(asked))
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        given = self.provider.grant(form, self.headers.get("Authorization", ""))
        self._json(given, HTTPStatus.BAD_REQUEST if "error" in given else HTTPStatus.OK)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def _json(self, answer: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(json.dumps(answer).encode(), "application/json", status)

    def _send(self, content: bytes, media_type: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def make_provider() -> Iterator[Callable[[], LoopbackProvider]]:
    """`make_provider()`: another identity provider, served until the test ends."""
    with ExitStack() as stack:

        def make() -> LoopbackProvider:
            answers = type("Answers", (_Answers,), {})
            server = ThreadingHTTPServer(("127.0.0.1", 0), answers)
            answers.provider = provider = LoopbackProvider(server)  # type: ignore[attr-defined]
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            return provider

        yield make


@pytest.fixture
def provider(make_provider: Callable[[], LoopbackProvider]) -> LoopbackProvider:
    """The identity provider of Testshire Police."""
    return make_provider()


@pytest.fixture
def providers_file(tmp_path: Path) -> Callable[..., Path]:
    """`providers_file(provider.configured(), ...)`: the file of providers."""

    def write(*configured: dict[str, Any]) -> Path:
        path = tmp_path / "providers.json"
        path.write_text(json.dumps({"providers": configured}), encoding="utf-8")
        return path

    return write


@pytest.fixture
def site_by(folder: DataFolder, providers_file: Callable[..., Path]) -> Iterator[Callable[..., FastAPI]]:
    """`site_by(provider.configured(), ...)`: the whole site with these ways to sign in; running, or to be served."""
    with ExitStack() as stack:

        def start(*configured: dict[str, Any], running: bool = True, **settings: Any) -> FastAPI:
            known = {"public_url": "https://testserver", **settings}
            site = create_site(WebSettings(data_dir=folder.root, staff_providers=providers_file(*configured), **known))
            if running:
                stack.enter_context(TestClient(site))
            site.state.updates.bring_up_to_date()
            return site

        yield start
