"""What a team publishes at its desk: each kind written, looked at, put out, changed, ordered and taken out."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from api.publish import audit, content
from api.publish.item.kind import Kind
from api.publish.item.put import items
from api.publish.policy import Role, Where
from api.publish.staff_table import DRAFT
from geo.neighbourhood import NeighbourhoodRef

MakeDesk = Callable[..., Any]
FORCE, T1, REF = Where("testshire"), Where("testshire", "T1"), NeighbourhoodRef("testshire", "T1")
HUB = "/staff/neighbourhood/testshire/T1"
TOMORROW = (date.today() + timedelta(days=1)).isoformat()  # noqa: DTZ011  as pages have it

KINDS = {
    Kind.MEMBER: {"surname": "Curlew", "given_name": "Una", "shown_as": "full", "contact.email": "una@t.example"},
    Kind.CONTACT_POINT: {"name": "Quay station", "address": "1 Quay Street", "opening": "Mondays, 9 to 5"},
    Kind.LINK: {"title": "Watch", "title_cy": "Gwarchod", "url": "https://watch.example/"},
    Kind.PRIORITY: {"issue": "Noise at **night**", "issued_at": "2026-11-01", "review_on": "2027-01-31"},
    Kind.EVENT: {"title": "Surgery", "address": "Library", "starts_at": f"{TOMORROW}T19:00"},
    Kind.NEWS: {"title": "New bicycles", "text": "We *marked* forty", "issued_at": "2026-11-20"},
}


def published(desk: Any, kind: Kind, where: Where = T1) -> list[Any]:
    with desk.staff.updates.reading() as connection:
        return [one for one in items(connection, where, kind) if one.written is not None]


@pytest.mark.parametrize("kind", list(KINDS))
def test_each_kind_is_written_looked_at_and_put_out(desk: MakeDesk, kind: Kind) -> None:
    una, typed = desk(), KINDS[kind]
    answer = una.send(f"{HUB}/item/{kind}/new", typed)
    assert published(una, kind) == []  # nothing is public before it was looked at
    assert "This is how residents will see it" in una.look(answer).text
    done = una.decide(answer)
    assert (done.status_code, done.headers["location"]) == (303, f"{HUB}?told=published")
    (found,) = published(una, kind)
    for name, text in typed.items():
        held = found.written["contact"][name[8:]] if name.startswith("contact.") else found.written[name]
        assert str(held).startswith(text)
    with una.staff.updates.reading() as connection:
        assert connection.execute(select(DRAFT)).all() == []
    assert "Published. Residents see it now." in una.get(done.headers["location"]).text


@pytest.mark.parametrize("kind", list(KINDS))
def test_each_kind_is_changed_and_what_its_form_does_not_ask_stays(desk: MakeDesk, kind: Kind) -> None:
    una = desk()
    una.put_out(f"{HUB}/item/{kind}/new", KINDS[kind])
    (first,) = published(una, kind)
    name = next(one for one in KINDS[kind] if one in ("surname", "name", "title", "issue"))
    una.put_out(f"{HUB}/item/{kind}/{first.external_id}", KINDS[kind] | {name: "Another"})
    (second,) = published(una, kind)
    assert (second.external_id, second.version, second.written[name]) == (first.external_id, 2, "Another")
    assert second.written == first.written | {name: "Another"}


@pytest.mark.parametrize("kind", list(KINDS))
def test_each_kind_is_taken_out_after_it_was_asked(desk: MakeDesk, kind: Kind) -> None:
    una = desk()
    una.put_out(f"{HUB}/item/{kind}/new", KINDS[kind])
    (held,) = published(una, kind)
    page = una.get(f"{HUB}/item/{kind}/{held.external_id}/remove").text
    assert ("out of every page and file now" in page, len(published(una, kind))) == (True, 1)
    assert ("takes Una Curlew out of every page" in page) == (kind is Kind.MEMBER)
    done = una.staff.post(f"{HUB}/item/{kind}/{held.external_id}/remove")
    assert (done.headers["location"], published(una, kind)) == (f"{HUB}?told=removed", [])


def test_what_the_record_says_of_a_person_goes_with_them(desk: MakeDesk) -> None:
    una = desk()
    una.put_out(f"{HUB}/item/member/new", KINDS[Kind.MEMBER])
    (held,) = published(una, Kind.MEMBER)
    una.send(f"{HUB}/item/member/{held.external_id}", {**KINDS[Kind.MEMBER], "surname": "Plover"}, do="save")
    una.staff.post(f"{HUB}/item/member/{held.external_id}/remove")
    with una.staff.updates.reading() as connection:
        assert "Curlew" not in str([(one.before, one.after) for one in audit.audit_of(connection, T1)])
        assert connection.execute(select(DRAFT)).all() == []


def test_an_action_says_what_was_done_about_a_priority(desk: MakeDesk) -> None:
    una = desk()
    with una.staff.updates.reading() as connection:
        (priority,) = items(connection, T1, Kind.PRIORITY)  # it was imported
    path = f"{HUB}/item/action/new?part_of={priority.external_id}"
    una.put_out(path, {"action": "Spoke to **twelve** riders", "acted_at": "2026-11-20", "category": "bicycle-theft"})
    with una.staff.updates.reading() as connection:
        (found,) = content.priorities(connection, REF)
        (held,) = [one for one in items(connection, T1, Kind.ACTION, priority.external_id) if one.written]
    assert found.actions[0].action == "<p>Spoke to <strong>twelve</strong> riders</p>"
    path = f"{HUB}/item/action/{held.external_id}?part_of={priority.external_id}"
    una.put_out(path, {"action": "Spoke to thirteen", "acted_at": "2026-11-20"})
    assert una.staff.post(path.replace("?", "/remove?")).headers["location"] == f"{HUB}?told=removed"
    with una.staff.updates.reading() as connection:
        assert [one.action for one in content.priorities(connection, REF)[0].actions] == ["<p>Marked forty frames</p>"]


def test_an_action_without_a_priority_is_asked_for_one(desk: MakeDesk) -> None:
    answer = desk().send(f"{HUB}/item/action/new", {"action": "Patrols", "acted_at": "2026-11-20"})
    assert (answer.status_code, "Choose the priority that it is about" in answer.text) == (400, True)


def test_the_neighbourhood_is_described(desk: MakeDesk) -> None:
    una = desk()
    assert "Describe the neighbourhood" in una.get(f"{HUB}").text or "Change the description" in una.get(f"{HUB}").text
    una.put_out(f"{HUB}/item/neighbourhood/own", {"description": "By the *quay*", "contact.email": "t@t.example"})
    with una.staff.updates.reading() as connection:
        detail = content.neighbourhood_detail(connection, REF)
    assert (detail.description, detail.contact) == ("<p>By the <em>quay</em></p>", {"email": "t@t.example"})


def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_is_kept(desk: MakeDesk) -> None:
    typed = {"title": "", "address": "The <b>Library</b>", "starts_at": f"{TOMORROW}T19:00", "ends_at": "never"}
    answer = desk().send(f"{HUB}/item/event/new", typed)
    assert answer.status_code == 400
    assert "What is it called? Enter this" in answer.text
    assert re.search(r'<a href="#ends_at">When does it end\? Enter a date and a time', answer.text)
    assert ('value="The &lt;b&gt;Library&lt;/b&gt;"' in answer.text, 'value="never"' in answer.text) == (True, True)
    assert "<title>Error: " in answer.text


def test_welsh_stands_beside_each_text_and_goes_out_with_it(desk: MakeDesk) -> None:
    una = desk()
    form = una.get(f"{HUB}/item/news/new").text
    assert all(
        f'lang="cy" type="text" id="{name}"' in form or f'id="{name}"' in form for name in ("title_cy", "text_cy")
    )
    una.put_out(f"{HUB}/item/news/new", KINDS[Kind.NEWS] | {"title_cy": "Beiciau", "text_cy": "Marciwyd"})
    (held,) = published(una, Kind.NEWS)
    assert (held.written["title_cy"], held.written["text_cy"]) == ("Beiciau", "Marciwyd")


def test_a_meeting_takes_place_on_the_same_weekday_of_each_month(desk: MakeDesk) -> None:
    una = desk()
    typed = {
        "title": "Surgery", "starts_at": "2026-12-08T19:00", "repeats": "monthly-weekday",
        "repeats_until": "2027-06-30", "not_on": "2027-01-12\n\n2027-04-13",
    }  # fmt: skip
    una.put_out(f"{HUB}/item/event/new", typed)
    (held,) = published(una, Kind.EVENT)
    assert (held.written["repeats"], held.written["not_on"]) == ("FREQ=MONTHLY;BYDAY=2TU", ["2027-01-12", "2027-04-13"])
    form = una.get(f"{HUB}/item/event/{held.external_id}").text
    assert '<option value="FREQ=MONTHLY;BYDAY=2TU" selected>' in form  # what there is no word for is kept


def test_an_update_is_shown_from_and_until_a_moment_on_the_wall(desk: MakeDesk) -> None:
    una = desk()
    typed = KINDS[Kind.NEWS] | {"shown_from": "2027-06-01T09:00", "shown_until": "2027-12-01T09:00", "pinned": "yes"}
    una.put_out(f"{HUB}/item/news/new", typed)
    (held,) = published(una, Kind.NEWS)
    assert (held.written["shown_from"], held.written["shown_until"], held.written["pinned"]) == (
        "2027-06-01T08:00:00Z", "2027-12-01T09:00:00Z", True,
    )  # fmt: skip
    form = una.get(f"{HUB}/item/news/{held.external_id}").text
    assert 'value="2027-06-01T09:00"' in form
    assert ("At the top" in una.get(HUB).text, "Not shown yet" in una.get(HUB).text) == (True, True)


MOVES = [
    (Kind.PRIORITY, "still-right", {"review": "Residents still say so"}, "reviewed_at", None),
    (Kind.PRIORITY, "close", {"result": "The noise ended"}, "closed_at", "open-again"),
    (Kind.EVENT, "call-off", {"cancelled_why": "Flood"}, "cancelled_at", "call-on"),
    (Kind.NEWS, "withdraw", {"withdrawn_why": "It was wrong"}, "withdrawn_at", "show-again"),
]


@pytest.mark.parametrize(("kind", "move", "words", "stamp", "back"), MOVES, ids=[one[1] for one in MOVES])
def test_a_thing_is_moved_on_with_a_line_of_text_and_back(
    desk: MakeDesk, kind: Kind, move: str, words: dict[str, str], stamp: str, back: str | None
) -> None:
    una = desk()
    una.put_out(f"{HUB}/item/{kind}/new", KINDS[kind])
    (held,) = published(una, kind)
    path = f"{HUB}/item/{kind}/{held.external_id}/do"
    empty = una.staff.post(f"{path}/{move}", dict.fromkeys(words, " "))
    assert (empty.status_code, "Enter this" in empty.text or "Say " in empty.text) == (400, True)
    review = {"review_on": "2027-02-01"} if move == "still-right" else {}
    una.put_out(f"{path}/{move}", words | review)
    (moved,) = published(una, kind)
    assert {name: moved.written[name] for name in words} == words
    assert moved.written[stamp] is not None
    if back is not None:
        assert f"{path}/{back}" in una.get(HUB).text
        una.put_out(f"{path}/{back}", {})
        (again,) = published(una, kind)
        assert again.written == held.written


def test_things_are_put_in_an_order_by_two_buttons(desk: MakeDesk) -> None:
    una = desk()
    for title in ("One", "Two", "Three"):
        una.put_out(f"{HUB}/item/link/new", {"title": title, "url": "https://a.example/"})
    ids = [one.external_id for one in published(una, Kind.LINK)]
    for do, expected in (("up", [0, 2, 1]), ("up", [2, 0, 1]), ("up", [2, 0, 1]), ("down", [0, 2, 1])):
        una.staff.post(f"{HUB}/order/link", {"id": ids[2], "do": do})
        assert [one.external_id for one in published(una, Kind.LINK)] == [ids[index] for index in expected]


def test_what_was_imported_is_changed_here_and_is_the_teams_own_from_then_on(desk: MakeDesk) -> None:
    una = desk()
    assert "Taken over from elsewhere" in una.get(HUB).text
    with una.staff.updates.reading() as connection:
        (ann,) = items(connection, T1, Kind.MEMBER)
    form = una.get(f"{HUB}/item/member/{ann.external_id}").text
    assert ('value="Ann"' in form, 'value="Teak"' in form, "Beat one" in form) == (True, True, True)
    typed = {"rank": "Insp", "given_name": "Ann", "surname": "Teak", "shown_as": "full", "bio": "Beat **one**"}
    una.put_out(f"{HUB}/item/member/{ann.external_id}", typed)
    with una.staff.updates.reading() as connection:
        (person,) = content.team(connection, REF)
    assert (person.rank, person.name, person.bio) == ("Insp", "Ann Teak", "<p>Beat <strong>one</strong></p>")


def test_a_force_has_its_senior_officers(desk: MakeDesk) -> None:
    chief = desk(Role.FORCE_EDITOR, FORCE)
    page = "/staff/force/testshire"
    assert f"{page}/members" in chief.get(page).text
    answer = chief.send(f"{page}/item/member/new", {"rank": "Chief Constable", "surname": "Heron", "shown_as": "full"})
    assert "Heron" in chief.look(answer).text
    assert chief.decide(answer).headers["location"] == f"{page}/members?told=published"
    assert "Heron" in chief.get(f"{page}/members").text
    with chief.staff.updates.reading() as connection:
        assert [one.name for one in content.officers(connection, "testshire")] == ["Heron"]
    assert chief.get(f"{page}/item/news/new").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/item/nothing/new", "/item/news/guessed", "/item/news/import-1", "/item/news/guessed/remove", "/draft/7",
     "/draft/99999999999999999999", "/draft/one", "/draft/7/preview", "/item/priority/import-1/do/withdraw",
     "/item/neighbourhood/own/remove", "/item/action/import-1?part_of=guessed", "/item/action/x/remove?part_of=no"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(desk: MakeDesk, path: str) -> None:
    assert desk().get(HUB + path).status_code == 404


def test_no_neighbourhood_is_made_by_guessing_its_name(desk: MakeDesk) -> None:
    chief = desk(Role.FORCE_EDITOR, FORCE)
    for path in ("", "/done", "/item/news/new"):
        assert chief.get(f"/staff/neighbourhood/testshire/T77{path}").status_code == 404
    answer = chief.staff.post("/staff/neighbourhood/testshire/T77/item/news/new", {**KINDS[Kind.NEWS], "do": "save"})
    assert answer.status_code == 404


def test_what_belongs_to_another_neighbourhood_is_out_of_reach(desk: MakeDesk) -> None:
    other = desk(Role.NEIGHBOURHOOD_EDITOR, Where("testshire", "T2"))
    other.put_out("/staff/neighbourhood/testshire/T2/item/news/new", KINDS[Kind.NEWS])
    (held,) = published(other, Kind.NEWS, Where("testshire", "T2"))
    number = other.send(f"/staff/neighbourhood/testshire/T2/item/news/{held.external_id}", KINDS[Kind.NEWS])
    draft = number.headers["location"].split("/draft/")[1].split("/")[0]
    una = desk()
    for path in (f"/item/news/{held.external_id}", f"/item/news/{held.external_id}/remove", f"/draft/{draft}"):
        assert una.get(HUB + path).status_code == 404
    for path in (f"/draft/{draft}/publish", f"/draft/{draft}/delete"):
        assert una.staff.post(HUB + path, {"do": "publish", "version": "1"}).status_code == 404


def test_fields_that_no_form_has_are_not_taken_in(desk: MakeDesk) -> None:
    una = desk()
    more = {"withdrawn_at": "2020-01-01T00:00:00Z", "source": "x", "force_id": "farshire", "written": "{}", "id": "1"}
    una.put_out(f"{HUB}/item/news/new", KINDS[Kind.NEWS] | more)
    (held,) = published(una, Kind.NEWS)
    assert (held.written["withdrawn_at"], "source" in held.written, held.where) == (None, False, T1)


SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>[a](javascript:alert(1))"


@pytest.mark.parametrize("kind", list(KINDS))
def test_nothing_that_was_typed_runs_on_any_page(desk: MakeDesk, kind: Kind) -> None:
    una = desk()
    texts = {name: SCRIPT for name in KINDS[kind] if name in ("title", "issue", "text", "surname", "name", "address")}
    answer = una.send(f"{HUB}/item/{kind}/new", KINDS[kind] | texts)
    pages = [una.look(answer).text, una.get(HUB).text, una.get(answer.headers["location"].split("/preview")[0]).text]
    una.decide(answer, sure="yes")
    pages += [una.get(HUB).text, una.get("/neighbourhood/testshire/T1/team").text]
    for page in pages:
        assert ("<script>alert" in page, "<img src=x" in page, 'href="javascript:' in page) == (False, False, False)
