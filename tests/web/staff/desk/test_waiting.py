"""What waits at the desk: drafts, what two wrote at once, another pair of eyes, what is asked about first."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import delete, insert, select

from api.publish import audit
from api.publish.force_setting import Setting
from api.publish.item.kind import Kind
from api.publish.item.put import items
from api.publish.policy import Role, Where
from api.publish.staff_table import DRAFT, FORCE_SETTING
from api.publish.table import PERSON, PICTURE

MakeDesk = Callable[..., Any]
FORCE, T1 = Where("testshire"), Where("testshire", "T1")
HUB = "/staff/neighbourhood/testshire/T1"
NEWS = {"title": "New bicycles", "text": "We marked forty", "issued_at": "2026-11-20"}


def published(desk: Any, kind: Kind = Kind.NEWS) -> list[Any]:
    with desk.staff.updates.reading() as connection:
        return [one for one in items(connection, T1, kind) if one.written is not None]


def photograph(form: str = "JPEG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (80, 60), "green").save(content, form)
    return content.getvalue()


def test_a_draft_is_saved_unfinished_gone_on_with_and_deleted(desk: MakeDesk) -> None:
    una = desk()
    answer = una.send(f"{HUB}/item/news/new", {"title": "Half a", "text": ""}, do="save")
    assert answer.headers["location"].startswith(f"{HUB}?told=saved")
    page = una.get(HUB).text
    assert ("Half a" in page, f"{HUB}/draft/1" in page, "Saved. Only staff" in page) == (True, True, False)
    assert 'value="Half a"' in una.get(f"{HUB}/draft/1").text
    assert una.get(f"{HUB}/draft/1/preview").headers["location"] == f"{HUB}/draft/1?check=yes"
    assert "What do you want to say? Enter this" in una.get(f"{HUB}/draft/1?check=yes").text
    una.send(f"{HUB}/draft/1", NEWS, do="save")
    assert 'value="New bicycles"' in una.get(f"{HUB}/draft/1").text
    assert "cannot be brought back" in una.get(f"{HUB}/draft/1/delete").text
    assert una.staff.post(f"{HUB}/draft/1/delete").headers["location"] == f"{HUB}?told=deleted"
    assert (una.get(f"{HUB}/draft/1").status_code, published(una)) == (404, [])


def test_a_form_that_is_sent_twice_makes_one_draft_and_a_page_says_what_the_server_has(desk: MakeDesk) -> None:
    una = desk()
    for _ in range(2):
        answer = una.staff.post(f"{HUB}/item/news/new", {**NEWS, "own_id": "a" * 32, "do": "preview"})
    assert answer.headers["location"] == f"{HUB}/draft/1/preview?kept={HUB.replace('/', '%2F')}%2Fitem%2Fnews%2Fnew"
    assert f'data-kept="{HUB}/item/news/new"' in una.look(answer).text


def test_two_who_change_one_thing_at_once_see_both_and_nothing_is_lost(desk: MakeDesk) -> None:
    una, pat = desk(), desk(name="PC Pat Plover")
    una.put_out(f"{HUB}/item/news/new", NEWS)
    (held,) = published(una)
    path = f"{HUB}/item/news/{held.external_id}"
    his = una.send(path, NEWS | {"text": "We marked fifty", "title": "His"})
    pat.put_out(path, NEWS | {"text": "We marked sixty"})
    assert una.get(his.headers["location"]).headers["location"].endswith("?check=yes")
    page = una.get(his.headers["location"].split("/preview")[0]).text
    assert "Somebody else changed this meanwhile" in page
    assert all(one in page for one in ("PC Pat Plover", "We marked sixty", "We marked fifty", 'value="His"'))
    again = una.send(his.headers["location"].split("/preview")[0], NEWS | {"text": "Fifty and sixty"})
    assert una.decide(again).status_code == 303
    (now,) = published(una)
    assert (now.version, now.written["text"]) == (3, "Fifty and sixty")


def test_what_was_changed_between_looking_and_publishing_is_looked_at_again(desk: MakeDesk) -> None:
    una, pat = desk(), desk(name="PC Pat Plover")
    answer = una.send(f"{HUB}/item/news/new", NEWS)
    path = answer.headers["location"].split("/preview")[0]
    pat.send(path, NEWS | {"text": "Something that nobody looked at"})
    done = una.staff.post(f"{path}/publish", {"version": "1", "do": "publish"})
    assert (done.status_code, "Somebody changed this meanwhile" in done.text, published(una)) == (409, True, [])


def test_two_who_go_on_with_one_draft_see_both(desk: MakeDesk) -> None:
    una, pat = desk(), desk(name="PC Pat Plover")
    path = una.send(f"{HUB}/item/news/new", NEWS, do="preview").headers["location"].split("/preview")[0]
    pat.send(path, NEWS | {"title": "Hers"}, do="save")
    answer = una.staff.post(path, {**NEWS, "title": "His", "seen": "1", "based_on": "0", "do": "save"})
    assert answer.status_code == 409
    assert all(one in answer.text for one in ("PC Pat Plover", "Hers", 'value="His"'))


def test_what_is_taken_out_takes_its_drafts_along(desk: MakeDesk) -> None:
    una = desk()
    una.put_out(f"{HUB}/item/news/new", NEWS)
    (held,) = published(una)
    answer = una.send(f"{HUB}/item/news/{held.external_id}", NEWS | {"title": "Changed"})
    una.staff.post(f"{HUB}/item/news/{held.external_id}/remove")
    assert (una.get(answer.headers["location"]).status_code, published(una)) == (404, [])


def test_what_an_import_replaced_meanwhile_can_be_published_anew(desk: MakeDesk) -> None:
    una = desk()
    with una.staff.updates.reading() as connection:
        (ann,) = items(connection, T1, Kind.MEMBER)
    typed = {"given_name": "Ann", "surname": "Teak", "shown_as": "full", "rank": "Inspector"}
    answer = una.send(f"{HUB}/item/member/{ann.external_id}", typed)
    with una.staff.updates.writing() as connection:
        connection.execute(delete(PERSON))
    path = answer.headers["location"].split("/preview")[0]
    assert una.get(answer.headers["location"]).headers["location"] == f"{path}?check=yes"
    again = una.send(path, typed)
    assert una.decide(again).status_code == 303
    (held,) = published(una, Kind.MEMBER)
    assert (held.written["rank"], held.external_id.startswith("import-")) == ("Inspector", False)


def ask_for_second_eyes(desk: Any) -> None:
    with desk.staff.updates.writing() as connection:
        told = {"force_id": "testshire", "name": Setting.SECOND_EYES, "value": True, "changed_at": datetime.now(UTC)}
        connection.execute(insert(FORCE_SETTING).values(**told))


def test_another_pair_of_eyes_publishes_or_sends_back(desk: MakeDesk) -> None:
    una, dee = desk(), desk(Role.REVIEWER, FORCE, name="Dee Dunlin")
    ask_for_second_eyes(una)
    answer = una.send(f"{HUB}/item/news/new", NEWS)
    page = una.look(answer).text
    assert ("Publish now" in page, "Hand it over" in page) == (False, True)
    assert (una.decide(answer).status_code, published(una)) == (409, [])  # whoever asks for it all the same
    assert una.decide(answer, "hand-over").headers["location"] == f"{HUB}?told=waiting"
    assert "Waiting for another pair of eyes" in dee.get(HUB).text
    page = dee.look(answer).text
    assert ("Publish now" in page, "Send it back" in page, "Save for later" in page) == (True, True, False)
    assert "Say what should be changed" in dee.decide(answer, "send-back", "review").text
    dee.decide(answer, "send-back", "review", note="Which <b>forty</b>?")
    assert "Which &lt;b&gt;forty&lt;/b&gt;?" in una.get(HUB).text
    again = una.send(answer.headers["location"].split("/preview")[0], NEWS | {"text": "We marked forty frames"})
    una.decide(again, "hand-over")
    assert dee.decide(again, "publish", "review").headers["location"] == f"{HUB}?told=published"
    (held,) = published(una)
    assert (held.written["text"], held.changed_by) == ("We marked forty frames", "Dee Dunlin")


def test_who_only_looks_is_told_that_its_writer_has_to_go_on_first(desk: MakeDesk) -> None:
    una, dee = desk(), desk(Role.REVIEWER, FORCE, name="Dee Dunlin")
    una.put_out(f"{HUB}/item/news/new", NEWS)
    (held,) = published(una)
    path = f"{HUB}/item/news/{held.external_id}"
    answer = una.send(path, NEWS | {"title": "His"})
    desk(name="PC Pat Plover").put_out(path, NEWS | {"title": "Hers"})
    led = dee.get(answer.headers["location"]).headers["location"]
    assert (led, "has to go on with it first" in dee.get(led).text) == (f"{HUB}?told=unfinished", True)
    done = dee.staff.post(
        answer.headers["location"].split("/preview")[0] + "/review", {"version": "1", "do": "publish"}
    )
    assert done.headers["location"] == f"{HUB}?told=unfinished"


def test_a_colleague_who_may_publish_is_another_pair_of_eyes_too(desk: MakeDesk) -> None:
    una, pat = desk(), desk(name="PC Pat Plover")
    ask_for_second_eyes(una)
    answer = una.send(f"{HUB}/item/news/new", NEWS)
    una.decide(answer, "hand-over")
    assert pat.decide(answer).status_code == 303
    assert len(published(una)) == 1


def test_what_seems_to_name_somebody_is_asked_about_and_never_held_back(desk: MakeDesk) -> None:
    una = desk()
    answer = una.send(f"{HUB}/item/news/new", NEWS | {"text": "The victim, Ann Other, lives at 12 Mill Lane."})
    page = una.look(answer).text
    assert all(one in page for one in ("Are you sure?", "The victim, Ann Other", "12 Mill Lane"))
    done = una.decide(answer)
    assert (done.status_code, "Say that you have looked at this" in done.text, published(una)) == (400, True, [])
    assert una.decide(answer, sure="yes").status_code == 303
    assert len(published(una)) == 1
    with una.staff.updates.reading() as connection:
        (row,) = [one for one in audit.audit_of(connection, T1) if one.deed == "sure"]
    assert (row.after, "Other" in str(row.after)) == ({"asked about": ["home", "victim"]}, False)


def test_the_teams_own_address_is_not_asked_about(desk: MakeDesk) -> None:
    una = desk()
    answer = una.send(f"{HUB}/item/news/new", NEWS | {"text": "Write to t1@testshire.example or call 101"})
    assert "Are you sure?" not in una.look(answer).text


def test_an_update_goes_out_with_its_picture_and_nothing_that_the_telephone_added(desk: MakeDesk) -> None:
    una = desk()
    file = {"picture": ("IMG_1.jpg", photograph(), "image/jpeg")}
    missing = una.send(f"{HUB}/item/news/new", NEWS, files=file)
    assert (missing.status_code, "Say what the picture shows" in missing.text) == (400, True)
    assert 'name="picture_id" value="' in missing.text  # it need not be chosen again
    una.put_out(f"{HUB}/item/news/new", NEWS | {"picture_alt": "A green square"}, files=file)
    (held,) = published(una)
    with una.staff.updates.reading() as connection:
        (row,) = connection.execute(select(PICTURE)).all()
    assert (held.written["picture_id"], row.media_type, row.width) == (row.id, "image/jpeg", 80)
    shown = una.get(f"{HUB}/picture/{row.id}")
    assert (shown.content, shown.headers["cache-control"], shown.headers["x-content-type-options"]) == (
        row.content, "no-store", "nosniff",
    )  # fmt: skip
    assert f'src="{HUB}/picture/{row.id}"' in una.get(f"{HUB}/item/news/{held.external_id}").text
    una.put_out(f"{HUB}/item/news/{held.external_id}", NEWS | {"picture_gone": "yes"})
    (held,) = published(una)
    assert (held.written["picture_id"], held.written["picture_alt"]) == (None, None)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "more than a picture"),
        (b"MZ\x90\x00 a program", "no picture that can be read"),
        (bytes(10_000_001), "larger than 10 MB"),
    ],
    ids=["svg", "program", "oversize"],
)
@pytest.mark.parametrize("path", ["/item/news/new", "/done"])
def test_what_is_no_picture_is_refused_and_what_was_typed_stays(
    desk: MakeDesk, path: str, content: bytes, why: str
) -> None:
    una, prefix = desk(), "news." if path == "/done" else ""
    typed = {f"{prefix}{name}": text for name, text in NEWS.items()} | {"what": "news"}
    answer = una.send(HUB + path, typed, files={f"{prefix}picture": ("a.jpg", content, "image/jpeg")})
    assert (answer.status_code, why in answer.text, 'value="New bicycles"' in answer.text) == (400, True, True)
    with una.staff.updates.reading() as connection:
        assert connection.execute(select(PICTURE.c.id)).all() == []


def test_a_body_beyond_what_a_form_can_be_is_not_read(desk: MakeDesk) -> None:
    una = desk()
    answer = una.staff.post(f"{HUB}/item/news/new", NEWS, files={"picture": ("a.jpg", bytes(12_000_001))})
    assert answer.status_code == 413


def test_what_have_you_done_takes_in_an_action_an_event_or_an_update(desk: MakeDesk) -> None:
    una = desk()
    page = una.get(f"{HUB}/done").text
    assert all(one in page for one in ("What have you done?", "Bicycles at the quay", 'type="file"'))
    with una.staff.updates.reading() as connection:
        (priority,) = items(connection, T1, Kind.PRIORITY)
    said = [
        {
            "what": "action",
            "part_of": priority.external_id,
            "action.action": "Patrols",
            "action.acted_at": "2026-11-20",
        },
        {"what": "event", "event.title": "Surgery", "event.starts_at": "2031-01-01T19:00"},
        {"what": "news", "news.title": "Bicycles", "news.text": "Marked"},
    ]
    for one in said:
        answer = una.send(f"{HUB}/done", one)
        assert "This is how residents will see it" in una.look(answer).text
        assert una.decide(answer).headers["location"] == f"{HUB}?told=published"
    with una.staff.updates.reading() as connection:
        assert connection.execute(select(DRAFT)).all() == []
        actions = [one for one in items(connection, T1, Kind.ACTION, priority.external_id) if one.written]
    assert [len(actions), len(published(una, Kind.EVENT)), len(published(una))] == [1, 1, 1]


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({}, "Choose what you have done"),
        ({"what": "action", "action.action": "Patrols"}, "Choose the priority that it is about"),
        ({"what": "event", "event.title": "Surgery", "event.starts_at": ""}, "begin? Enter a date and a time"),
        ({"what": "news", "news.title": "Bicycles", "news.text": ""}, "What do you want to say? Enter this"),
    ],
)  # fmt: skip
def test_what_is_missing_there_is_asked_for(desk: MakeDesk, typed: dict[str, str], fault: str) -> None:
    answer = desk().send(f"{HUB}/done", typed)
    assert (answer.status_code, fault in answer.text) == (400, True)


def test_the_list_of_what_is_to_do_goes_down_as_it_is_done(desk: MakeDesk) -> None:
    una = desk()
    due = ("No named officer", "Not looked at for three months", "No meeting is ahead", "taken over from elsewhere")
    assert [one in una.get(HUB).text for one in due] == [True, True, True, True]
    with una.staff.updates.reading() as connection:
        (ann,), (priority,) = (items(connection, T1, kind) for kind in (Kind.MEMBER, Kind.PRIORITY))
    typed = {"given_name": "Ann", "surname": "Teak", "shown_as": "full", "contact.email": "ann@testshire.example"}
    una.put_out(f"{HUB}/item/member/{ann.external_id}", typed)
    una.put_out(f"{HUB}/item/priority/{priority.external_id}/do/still-right", {"review": "Residents say so"})
    una.put_out(f"{HUB}/item/event/new", {"title": "Surgery", "starts_at": "2031-01-01T19:00"})
    assert [one in una.get(HUB).text for one in due] == [False, False, False, False]


def test_a_reviewer_writes_nothing(desk: MakeDesk) -> None:
    dee = desk(Role.REVIEWER, T1)
    page = dee.get(HUB).text
    assert ("What have you done?" in page, "/item/" in page, "/order/" in page) == (False, False, False)
