"""What a team of the invented county publishes here itself, beside what was imported: a newcomer sees both kinds."""

import secrets
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from api.publish import account
from api.publish.database import open_updates
from api.publish.item.put import item, put
from api.publish.item.written import (
    Written,
    WrittenAction,
    WrittenAnswer,
    WrittenEvent,
    WrittenNews,
    WrittenPriority,
)
from api.publish.policy import COMMAND, Access, Role, Where
from api.publish.staff_table import ACCOUNT
from api.settings import ApiSettings
from geo.store.layout import DataFolder
from yourarea.setting import settings_of

WHERE = Where("doggerland", "DG01")  # that of the postcode that a newcomer is told to ask for
STAFF_LOGIN = "u.curlew"
_TUESDAY = 1
_WEEKS = 26  # of surgeries


def publish_demo(folder: DataFolder, today: date) -> int:
    """Publish it, but for what is there already, changed or not; says how many things were new.

    Args:
        folder: with the county's content imported.
        today: the day that dates are counted from.
    """
    updates = open_updates(settings_of(ApiSettings, data_dir=folder.root))
    try:
        with updates.writing() as connection:
            new = 0
            for external_id, part_of, written in _things(today):
                if item(connection, WHERE, written.kind, external_id, part_of) is None:
                    put(connection, COMMAND, WHERE, external_id, written, part_of=part_of)
                    new += 1
            return new
    finally:
        updates.close()


def staff_password(folder: DataFolder) -> str:
    """A new password for somebody who runs the corner of the demo's first force, made where there is none yet.

    Args:
        folder: with an updates database.
    """
    password = secrets.token_urlsafe(12)
    updates = open_updates(settings_of(ApiSettings, data_dir=folder.root))
    try:
        with updates.writing() as connection:
            number = connection.scalar(select(ACCOUNT.c.id).where(ACCOUNT.c.login == STAFF_LOGIN))
            if number is None:
                number = account.add_local(connection, COMMAND, "Sgt Una Curlew", STAFF_LOGIN, password)
                account.give(connection, COMMAND, number, Access(Role.FORCE_ADMINISTRATOR, Where(WHERE.force_id)))
            else:
                account.set_password(connection, COMMAND, number, STAFF_LOGIN, password)
            return password
    finally:
        updates.close()


def _things(today: date) -> Iterator[tuple[str, str | None, Written]]:
    """Each with its id, and that of the priority of which it is an action."""
    yield "demo-news", None, _news(today)
    yield "demo-priority", None, _priority(today)
    yield "demo-action", "demo-priority", _action(today)
    yield "demo-surgery", None, _surgery(today)
    yield "demo-answer", None, _answer(today)


def _news(today: date) -> WrittenNews:
    return WrittenNews(
        title="Bicycles that we found look for their owners",
        title_cy="Mae beiciau a ganfuwyd gennym yn chwilio am eu perchnogion",
        text="Six bicycles were found behind the **Old Net Store**. Bring a photograph to our surgery.",
        text_cy="Cafwyd hyd i chwe beic y tu ôl i’r **Old Net Store**. Dewch â llun i’n cymhorthfa.",
        issued_at=_at(today, -2, 16),
    )


def _priority(today: date) -> WrittenPriority:
    return WrittenPriority(
        issue="Cars parked on the pavement outside the school",
        issue_cy="Ceir wedi’u parcio ar y palmant y tu allan i’r ysgol",
        issued_at=_at(today, -40, 9),
        chosen="31 of 48 residents at our meeting voted for it.",
        chosen_cy="Pleidleisiodd 31 o 48 o drigolion yn ein cyfarfod drosto.",
        review_on=today + timedelta(days=45),
    )


def _action(today: date) -> WrittenAction:
    return WrittenAction(
        asked="Can somebody be there at a quarter to nine?",
        asked_cy="A all rhywun fod yno am chwarter i naw?",
        action="We stood there on nine mornings with the head teacher. Most drivers now use the car park.",
        action_cy="Buom yno ar naw bore gyda’r pennaeth. Mae’r rhan fwyaf bellach yn defnyddio’r maes parcio.",
        acted_at=_at(today, -5, 10),
    )


def _surgery(today: date) -> WrittenEvent:
    first = today + timedelta(days=(_TUESDAY - today.weekday() - 1) % 7 + 1)
    return WrittenEvent(
        title="Tuesday surgery",
        title_cy="Cymhorthfa dydd Mawrth",
        description="Come in and tell us what we should know. No appointment needed.",
        description_cy="Dewch i mewn i ddweud wrthym beth y dylem ei wybod. Nid oes angen apwyntiad.",
        address="Library, Doggerton Centre",
        type="meeting",
        starts_at=_at(first, 0, 18),
        ends_at=_at(first, 0, 19),
        repeats="FREQ=WEEKLY;BYDAY=TU",
        repeats_until=first + timedelta(weeks=_WEEKS - 1),
        not_on=(first + timedelta(weeks=2),),
    )


def _answer(today: date) -> WrittenAnswer:
    return WrittenAnswer(
        question="Who do we tell about the street lamp that is out by the ferry steps?",
        question_cy="Wrth bwy y dylem ddweud am y lamp stryd sydd wedi diffodd wrth risiau’r fferi?",
        answer="The council mends lamps, and we have passed this one on. It is to be mended within the week.",
        answer_cy="Y cyngor sy’n trwsio lampau, ac mae’n gwybod am hon. Caiff ei thrwsio o fewn yr wythnos.",
        answered_at=_at(today, -3, 11),
    )


def _at(day: date, days: int, hour: int) -> datetime:
    """An hour by the clock on the wall, some days from a day."""
    return datetime.combine(day + timedelta(days=days), time(hour))
