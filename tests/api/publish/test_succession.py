"""When boundaries change, what belongs to a neighbourhood follows its ground: a merge, a split, a new name, an end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from api.publish import account, audit, content
from api.publish.database import Updates
from api.publish.item.kind import Kind
from api.publish.item.put import items, put, remove
from api.publish.item.record import MayNot
from api.publish.item.written import WrittenAction, WrittenLink, WrittenMember, WrittenNeighbourhood, WrittenPriority
from api.publish.policy import COMMAND, Access, Actor, Role, Where
from api.publish.staff_table import ACCESS, ASKED, DRAFT, QUESTION, SERVICE_TOKEN, SUBSCRIPTION
from api.publish.succession import Followed, confirm, confirmed_generations, successor
from geo.errors import BadParameter, Busy
from geo.month import Month
from geo.neighbourhood import NeighbourhoodRef
from geo.store.succession import Fate, Succeeded, Succession

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
WALL = NOW.replace(tzinfo=None)
MANAGER = Actor("account", "1", "Web manager", (Access(Role.FORCE_ADMINISTRATOR, Where("kent")),))


JANUARY = Month(2026, 1)


def generation(*ended: Succeeded, month: Month = JANUARY) -> Succession:
    return Succession("kent", month, 3, (), ended)


MERGE = generation(Succeeded("A1", Fate.MERGED, (("AB", 1.0),)), Succeeded("B1", Fate.MERGED, (("AB", 0.97),)))
SPLIT = generation(Succeeded("A1", Fate.SPLIT, (("A-north", 0.6), ("A-south", 0.4))))


def at(neighbourhood_id: str) -> Where:
    return Where("kent", neighbourhood_id)


@pytest.fixture
def kept(updates: Updates) -> Updates:
    """Two neighbourhoods with everything that can belong to one."""
    updates.migrate()
    with updates.writing() as connection:
        for here in ("A1", "B1"):
            for surname in ("Curlew", "Plover"):
                put(connection, COMMAND, at(here), f"{here}-{surname}", WrittenMember(surname=f"{surname} of {here}"))
            put(connection, COMMAND, at(here), "1", WrittenLink(title=here, url="https://council.example/"))
            put(connection, COMMAND, at(here), "p", WrittenPriority(issue=f"Speeding in {here}", issued_at=WALL))
            put(connection, COMMAND, at(here), "a", WrittenAction(action="Signs", acted_at=WALL), part_of="p")
            put(connection, COMMAND, at(here), "", WrittenNeighbourhood(description=f"About {here}"))
            _belongings(connection, here)
        for login, where in (("one", ("A1", "B1")), ("two", ("A1",))):
            number = account.add_local(connection, COMMAND, login, login, "correct horse battery")
            for here in where:
                account.give(connection, COMMAND, number, Access(Role.NEIGHBOURHOOD_EDITOR, at(here)))
    return updates


def _belongings(connection: Any, here: str) -> None:
    place = {"force_id": "kent", "neighbourhood_id": here}
    draft = {"kind": "news", "external_id": "d", "fields": {}, "state": "draft", "changed_at": NOW}
    connection.execute(insert(DRAFT).values(**place, **draft))
    asked = {"text": "Lights?", "language": "en", "asked_at": NOW, "due_at": NOW + timedelta(hours=72), "state": "open"}
    connection.execute(insert(QUESTION).values(**place, **asked))
    connection.execute(insert(ASKED).values(**place, asked_on=NOW.date()))
    token = {"name": "CMS", "kinds": [], "created_by": "Una", "token_hash": here, "created_at": NOW, "expires_at": NOW}
    connection.execute(insert(SERVICE_TOKEN).values(**place, **token))
    for reader in ("both", here):
        row = {"address": "hidden", "address_hash": reader, "often": "weekly", "language": "en", "created_at": NOW}
        connection.execute(insert(SUBSCRIPTION).values(**place, **row))


def follow(updates: Updates, succession: Succession, **chosen: str) -> tuple[Followed, ...]:
    with updates.writing() as connection:
        return confirm(connection, MANAGER, succession, {old.replace("_", "-"): new for old, new in chosen.items()})


def everywhere(updates: Updates, held: Any) -> list[str]:
    with updates.reading() as connection:
        return sorted(connection.scalars(select(held.c.neighbourhood_id)).all())


def team(updates: Updates, here: str) -> list[str]:
    with updates.reading() as connection:
        return [one.name for one in content.team(connection, NeighbourhoodRef("kent", here))]


def test_two_that_merge_have_the_items_of_both_in_their_order(kept: Updates) -> None:
    follow(kept, MERGE)
    assert team(kept, "AB") == ["Curlew of A1", "Plover of A1", "Curlew of B1", "Plover of B1"]
    with kept.reading() as connection:
        found = content.priorities(connection, NeighbourhoodRef("kent", "AB"))
        assert [(one.issue, len(one.actions)) for one in found] == [
            ("<p>Speeding in A1</p>", 1), ("<p>Speeding in B1</p>", 1),
        ]  # fmt: skip
        assert [one.external_id for one in items(connection, at("AB"), Kind.LINK)] == ["1", "1@B1"]
        about = content.neighbourhood_detail(connection, NeighbourhoodRef("kent", "AB"))
        assert content.neighbourhood_detail(connection, NeighbourhoodRef("kent", "A1")) is None
    assert about is not None
    assert "About A1" in str(about.description)


def test_who_may_and_who_subscribed_to_both_of_a_merge_does_so_once(kept: Updates) -> None:
    follow(kept, MERGE)
    for held in (DRAFT, QUESTION, ASKED, SERVICE_TOKEN):
        assert everywhere(kept, held) == ["AB", "AB"]
    assert everywhere(kept, ACCESS) == ["AB", "AB"]
    assert everywhere(kept, SUBSCRIPTION) == ["AB", "AB", "AB"]


def test_what_is_split_goes_to_the_larger_part_and_who_may_and_subscribed_to_all(kept: Updates) -> None:
    (followed,) = follow(kept, SPLIT)
    assert (followed.content, followed.to) == ("A-north", ("A-north", "A-south"))
    assert (team(kept, "A-north"), team(kept, "A-south")) == (["Curlew of A1", "Plover of A1"], [])
    assert everywhere(kept, QUESTION) == ["A-north", "B1"]
    assert everywhere(kept, ACCESS) == ["A-north", "A-north", "A-south", "A-south", "B1"]
    assert everywhere(kept, SUBSCRIPTION) == ["A-north", "A-north", "A-south", "A-south", "B1", "B1"]


def test_an_administrator_chooses_which_part_has_what_was_published(kept: Updates) -> None:
    follow(kept, SPLIT, A1="A-south")
    assert (team(kept, "A-north"), team(kept, "A-south")) == ([], ["Curlew of A1", "Plover of A1"])
    with pytest.raises(BadParameter, match="no successor"):
        follow(kept, generation(Succeeded("B1", Fate.RENAMED, (("B2", 1.0),)), month=Month(2026, 2)), B1="A1")


def test_what_only_has_another_name_follows_and_what_is_gone_stays(kept: Updates) -> None:
    follow(kept, generation(Succeeded("A1", Fate.RENAMED, (("A2", 0.99),)), Succeeded("B1", Fate.GONE, ())))
    assert (team(kept, "A1"), team(kept, "A2"), len(team(kept, "B1"))) == ([], ["Curlew of A1", "Plover of A1"], 2)
    assert everywhere(kept, ACCESS) == ["A2", "A2", "B1"]


def test_the_successor_of_a_successor_is_found_and_each_is_written_down(kept: Updates) -> None:
    follow(kept, SPLIT)
    follow(kept, generation(Succeeded("A-north", Fate.RENAMED, (("N", 1.0),)), month=Month(2026, 6)))
    with kept.reading() as connection:
        found = [successor(connection, "kent", one) for one in ("A1", "A-north", "A-south", "B1")]
        assert found == ["N", "N", None, None]
        assert confirmed_generations(connection, "kent") == {"2026-01", "2026-06"}
        deeds = [(one.deed, one.actor_name, one.item) for one in audit.audit_of(connection, Where("kent"), most=4)]
    assert deeds == [
        ("confirm-succession", "Web manager", "kent"), ("follow", "Web manager", "A-north"),
        ("confirm-succession", "Web manager", "kent"), ("follow", "Web manager", "A1"),
    ]  # fmt: skip


def test_the_revisions_of_successors_rise_so_that_pages_are_made_anew(kept: Updates) -> None:
    follow(kept, SPLIT)
    with kept.reading() as connection:
        assert content.revision(connection, NeighbourhoodRef("kent", "A-north")) > 0


def test_it_is_confirmed_once_and_by_who_manages_the_force(kept: Updates) -> None:
    follow(kept, MERGE)
    with pytest.raises(Busy):
        follow(kept, MERGE)
    editor = Actor("account", "2", "Editor", (Access(Role.FORCE_EDITOR, Where("kent")),))
    with pytest.raises(MayNot), kept.writing() as connection:
        confirm(connection, editor, SPLIT)


def test_what_fails_half_way_leaves_everything_where_it_was(kept: Updates) -> None:
    wrong = generation(Succeeded("A1", Fate.RENAMED, (("A2", 1.0),)), Succeeded("B1", Fate.RENAMED, (("B2", 1.0),)))
    with pytest.raises(BadParameter):
        follow(kept, wrong, B1="nowhere")
    assert len(team(kept, "A1")) == 2
    with kept.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(ACCESS)) == 3


def test_who_is_taken_out_after_a_merge_is_gone_from_what_the_audit_says_of_before(kept: Updates) -> None:
    with kept.writing() as connection:
        for here in ("A1", "B1"):
            put(connection, COMMAND, at(here), "sgt", WrittenMember(surname=f"Knot of {here}"))
    follow(kept, MERGE)
    with kept.writing() as connection:
        for known in ("sgt@B1", "sgt", "A1-Curlew"):
            remove(connection, COMMAND, at("AB"), Kind.MEMBER, known)
        told = repr(audit.audit_of(connection, Where()))
    assert ("Knot" in told, "Curlew of A1" in told, "Plover of A1" in told) == (False, False, True)
