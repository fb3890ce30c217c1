"""When what repeats takes place."""

from datetime import date, datetime

import pytest

from api.publish.occurrence import first_start, meetings_of, rule_of, times_of
from api.publish.record import Event

TUESDAY = datetime.fromisoformat("2026-10-06T18:00")


def surgery(**more: object) -> Event:
    told = {"starts_at": TUESDAY, "ends_at": TUESDAY.replace(hour=19), "repeats": "FREQ=WEEKLY;BYDAY=TU"}
    told |= {"repeats_until": date(2026, 11, 10), **more}
    return Event("Surgery", None, "Library", None, contact={}, **told)  # type: ignore[arg-type]


def days(event: Event, since: str = "2026-10-01") -> list[str]:
    return [one.starts_at.isoformat()[5:16] for one in times_of(event, datetime.fromisoformat(since))]


def test_a_surgery_is_at_the_same_hour_by_the_clock_on_the_wall_though_summer_time_ends() -> None:
    assert days(surgery()) == [f"{day}T18:00" for day in ("10-06", "10-13", "10-20", "10-27", "11-03", "11-10")]
    assert {one.ends_at and one.ends_at.hour for one in times_of(surgery(), TUESDAY)} == {19}


def test_days_that_are_left_out_are_left_out_and_what_is_over_is_over() -> None:
    assert days(surgery(not_on=["2026-10-20"]), "2026-10-13T18:30") == [
        f"{day}T18:00" for day in ("10-13", "10-27", "11-03", "11-10")
    ]
    assert days(surgery(), "2026-11-11") == []


def test_what_takes_place_once_is_there_until_it_is_over() -> None:
    once = surgery(repeats=None, repeats_until=None)
    assert days(once) == ["10-06T18:00"]
    assert days(once, "2026-10-06T19:01") == []


def test_a_year_ahead_is_told_and_no_more() -> None:
    daily = surgery(repeats="FREQ=DAILY", repeats_until=date(2030, 1, 1))
    assert len(times_of(daily, TUESDAY)) == 366


def test_the_first_time_is_the_first_that_the_rule_gives() -> None:
    assert first_start(surgery(repeats="FREQ=WEEKLY;BYDAY=TH")) == datetime.fromisoformat("2026-10-08T18:00")


def test_the_soonest_meeting_is_the_one_whose_next_time_is_soonest() -> None:
    once = surgery(repeats=None, starts_at=datetime.fromisoformat("2026-10-08T09:00"), ends_at=None)
    found = meetings_of((surgery(), once), datetime.fromisoformat("2026-10-07"))
    assert [one.times[0].starts_at.day for one in found] == [8, 13]


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("FREQ=DAILY;INTERVAL=2", "FREQ=DAILY;INTERVAL=2"),
        ("byday=tu,th; freq=weekly", "FREQ=WEEKLY;BYDAY=TU,TH"),
        ("FREQ=MONTHLY;BYDAY=1TU", "FREQ=MONTHLY;BYDAY=1TU"),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=MONTHLY;BYMONTHDAY=31"),
        ("FREQ=DAILY;INTERVAL=0", None),
        ("FREQ=DAILY;BYMONTHDAY=32", None),
        ("FREQ=WEEKLY;COUNT=9", None),
        ("FREQ=WEEKLY;FREQ=DAILY", None),
        ("FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=4", None),
        ("FREQ=WEEKLY\nEXDATE:20261006T180000", None),
        ("", None),
    ],
)
def test_a_rule_that_could_come_to_nothing_is_none(written: str, rule: str | None) -> None:
    assert rule_of(written) == rule
