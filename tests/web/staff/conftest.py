"""Signed-in staff of Testshire: each with a real account, a real session and a browser's cookie."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
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
