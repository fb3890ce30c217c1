"""What residents ask: the inbox of a neighbourhood and of a force, one question, and its ways to end."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.publish.item.fault import faults_of
from api.publish.item.written import WrittenAnswer
from api.publish.policy import Deed
from api.publish.question.ending import answer_privately, close, hand_over, publish_answer
from api.publish.question.inbox import ended, question, waiting
from api.publish.question.record import (
    CloseReason,
    EndedMeanwhile,
    HandedTo,
    NoAddress,
    NoSuchQuestion,
    Question,
    QuestionState,
)
from api.publish.question.retention import prune
from api.publish.question.taking import takes_questions
from api.settings import ApiSettings
from geo.neighbourhood import NeighbourhoodRef
from geo.words import Words
from web.address import neighbourhood_address
from web.staff.desk.doubt import ABOUT, doubts_in
from web.staff.home import forces_of, name_of, neighbourhoods_of
from web.staff.letter import letter
from web.staff.question_view import QuestionView, close_words, hand_over_words
from web.staff.route import StaffRoutes
from web.staff.visit import Visit
from web.wall_clock import wall_time

_OF_FORCE = "/staff/force/{force_id}/questions"
_OF_NEIGHBOURHOOD = "/staff/neighbourhood/{force_id}/{neighbourhood_id:path}/questions"
_FIELDS = ("question", "question_cy", "answer", "answer_cy")


def add_questions(routes: StaffRoutes) -> None:
    """Add the inboxes, the page of one question, and what takes in its forms."""
    routes.page(_OF_FORCE, Deed.ANSWER, of_force)
    one = f"{_OF_NEIGHBOURHOOD}/{{number:int}}"
    routes.page(one, Deed.ANSWER, show)
    routes.send(f"{one}/answer", Deed.ANSWER, answer)
    routes.send(f"{one}/hand-over", Deed.ANSWER, pass_on)
    routes.send(f"{one}/close", Deed.ANSWER, shut)
    routes.page(_OF_NEIGHBOURHOOD, Deed.ANSWER, of_neighbourhood)


def of_force(visit: Visit) -> Response:
    """A force's open questions, those that were escalated first; and whether its teams can be asked at all."""
    force_id = visit.where.force_id or ""
    names = neighbourhoods_of(visit, force_id)
    context = {"force": forces_of(visit).get(force_id), "may_take": visit.actor.may(Deed.MANAGE, visit.where)}
    return visit.page("staff/force_questions.html", {**context, **_inbox(visit, names)})


def of_neighbourhood(visit: Visit) -> Response:
    """A neighbourhood's open questions, the soonest due first, and those that were dealt with lately."""
    return visit.page("staff/questions.html", {"name": name_of(visit, visit.where), **_inbox(visit, {})})


def show(visit: Visit) -> Response:
    """One question, with the forms that end it."""
    return _one(visit, _held(visit))


def answer(visit: Visit) -> Response:
    """Publish an answer, or send it to whoever asked and nobody else."""
    _ = visit.stage.language.words.gettext
    held, typed = _held(visit), {name: visit.text(name) for name in _FIELDS}
    privately = visit.text("how") == "private"
    now = datetime.now(UTC)
    written, faults = _written(visit, typed, privately, now)
    if written is None:
        return _one(visit, held, typed, faults, HTTPStatus.BAD_REQUEST)
    if not privately and visit.text("sure") != "yes" and _doubts(visit, typed):
        fault = {"sure": _("Say that you have looked at this, or change it")}
        return _one(visit, held, typed, fault, HTTPStatus.BAD_REQUEST)
    sent = letter(visit, held, written, privately=privately)

    def end(connection: Connection) -> None:
        if privately:
            answer_privately(connection, visit.actor, visit.where, held.id, _seen(visit), sent, now)
        else:
            publish_answer(connection, visit.actor, visit.where, held.id, _seen(visit), written, now, sent)

    try:
        return _ended(visit, end, typed)
    except NoAddress:
        fault = {"how": _("No e-mail address was left, so a private answer would reach nobody")}
        return _one(visit, held, typed, fault, HTTPStatus.BAD_REQUEST)


def pass_on(visit: Visit) -> Response:
    """Hand a question over as a report or a safeguarding matter."""
    _, held = visit.stage.language.words.gettext, _held(visit)
    if visit.text("to") not in list(HandedTo):
        return _one(visit, held, {}, {"to": _("Select what it is handed over as")}, HTTPStatus.BAD_REQUEST)
    to, now = HandedTo(visit.text("to")), datetime.now(UTC)
    return _ended(
        visit,
        lambda connection: hand_over(connection, visit.actor, visit.where, held.id, _seen(visit), to, now),
    )


