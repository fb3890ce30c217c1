"""What a team publishes at its desk: each kind written, looked at, put out, changed, ordered and taken out."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api.publish.item.kind import Kind
from api.publish.item.put import items
from api.publish.policy import Where
from api.publish.staff_table import DRAFT
from geo.neighbourhood import NeighbourhoodRef

SignIn = Callable[..., Any]
T1, REF = Where("testshire", "T1"), NeighbourhoodRef("testshire", "T1")
HUB = "/staff/neighbourhood/testshire/T1"
TOMORROW = (date.today() + timedelta(days=1)).isoformat()  # noqa: DTZ011  as pages have it


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    return found[1] if found else ""


def send(staff: Any, path: str, data: dict[str, str], do: str = "preview") -> Any:
    """Fill in the form at an address and send it, with all that it carries."""
    html = staff.get(path).text
    carried = {name: hidden(html, name) for name in ("own_id", "based_on", "seen", "part_of") if hidden(html, name)}
    return staff.post(path, {**carried, **data, "do": do})


def look(staff: Any, answer: Any) -> Any:
    """The preview that a form led to."""
    assert answer.status_code == 303, answer.text
    return staff.get(answer.headers["location"])


def put_out(staff: Any, answer: Any, **more: str) -> Any:
    """Publish what is looked at."""
    page = look(staff, answer)
    assert page.status_code == 200, page.status_code
    path = answer.headers["location"].split("?")[0].replace("/preview", "/publish")
    return staff.post(path, {"version": hidden(page.text, "version"), "do": "publish", **more})


KINDS = [
    (Kind.MEMBER, {"surname": "Curlew", "given_name": "Una", "shown_as": "full", "contact.email": "una@t.example"}),
    (Kind.CONTACT_POINT, {"name": "Quay station", "address": "1 Quay Street", "opening": "Mondays, 9 to 5"}),
    (Kind.LINK, {"title": "Watch", "title_cy": "Gwarchod", "url": "https://watch.example/"}),
    (Kind.PRIORITY, {"issue": "Noise at **night**", "issued_at": "2026-11-01", "review_on": "2027-01-31"}),
    (Kind.EVENT, {"title": "Surgery", "address": "Library", "starts_at": f"{TOMORROW}T19:00"}),
    (Kind.NEWS, {"title": "New bicycles", "text": "We *marked* forty", "issued_at": "2026-11-20"}),
]


@pytest.mark.parametrize(("kind", "typed"), KINDS, ids=lambda one: str(one) if isinstance(one, Kind) else "")
def test_each_kind_is_written_looked_at_and_put_out(sign_in: SignIn, kind: Kind, typed: dict[str, str]) -> None:
    staff = sign_in()
    with staff.updates.reading() as connection:
        before = len(items(connection, T1, kind))
    answer = send(staff, f"{HUB}/item/{kind}/new", typed)
    with staff.updates.reading() as connection:
        assert len(items(connection, T1, kind)) == before  # nothing is public yet
    done = put_out(staff, answer)
    assert (done.status_code, done.headers["location"]) == (303, f"{HUB}?told=published")
    with staff.updates.reading() as connection:
        found = items(connection, T1, kind)
        assert connection.execute(select(DRAFT)).all() == []
    assert len(found) == before + 1
    written = found[-1].written or {}
    assert {name: written[name] for name in typed if name in written and "_at" not in name and "url" not in name} == {
        name: text for name, text in typed.items() if name in written and "_at" not in name and "url" not in name
    }
    assert "Published. Residents see it now." in staff.get(done.headers["location"]).text
