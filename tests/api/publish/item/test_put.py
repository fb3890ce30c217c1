"""Publishing one thing: by whom, over what, how often, and what is left of it."""

from datetime import date, datetime
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from api.publish import audit, content
from api.publish.database import Updates
from api.publish.item.fault import faults_of
from api.publish.item.kind import Kind
from api.publish.item.put import item, items, move, put, remove
from api.publish.item.record import ChangedMeanwhile, MayNot, NoSuchItem
from api.publish.item.written import (
    WRITTEN,
    WrittenAction,
    WrittenEvent,
    WrittenMember,
    WrittenNeighbourhood,
    WrittenNews,
    WrittenPriority,
)
from api.publish.policy import Access, Actor, Role, Where
from api.publish.table import PERSON
from geo.neighbourhood import NeighbourhoodRef

A1 = Where("kent", "A1")
REF = NeighbourhoodRef("kent", "A1")
CURLEW = Actor("account", "7", "Sgt Una Curlew", (Access(Role.NEIGHBOURHOOD_EDITOR, A1),))
NIGHT = datetime.fromisoformat("2026-11-02T19:00")
EVENT = WrittenEvent(title="Surgery", starts_at=NIGHT, address="Library")


@pytest.fixture
def kept(updates: Updates) -> Updates:
    updates.migrate()
    return updates


def publish(
    updates: Updates, external_id: str, written: Any, actor: Actor = CURLEW, where: Where = A1, **how: Any
) -> Any:
    with updates.writing() as connection:
        return put(connection, actor, where, external_id, written, **how)


def test_what_is_put_is_what_residents_read(kept: Updates) -> None:
    publish(kept, "e1", EVENT)
    with kept.reading() as connection:
        (found,) = content.upcoming(connection, REF, NIGHT)
    assert (found.title, found.starts_at, found.address) == ("Surgery", NIGHT, "Library")


def test_the_same_again_changes_nothing_and_something_else_does(kept: Updates) -> None:
    first, same = publish(kept, "e1", EVENT), publish(kept, "e1", EVENT)
    other = publish(kept, "e1", EVENT.model_copy(update={"title": "Coffee"}))
    assert [(one.created, one.changed, one.item.version) for one in (first, same, other)] == [
        (True, True, 1), (False, False, 1), (False, True, 2),
    ]  # fmt: skip
    with kept.reading() as connection:
        assert [(one.deed, one.after and one.after["title"]) for one in audit.audit_of(connection, A1)] == [
            ("change", "Coffee"),
            ("publish", "Surgery"),
        ]


def test_every_change_is_another_revision_of_its_neighbourhood_alone(kept: Updates) -> None:
    def revisions() -> list[int]:
        with kept.reading() as connection:
            return [content.revision(connection, NeighbourhoodRef("kent", one)) for one in ("A1", "A2")]

    publish(kept, "e1", EVENT)
    before = revisions()
    publish(kept, "e1", EVENT.model_copy(update={"title": "Coffee"}))
    after = revisions()
    assert (after[0] > before[0], after[1]) == (True, before[1])


def test_whoever_did_not_see_the_latest_version_is_told_and_nothing_is_lost(kept: Updates) -> None:
    publish(kept, "e1", EVENT)
    publish(kept, "e1", EVENT.model_copy(update={"title": "Coffee"}), seen=1)
    with pytest.raises(ChangedMeanwhile) as caught:
        publish(kept, "e1", EVENT.model_copy(update={"title": "Tea"}), seen=1)
    assert (caught.value.held.version, caught.value.held.changed_by) == (2, "Sgt Una Curlew")
    with pytest.raises(ChangedMeanwhile):
        publish(kept, "e1", EVENT, seen=0)
    with pytest.raises(NoSuchItem):
        publish(kept, "gone", EVENT, seen=3)
    with kept.reading() as connection:
        assert [one.title for one in content.upcoming(connection, REF, NIGHT)] == ["Coffee"]


@pytest.mark.parametrize("where", [Where("kent", "A2"), Where("essex", "A1"), Where("kent")])
def test_nobody_publishes_where_they_may_not(kept: Updates, where: Where) -> None:
    member = WrittenMember(surname="Dunlin")
    with pytest.raises(MayNot):
        publish(kept, "m1", member, where=where)
    with kept.reading() as connection:
        assert connection.execute(select(PERSON)).all() == []


