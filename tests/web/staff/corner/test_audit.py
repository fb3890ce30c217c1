"""Who did what in a force: newest first, narrowed down, with what changed, and as a file."""

import csv
import io
import json
from typing import Any

from api.publish import audit
from api.publish.policy import Actor, Role, Where

AUDIT = "/force/testshire/manage/audit"


def many(web: Any, n: int) -> None:
    """So many deeds of one person, and one of another in a neighbourhood and in another force."""
    ann, bo = (Actor("account", None, name) for name in ("Ann Auk", "=HYPERLINK(1)"))
    with web.updates.writing() as connection:
        for number in range(n):
            told = {"text": f"<b>{number}</b>", "level": "a"}, {"text": f"<b>{number + 1}</b>", "level": "a"}
            audit.note(connection, ann, "change", Where("testshire"), "news", f"n{number}", *told)
        audit.note(connection, bo, "publish", Where("testshire", "T1"), "event", "e1", None, {"days": [1, {"a": "ŵ"}]})
        audit.note(connection, bo, "publish", Where("elsewhere"), "event", "e2")


def test_it_is_read_newest_first_in_pages_of_a_hundred(web: Any) -> None:
    many(web, 120)
    first = web.get(AUDIT).text
    assert (first.count('class="ya-audit__row"'), "e1" in first, "n119" in first, "e2" in first) == (
        100, True, True, False,
    )  # fmt: skip
    (older,) = [part.split('"')[0] for part in first.split("/audit?")[1:] if part.startswith("below")]
    second = web.get(f"{AUDIT}?{older}").text
    assert ("news n0<" in second, "news n119<" in second, "Newest" in second, "Older" in second) == (
        True, False, True, False,
    )  # fmt: skip


def test_what_changed_is_shown_and_what_did_not_is_not(web: Any) -> None:
    many(web, 1)
    text = web.get(AUDIT).text
    assert ("&lt;b&gt;0&lt;/b&gt;" in text, "&lt;b&gt;1&lt;/b&gt;" in text, ">level<" in text) == (True, True, False)
    assert (">days.2.a<" in text, "ŵ" in text) == (True, True)


def test_it_is_narrowed_down_by_neighbourhood_person_and_deed(web: Any) -> None:
    many(web, 2)
    for query, rows in (
        ("?neighbourhood=T1", 1), ("?person=Ann+Auk", 2), ("?deed=publish", 1), ("?person=Ann+Auk&deed=publish", 0),
        ("", 4), ("?below=abc", 4), ("?below=99999999999999999999", 4),
    ):  # fmt: skip
        assert web.get(AUDIT + query).text.count('class="ya-audit__row"') == rows, query


def test_it_can_be_taken_away_whole_and_no_spreadsheet_runs_it(web: Any) -> None:
    many(web, 1_100)
    answer = web.get(f"{AUDIT}.jsonl")
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert (len(rows), rows[0]["after"], answer.headers["cache-control"]) == (
        1_102,
        {"days": [1, {"a": "ŵ"}]},
        "no-store",
    )
    assert answer.headers["content-disposition"] == 'attachment; filename="testshire-audit.jsonl"'
    table = list(csv.DictReader(io.StringIO(web.get(f"{AUDIT}.csv?deed=publish").text)))
    assert [(row["actor_name"], row["item"], json.loads(row["after"])) for row in table] == [
        ("'=HYPERLINK(1)", "e1", {"days": [1, {"a": "ŵ"}]})
    ]


def test_what_was_erased_is_said_to_be(web: Any) -> None:
    many(web, 1)
    with web.updates.writing() as connection:
        audit.erase(connection, Where("testshire"), "news", "n0", "the person was taken out")
    text = web.get(AUDIT).text
    assert ("was erased on" in text, "the person was taken out" in text, "&lt;b&gt;" in text) == (True, True, False)


def test_it_is_for_those_who_may_read_it(web: Any, sign_in: Any) -> None:
    editor = sign_in(Role.FORCE_EDITOR, Where("testshire"))
    assert [editor.get(f"{AUDIT}{ending}").status_code for ending in ("", ".csv", ".jsonl")] == [403, 403, 403]
    assert web.get("/force/elsewhere/manage/audit").status_code == 403