def shut(visit: Visit) -> Response:
    """Close a question without an answer."""
    _, held = visit.stage.language.words.gettext, _held(visit)
    if visit.text("reason") not in list(CloseReason):
        return _one(visit, held, {}, {"reason": _("Select why it has no answer")}, HTTPStatus.BAD_REQUEST)
    why, now = CloseReason(visit.text("reason")), datetime.now(UTC)
    return _ended(
        visit,
        lambda connection: close(connection, visit.actor, visit.where, held.id, _seen(visit), why, now),
    )


def _written(
    visit: Visit, typed: dict[str, str], privately: bool, now: datetime
) -> tuple[WrittenAnswer | None, dict[str, str]]:
    """What is answered, or what is wrong with it by field."""
    _ = visit.stage.language.words.gettext
    if visit.text("how") not in ("publish", "private"):
        return None, {"how": _("Select who is to read the answer")}
    said = {**typed, "answered_at": wall_time(now).replace(microsecond=0)}
    if privately:  # nothing of the question is said to anybody
        said |= {"question": "-", "question_cy": ""}
    try:
        return WrittenAnswer(**said), {}
    except ValidationError as error:
        return None, {one.field: _(one.text) % one.values if one.values else _(one.text) for one in faults_of(error)}


def _ended(visit: Visit, end: Callable[[Connection], object], typed: dict[str, str] | None = None) -> Response:
    """End a question and go back to the inbox; or say that somebody else was first and show what was typed."""
    try:
        with visit.updates.writing() as connection:
            end(connection)
    except EndedMeanwhile as met:
        return _one(visit, met.held, typed, status=HTTPStatus.CONFLICT)
    except NoSuchQuestion as error:
        raise HTTPException(HTTPStatus.NOT_FOUND) from error
    settings: ApiSettings = visit.request.app.state.settings
    prune(visit.updates, settings, datetime.now(UTC))
    return visit.onward(f"/staff{neighbourhood_address(_ref(visit))}/questions")


def _one(
    visit: Visit,
    held: Question,
    typed: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> Response:
    told = {"how": visit.text("how"), "to": visit.text("to"), "reason": visit.text("reason"), **(typed or {})}
    context = {
        "name": name_of(visit, visit.where),
        "question": QuestionView(held, datetime.now(UTC), visit.stage.language),
        "open": held.state is QuestionState.OPEN,
        "typed": told,
        "faults": faults or {},
        "met": status == HTTPStatus.CONFLICT,
        "doubts": _doubts(visit, typed or {}) if told["how"] == "publish" else [],
        "here": f"/staff{neighbourhood_address(_ref(visit))}/questions",
        "handed": hand_over_words(visit.stage.language),
        "reasons": close_words(visit.stage.language),
    }
    return visit.page("staff/question.html", context, status)


def _doubts(visit: Visit, typed: Mapping[str, str]) -> list[tuple[Words, str]]:
    """What in the words of an answer should be looked at before everybody reads it, and why."""
    with visit.updates.reading() as connection:
        return [(ABOUT[one.kind], one.passage) for one in doubts_in(connection, visit.where, typed.values())]


def _inbox(visit: Visit, names: dict[str, str]) -> dict[str, Any]:
    """What the templates of both inboxes ask for; what is late by now is escalated before it is read."""
    now, settings = datetime.now(UTC), visit.request.app.state.settings
    prune(visit.updates, settings, now)
    with visit.updates.reading() as connection:
        still, over = waiting(connection, visit.where), ended(connection, visit.where)
        taken = takes_questions(connection, visit.where.force_id or "")
    views = [QuestionView(one, now, visit.stage.language, names) for one in still]
    late = [one for one in views if one.question.escalated_at is not None]
    return {
        "escalated": late,
        "waiting": [one for one in views if one.question.escalated_at is None],
        "ended": [QuestionView(one, now, visit.stage.language, names) for one in over],
        "taken": taken,
        "days": settings.question_days,
    }


def _held(visit: Visit) -> Question:
    number, found = visit.request.path_params["number"], None
    if number < 10**9:
        with visit.updates.reading() as connection:
            found = question(connection, visit.where, number)
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return found


def _seen(visit: Visit) -> int:
    seen = visit.text("version")
    return int(seen) if seen.isdecimal() and len(seen) < 10 else 0


def _ref(visit: Visit) -> NeighbourhoodRef:
    return NeighbourhoodRef(visit.where.force_id or "", visit.where.neighbourhood_id or "")