def test_of_a_force_itself_there_are_senior_officers_and_nothing_else(kept: Updates) -> None:
    chief = Actor("account", "8", "Web manager", (Access(Role.FORCE_EDITOR, Where("kent")),))
    publish(kept, "m1", WrittenMember(surname="Dunlin", rank="Chief Constable"), chief, Where("kent"))
    with kept.reading() as connection:
        assert [one.name for one in content.officers(connection, "kent")] == ["Dunlin"]
    with pytest.raises(NoSuchItem):
        publish(kept, "e1", EVENT, chief, Where("kent"))


@pytest.mark.parametrize(
    ("shown_as", "name"), [("full", "Una Dunlin"), ("surname", "Dunlin"), ("rank", "PC"), ("hidden", "")]
)
def test_an_officer_is_shown_as_the_officer_chose_and_the_rest_of_the_name_is_for_staff(
    kept: Updates, shown_as: str, name: str
) -> None:
    written = WrittenMember(
        given_name="Una", surname="Dunlin", rank="PC", shown_as=shown_as, contact={"email": "u@x.example"}
    )
    publish(kept, "m1", written)
    with kept.reading() as connection:
        row = connection.execute(select(PERSON)).one()
        held = item(connection, A1, Kind.MEMBER, "m1")
    assert (row.name, row.shown) == (name, shown_as != "hidden")
    assert held is not None
    assert held.written is not None
    assert held.written["surname"] == "Dunlin"
    assert (row.contact == {}) == (shown_as == "hidden")


def test_a_person_who_is_taken_out_is_in_no_table_and_not_in_the_audit(kept: Updates) -> None:
    publish(kept, "m1", WrittenMember(given_name="Una", surname="Dunlin"))
    with kept.writing() as connection:
        remove(connection, CURLEW, A1, Kind.MEMBER, "m1")
    with kept.reading() as connection:
        assert connection.execute(select(PERSON)).all() == []
        rows = audit.audit_of(connection, A1)
    assert "Dunlin" not in repr(rows)
    assert [one.deed for one in rows] == ["remove", "publish"]


def test_taking_a_person_out_leaves_what_the_audit_says_of_others_of_that_id(kept: Updates) -> None:
    other = Where("essex", "A1")
    editor = Actor("account", "8", "PC Plover", (Access(Role.NEIGHBOURHOOD_EDITOR, other),))
    publish(kept, "m1", WrittenMember(surname="Dunlin"))
    publish(kept, "m1", WrittenMember(surname="Knot"), editor, other)
    with kept.writing() as connection:
        remove(connection, editor, other, Kind.MEMBER, "m1")
        assert "Dunlin" in repr(audit.audit_of(connection, A1))
        assert "Knot" not in repr(audit.audit_of(connection, Where()))


def test_an_action_belongs_to_a_priority_that_is_there(kept: Updates) -> None:
    publish(kept, "p1", WrittenPriority(issue="**Speeding**", issued_at=NIGHT))
    publish(
        kept, "a1", WrittenAction(action="Stood at the bridge", acted_at=NIGHT, asked="Slow them down"), part_of="p1"
    )
    with kept.reading() as connection:
        (found,) = content.priorities(connection, REF)
        assert [one.external_id for one in items(connection, A1, Kind.ACTION, "p1")] == ["a1"]
    assert (found.issue, found.actions[0].action) == (
        "<p><strong>Speeding</strong></p>",
        "<p>Stood at the bridge</p>",
    )
    with pytest.raises(NoSuchItem):
        publish(kept, "a2", WrittenAction(action="Nothing", acted_at=NIGHT), part_of="p2")


def test_what_a_neighbourhood_says_of_itself_takes_the_place_of_what_it_said(kept: Updates) -> None:
    publish(kept, "", WrittenNeighbourhood(description="A *small* town", contact={"email": "a1@kent.example"}))
    publish(kept, "", WrittenNeighbourhood(description="A town"))
    with kept.reading() as connection:
        detail = content.neighbourhood_detail(connection, REF)
    assert detail is not None
    assert (detail.description, detail.contact) == ("<p>A town</p>", {})


def test_things_stand_in_the_order_that_people_chose(kept: Updates) -> None:
    for one in ("m1", "m2", "m3"):
        publish(kept, one, WrittenMember(surname=one))
    with kept.writing() as connection:
        move(connection, CURLEW, A1, Kind.MEMBER, ["m3", "m1"])
    with kept.reading() as connection:
        assert [one.name for one in content.team(connection, REF)] == ["m3", "m1", "m2"]


