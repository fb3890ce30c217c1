"""What a browser does at the desk: fill in a form with all that it carries, look at what it led to, publish."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

HUB = "/staff/neighbourhood/testshire/T1"
SignIn = Callable[..., Any]


@dataclass
class Desk:
    """Somebody at their desk.

    Attributes:
        staff: who is signed in.
    """

    staff: Any

    def get(self, path: str) -> Any:
        return self.staff.get(path)

    def send(self, path: str, data: dict[str, str], do: str = "preview", **more: Any) -> Any:
        """Fill in the form at an address and send it, with what the page carries along."""
        html = self.staff.get(path).text
        names = ("own_id", "based_on", "seen", "part_of", "picture_id", "news.picture_id")
        carried = {name: hidden(html, name) for name in names if hidden(html, name)}
        return self.staff.post(path, {**carried, "do": do, **data}, **more)

    def look(self, answer: Any) -> Any:
        """The preview that a form led to."""
        assert answer.status_code == 303, answer.text
        return self.staff.get(answer.headers["location"])

    def decide(self, answer: Any, do: str = "publish", way: str = "publish", **more: str) -> Any:
        """What is decided on a preview that a form led to."""
        path = answer.headers["location"].split("?")[0]
        page = self.staff.get(path)
        assert page.status_code == 200, page.status_code
        version = hidden(page.text, "version")
        return self.staff.post(path.replace("/preview", f"/{way}"), {"version": version, "do": do, **more})

    def put_out(self, path: str, data: dict[str, str], **more: Any) -> Any:
        """Write, look, publish."""
        done = self.decide(self.send(path, data, **more))
        assert (done.status_code, "told=published" in done.headers.get("location", "")) == (303, True), done.text
        return done


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', html)
    return found[1] if found else ""


@pytest.fixture
def desk(sign_in: SignIn) -> Callable[..., Desk]:
    """`desk(role, where, name)`: somebody signed in, at their desk."""
    return lambda *who, **how: Desk(sign_in(*who, **how))
