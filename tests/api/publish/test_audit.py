"""The audit: it only grows, and what it says of somebody can be erased."""

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError

from api.publish import audit
from api.publish.database import Updates
from api.publish.policy import Actor, Where
from api.publish.staff_table import AUDIT

CURLEW = Actor("account", "7", "Sgt Una Curlew")
A1 = Where("kent", "A1")


@pytest.fixture
def written(updates: Updates) -> Updates:
    updates.migrate()
    with updates.writing() as connection:
        audit.note(connection, CURLEW, "publish", A1, "member", "m1", None, {"surname": "Plover"})
        audit.note(connection, CURLEW, "change", A1, "member", "m1", {"surname": "Plover"}, {"surname": "Dunlin"})
        audit.note(connection, CURLEW, "publish", Where("essex", "B1"), "news", "n1", None, {"title": "Theirs"})
    return updates


def test_what_was_done_is_told_newest_first_to_the_force_alone(written: Updates) -> None:
    with written.reading() as connection:
        rows = audit.audit_of(connection, Where("kent"))
        assert [(one.deed, one.actor_name, one.after) for one in rows] == [
            ("change", "Sgt Una Curlew", {"surname": "Dunlin"}),
            ("publish", "Sgt Una Curlew", {"surname": "Plover"}),
        ]
        assert len(audit.audit_of(connection, Where())) == 3
        assert audit.audit_of(connection, Where("kent", "A2")) == []
        assert [one.deed for one in audit.audit_of(connection, A1, below=rows[0].id)] == ["publish"]


@pytest.mark.parametrize(
    "statement",
    [
        delete(AUDIT),
        update(AUDIT).values(actor_name="Somebody else"),
        update(AUDIT).values(after=None),
        update(AUDIT).values(before=None, after=None, erased_at=None),
        update(AUDIT).values(deed="nothing", before=None, after=None),
    ],
)
def test_no_row_is_deleted_or_changed(written: Updates, statement: object) -> None:
    with pytest.raises(DatabaseError, match="the audit only grows"), written.writing() as connection:
        connection.execute(statement)  # type: ignore[call-overload]
    with written.reading() as connection:
        assert len(audit.audit_of(connection, Where())) == 3


def test_erasing_leaves_who_did_something_when_and_why_it_is_gone(written: Updates) -> None:
    with written.writing() as connection:
        assert audit.erase(connection, A1, "member", "m1", "the person was taken out") == 2
    with written.reading() as connection:
        rows = audit.audit_of(connection, A1)
    assert "Plover" not in repr(rows)
    assert [(one.deed, one.erased_why, one.before, one.after) for one in rows] == [
        ("change", "the person was taken out", None, None),
        ("publish", "the person was taken out", None, None),
    ]
    assert all(one.erased_at for one in rows)


def test_what_another_neighbourhood_or_force_calls_by_the_same_id_stays_told(written: Updates) -> None:
    with written.writing() as connection:
        for elsewhere in (Where(A1.force_id, "B2"), Where("elsewhere", "A1"), Where(A1.force_id), Where()):
            assert audit.erase(connection, elsewhere, "member", "m1", "the person was taken out") == 0