def test_what_was_imported_can_be_changed_here_and_then_is_ours(kept: Updates) -> None:
    with kept.writing() as connection:
        put(connection, CURLEW, A1, "e0", EVENT)
        connection.execute(PERSON.insert().values(
            force_id="kent", neighbourhood_id="A1", position=0, name="Dunlin", contact={}, source="an import"
        ))  # fmt: skip
        (held,) = items(connection, A1, Kind.MEMBER)
    assert (held.external_id[:7], held.version, held.written) == ("import-", 0, None)
    done = publish(kept, held.external_id, WrittenMember(surname="Dunlin", rank="PC"), seen=0)
    assert (done.created, done.item.version, done.item.external_id[:7] != "import-") == (False, 1, True)
    with kept.reading() as connection:
        assert [(one.source, one.rank) for one in connection.execute(select(PERSON))] == [(None, "PC")]
    with pytest.raises(NoSuchItem):
        publish(kept, held.external_id, WrittenMember(surname="Dunlin"))


NIGHTLY = {"title": "T", "starts_at": "2026-11-02T19:00"}
TOLD = {"title": "T", "text": "x", "issued_at": "2026-11-02"}
TAKEN_UP = {"issue": "x", "issued_at": "2026-11-02"}


@pytest.mark.parametrize(
    ("kind", "fields", "field", "said"),
    [
        (Kind.EVENT, {**NIGHTLY, "starts_at": "2026-11-02T19:00:00Z"}, "starts_at", "without a time zone"),
        (Kind.EVENT, {**NIGHTLY, "starts_at": "soon"}, "starts_at", "Enter a date and a time"),
        (Kind.EVENT, {**NIGHTLY, "ends_at": "2026-11-02T18:00"}, "ends_at", "Enter an end after the beginning"),
        (Kind.EVENT, {**NIGHTLY, "repeats": "FREQ=SECONDLY"}, "repeats", "Repeat daily, weekly or monthly"),
        (Kind.EVENT, {**NIGHTLY, "repeats": "FREQ=WEEKLY;COUNT=9"}, "repeats", "Give a rule such as"),
        (Kind.EVENT, {**NIGHTLY, "repeats": "FREQ=WEEKLY"}, "repeats_until", "a year at most"),
        (Kind.EVENT, {**NIGHTLY, "repeats": "FREQ=DAILY;INTERVAL=0"}, "repeats", "Give a rule such as"),
        (Kind.EVENT, {**NIGHTLY, "repeats": "FREQ=DAILY;BYMONTHDAY=32"}, "repeats", "Give a rule such as"),
        (
            Kind.EVENT,
            {**NIGHTLY, "repeats": "FREQ=MONTHLY;BYMONTHDAY=1", "repeats_until": "2026-11-09"},
            "repeats",
            "it never takes place",
        ),
        (Kind.EVENT, {**NIGHTLY, "title": " "}, "title", "Enter this"),
        (Kind.EVENT, {**NIGHTLY, "force_id": "essex"}, "force_id", "There is no such field"),
        (Kind.EVENT, {"title": "T"}, "starts_at", "Enter this"),
        (Kind.EVENT, {**NIGHTLY, "contact": {"fax": "1"}}, "contact", "There is no channel fax; there are address"),
        (Kind.NEWS, {**TOLD, "text": "x" * 5_000}, "text", "Use 4000 characters or fewer"),
        (Kind.NEWS, {**TOLD, "picture_id": "1"}, "picture_alt", "for those who cannot see it"),
        (Kind.NEWS, {**TOLD, "withdrawn_at": "2026-11-02T19:00Z"}, "withdrawn_why", "Say why it is withdrawn"),
        (Kind.PRIORITY, {**TAKEN_UP, "closed_at": "2026-11-03"}, "result", "Say what came of it"),
        (Kind.PRIORITY, {**TAKEN_UP, "reviewed_at": "2026-11-03"}, "review", "why the priority is still right"),
        (Kind.LINK, {"title": "x", "url": "javascript:alert(1)"}, "url", "begins with https://"),
        (Kind.ACTION, {"action": "x", "acted_at": "2026-11-02", "category": "magic"}, "category", "crime category"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_wrong(kind: Kind, fields: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        WRITTEN[kind].model_validate(fields)
    (fault,) = faults_of(caught.value)
    assert (fault.field, said in str(fault)) == (field, True), str(fault)


def test_dangerous_words_are_only_words() -> None:
    news = WrittenNews(
        title="T", text="<img src=x onerror=alert(1)>[a](javascript:alert(1)) **b**", issued_at=date(2026, 11, 2)
    )
    text = news.columns()["text"]
    assert "<strong>b</strong>" in text
    assert "<img" not in text
    assert "href" not in text
