"""Drafts: kept, gone on with, handed over, sent back and put out; and what residents would read meanwhile."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import insert, select

from api.publish import audit, content
from api.publish.database import Updates
from api.publish.force_setting import Setting
from api.publish.item import draft
from api.publish.item.draft import DraftChanged, DraftState
from api.publish.item.imported import documents, markdown_of
from api.publish.item.kind import Kind
from api.publish.item.put import items, move, put, remove
from api.publish.item.record import ChangedMeanwhile, MayNot
from api.publish.item.trial import as_if
from api.publish.item.written import WrittenMember, WrittenNews
from api.publish.markdown import html_of
from api.publish.policy import COMMAND, Access, Actor, Role, Where
from api.publish.staff_table import ACCOUNT, AUDIT, DRAFT, FORCE_SETTING
from api.publish.table import CONTACT_POINT, PERSON, PRIORITY
from geo.neighbourhood import NeighbourhoodRef

A1, A2 = Where("kent", "A1"), Where("kent", "A2")
REF = NeighbourhoodRef("kent", "A1")
NOW = datetime(2026, 11, 2, 19, 0, tzinfo=UTC)
CURLEW = Actor("account", "1", "Sgt Una Curlew", (Access(Role.NEIGHBOURHOOD_EDITOR, A1),))
PLOVER = Actor("account", "2", "PC Pat Plover", (Access(Role.NEIGHBOURHOOD_EDITOR, A1),))
DUNLIN = Actor("account", "3", "Dee Dunlin", (Access(Role.REVIEWER, Where("kent")),))
LINK = {"title": "Watch", "url": "https://watch.example/"}


@pytest.fixture
def kept(updates: Updates) -> Updates:
    updates.migrate()
    with updates.writing() as connection:
        for number, name in enumerate(("Una", "Pat", "Dee"), start=1):
            connection.execute(insert(ACCOUNT).values(id=number, name=name, created_at=NOW))
    return updates


def begun(updates: Updates, fields: dict[str, Any] = LINK, actor: Actor = CURLEW, **how: Any) -> int:
    with updates.writing() as connection:
        return draft.begin(connection, actor, A1, Kind.LINK, how.pop("name", "l1"), fields, **how)


def found(updates: Updates, number: int, where: Where = A1) -> draft.Draft:
    with updates.reading() as connection:
        one = draft.draft_at(connection, where, number)
    assert one is not None
    return one


def ask_for_second_eyes(updates: Updates) -> None:
    with updates.writing() as connection:
        told = {"force_id": "kent", "name": Setting.SECOND_EYES, "value": True, "changed_at": NOW}
        connection.execute(insert(FORCE_SETTING).values(**told))


def test_a_draft_is_public_nowhere_and_keeps_what_is_wrong_in_it(kept: Updates) -> None:
    number = begun(kept, {"title": "", "url": "nonsense"})
    held = found(kept, number)
    assert (held.fields, held.state, held.version, held.changed_by) == (
        {"title": "", "url": "nonsense"}, DraftState.DRAFT, 1, "Sgt Una Curlew",
    )  # fmt: skip
    with kept.writing() as connection, pytest.raises(ValidationError):
        draft.publish(connection, CURLEW, held)
    with kept.reading() as connection:
        assert items(connection, A1, Kind.LINK) == []


def test_sending_a_new_one_twice_makes_one_and_another_person_has_their_own(kept: Updates) -> None:
    assert begun(kept) == begun(kept, LINK | {"title": "Again"})
    assert begun(kept, actor=PLOVER) != begun(kept)
    with kept.reading() as connection:
        assert len(draft.drafts_of(connection, A1)) == 2
        assert draft.drafts_of(connection, A2) == []


def test_no_other_place_has_a_draft_of_that_number(kept: Updates) -> None:
    number = begun(kept)
    with kept.reading() as connection:
        assert draft.draft_at(connection, A2, number) is None
        assert draft.draft_at(connection, Where("kent"), number) is None


def test_publishing_it_is_publishing_what_it_says_and_ends_it(kept: Updates) -> None:
    held = found(kept, begun(kept))
    with kept.writing() as connection:
        done = draft.publish(connection, CURLEW, held)
    assert (done.created, done.item.external_id) == (True, "l1")
    with kept.reading() as connection:
        assert connection.execute(select(DRAFT)).all() == []
        (row,) = audit.audit_of(connection, A1)
    assert (row.deed, row.item, row.actor_name) == ("publish", "l1", "Sgt Una Curlew")


def test_the_second_of_two_who_go_on_with_one_draft_is_told_and_has_overwritten_nothing(kept: Updates) -> None:
    held = found(kept, begun(kept))
    with kept.writing() as connection:
        draft.change(connection, PLOVER, held, LINK | {"title": "Hers"}, seen=1, based_on=0)
    with kept.writing() as connection, pytest.raises(DraftChanged) as told:
        draft.change(connection, CURLEW, found(kept, held.id), LINK | {"title": "His"}, seen=1, based_on=0)
    assert (told.value.held.fields["title"], told.value.held.changed_by) == ("Hers", "PC Pat Plover")


def test_the_second_of_two_who_change_one_thing_is_told_and_has_overwritten_nothing(kept: Updates) -> None:
    first = found(kept, begun(kept))
    with kept.writing() as connection:
        draft.publish(connection, CURLEW, first)
    hers = begun(kept, LINK | {"title": "Hers"}, PLOVER, based_on=1)
    his = begun(kept, LINK | {"title": "His"}, CURLEW, based_on=1)
    with kept.writing() as connection:
        draft.publish(connection, PLOVER, found(kept, hers))
    with pytest.raises(ChangedMeanwhile), kept.writing() as connection:
        draft.publish(connection, CURLEW, found(kept, his))
    assert found(kept, his).fields["title"] == "His"
    with kept.reading() as connection:
        assert [one.written["title"] for one in items(connection, A1, Kind.LINK) if one.written] == ["Hers"]


def test_where_a_force_asks_for_it_nobody_publishes_their_own_work(kept: Updates) -> None:
    ask_for_second_eyes(kept)
    number = begun(kept)
    for actor in (CURLEW, PLOVER, DUNLIN):  # not before it is handed over
        with kept.writing() as connection, pytest.raises(MayNot):
            draft.publish(connection, actor, found(kept, number))
    with kept.writing() as connection:
        draft.hand_over(connection, CURLEW, found(kept, number))
    with kept.writing() as connection, pytest.raises(MayNot):
        draft.publish(connection, CURLEW, found(kept, number))
    with kept.writing() as connection:
        draft.publish(connection, DUNLIN, found(kept, number))
    with kept.reading() as connection:
        assert len(items(connection, A1, Kind.LINK)) == 1
        assert [one.deed for one in audit.audit_of(connection, A1)] == ["publish", "hand-over"]


def test_what_is_sent_back_says_why_and_is_its_writers_again(kept: Updates) -> None:
    ask_for_second_eyes(kept)
    number = begun(kept)
    with kept.writing() as connection:
        draft.hand_over(connection, CURLEW, found(kept, number))
    with kept.writing() as connection:
        draft.send_back(connection, PLOVER, found(kept, number), "Which watch?")
    held = found(kept, number)
    assert (held.state, held.note, held.by(CURLEW)) == (DraftState.RETURNED, "Which watch?", True)
    with kept.writing() as connection:
        draft.change(connection, CURLEW, held, LINK | {"title": "Farm watch"}, seen=held.version, based_on=0)
    assert (found(kept, number).state, found(kept, number).note) == (DraftState.DRAFT, None)


def test_only_what_waits_is_sent_back_and_by_another(kept: Updates) -> None:
    number = begun(kept)
    for actor in (PLOVER, CURLEW):
        with kept.writing() as connection, pytest.raises(MayNot):
            draft.send_back(connection, actor, found(kept, number), "No")
        with kept.writing() as connection, pytest.raises(MayNot):
            draft.hand_over(connection, DUNLIN, found(kept, number))
    with kept.writing() as connection:
        draft.hand_over(connection, CURLEW, found(kept, number))
    with kept.writing() as connection, pytest.raises(MayNot):
        draft.send_back(connection, CURLEW, found(kept, number), "No")


def test_a_draft_that_another_changed_in_between_is_not_overwritten(kept: Updates) -> None:
    before = found(kept, begun(kept))
    with kept.writing() as connection:
        draft.change(connection, PLOVER, before, LINK | {"title": "Hers"}, seen=1, based_on=0)
    with kept.writing() as connection, pytest.raises(DraftChanged) as told:
        draft.hand_over(connection, CURLEW, before)
    assert told.value.held.fields["title"] == "Hers"


def test_taking_something_back_waits_for_nobody(kept: Updates) -> None:
    said = {"title": "A", "text": "B", "issued_at": "2026-11-02T00:00:00"}
    with kept.writing() as connection:
        held = put(connection, CURLEW, A1, "n1", WrittenNews.model_validate(said)).item
    ask_for_second_eyes(kept)
    back = {"withdrawn_at": "2026-11-03T00:00:00Z", "withdrawn_why": "It was wrong"}
    with kept.writing() as connection:
        only = draft.begin(connection, CURLEW, A1, Kind.NEWS, "n1", {**(held.written or {}), **back}, based_on=1)
        assert not draft.needs_another(connection, CURLEW, found_in(connection, only))
        both = {**(held.written or {}), **back, "text": "Something else"}
        draft.begin(connection, CURLEW, A1, Kind.NEWS, "n1", both, based_on=1)
        assert draft.needs_another(connection, CURLEW, found_in(connection, only))


def found_in(connection: Any, number: int) -> draft.Draft:
    one = draft.draft_at(connection, A1, number)
    assert one is not None
    return one


def test_one_may_look_at_what_residents_would_read_and_nothing_has_changed(kept: Updates) -> None:
    held = found(kept, begun(kept))
    with as_if(kept, lambda connection: draft.publish(connection, CURLEW, held)) as trial, trial.reading() as seen:
        detail = content.neighbourhood_detail(seen, REF)
        assert detail is not None
        assert [one.title for one in detail.links] == ["Watch"]
    with kept.reading() as connection:
        assert content.neighbourhood_detail(connection, REF) is None
        assert connection.execute(select(AUDIT)).all() == []
    assert found(kept, held.id) == held


def test_a_change_that_cannot_be_made_is_said_to_whoever_looks(kept: Updates) -> None:
    held = found(kept, begun(kept, {"title": "Watch", "url": "nonsense"}))
    with pytest.raises(ValidationError), as_if(kept, lambda connection: draft.publish(connection, CURLEW, held)):
        pass


@pytest.mark.parametrize(
    "written",
    ["One\n\nTwo", "**Bold** and *slanted*", "- one\n- two", "A [link](https://a.example/)", "Line\nbreak"],
)
def test_what_was_imported_can_be_typed_again_as_it_reads(written: str) -> None:
    assert html_of(markdown_of(html_of(written))) == html_of(written)


def test_what_was_imported_fills_its_form(kept: Updates) -> None:
    with kept.writing() as connection:
        put(connection, COMMAND, A1, "l0", draft.WRITTEN[Kind.LINK].model_validate(LINK))  # its owners are there then
        own = {"force_id": "kent", "neighbourhood_id": "A1", "position": 0, "source": "a copy", "imported_at": NOW}
        connection.execute(
            insert(PRIORITY).values(issue="<p>Noise at <strong>night</strong></p>", issued_at=NOW, **own)
        )
        connection.execute(insert(CONTACT_POINT).values(name="Station", lat=51.5, lng=1.0, **own))
        (priority,) = documents(connection, A1, Kind.PRIORITY)
        (point,) = documents(connection, A1, Kind.CONTACT_POINT)
    assert (priority[0].written, priority[1]["issue"], priority[1]["issued_at"]) == (
        None, "Noise at **night**", "2026-11-02T19:00:00",
    )  # fmt: skip
    assert draft.WRITTEN[Kind.CONTACT_POINT].model_validate(point[1]).columns()["lat"] == 51.5


def test_what_was_imported_is_ordered_with_the_rest(kept: Updates) -> None:
    with kept.writing() as connection:
        for name in ("l1", "l2"):
            put(connection, CURLEW, A1, name, draft.WRITTEN[Kind.LINK].model_validate(LINK | {"title": name}))
        own = {"force_id": "kent", "neighbourhood_id": "A1", "position": 9, "source": "a copy"}
        connection.execute(insert(Kind.LINK.table).values(title="l3", url="https://c.example/", **own))
        order = [one.external_id for one in items(connection, A1, Kind.LINK)]
        move(connection, CURLEW, A1, Kind.LINK, [order[2], order[0], order[1]])
        assert [one.external_id for one in items(connection, A1, Kind.LINK)] == [order[2], "l1", "l2"]


def test_who_was_imported_and_is_taken_out_is_gone_from_what_others_drafted_before_too(kept: Updates) -> None:
    with kept.writing() as connection:
        put(connection, CURLEW, A1, "n1", WrittenNews(title="Watch", text="x", issued_at=NOW.replace(tzinfo=None)))
        told = {"force_id": "kent", "neighbourhood_id": "A1", "position": 0, "source": "an import"}
        connection.execute(insert(PERSON).values(**told, name="Kim Knot", contact={}))
        (held,) = items(connection, A1, Kind.MEMBER)
        said = {"given_name": "Kim", "surname": "Knot"}
        number = draft.begin(connection, PLOVER, A1, Kind.MEMBER, held.external_id, said)
        done = put(connection, CURLEW, A1, held.external_id, WrittenMember(surname="Knot"), seen=0)
    with pytest.raises(ChangedMeanwhile), kept.writing() as connection:
        draft.publish(connection, PLOVER, found(kept, number))
    with kept.writing() as connection:
        remove(connection, CURLEW, A1, Kind.MEMBER, done.item.external_id)
        assert draft.drafts_of(connection, A1) == []
