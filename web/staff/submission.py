"""A month of crime files, sent in by a force and looked over before it can ever be loaded."""

from starlette.datastructures import UploadFile
from starlette.responses import Response

from api.publish.policy import Deed
from api.publish.submission import State, Submission, pack, submissions, submit
from geo.errors import BadMonth, BadParameter
from web.staff.home import forces_of
from web.staff.route import StaffRoutes
from web.staff.visit import Visit

PATH = "/force/{force_id}/manage/submissions"


def add_submissions(routes: StaffRoutes) -> None:
    """Add `/force/{force}/manage/submissions`."""
    routes.page(PATH, Deed.MANAGE, show, send)


def show(visit: Visit) -> Response:
    """What was sent in and how far it is, and the form to send more."""
    return _page(visit)


def send(visit: Visit) -> Response:
    """Keep what was sent until the operator looks at it."""
    language, force_id = visit.stage.language, visit.where.force_id or ""
    chosen = [one for one in visit.form.getlist("files") if isinstance(one, UploadFile) and one.filename]
    names = [str(one.filename) for one in chosen]
    files = {name: _read(one) for name, one in zip(names, chosen, strict=True)}
    if len(files) < len(names):
        return _page(visit, language.words.gettext("Send the files of one month at a time, each once."))
    data = visit.request.app.state.settings.data_dir
    try:
        packed = pack(force_id, files)
        with visit.updates.writing() as connection:
            found, new = submit(connection, data, visit.actor, packed)
    except BadParameter as error:
        words = language.words.gettext(error.text)
        return _page(visit, words % error.values if error.values else words)
    except BadMonth:
        return _page(visit, language.words.gettext("Send the files of one month at a time, each once."))
    return visit.onward(f"{PATH.format(force_id=force_id)}?{'sent' if new else 'again'}={found.month}")


def _read(sent: UploadFile) -> bytes:
    with sent.file as file:
        return file.read()


def _page(visit: Visit, fault: str | None = None) -> Response:
    force_id = visit.where.force_id or ""
    with visit.updates.reading() as connection:
        found = submissions(connection, force_id)
    asked = visit.request.query_params
    context = {
        "force": forces_of(visit).get(force_id),
        "submissions": [(one, _state(visit, one)) for one in found],
        "fault": fault,
        "sent": asked.get("sent") if fault is None else None,
        "again": asked.get("again") if fault is None else None,
    }
    return visit.page("staff/submission.html", context, 200 if fault is None else 422)


def _state(visit: Visit, one: Submission) -> str:
    _ = visit.stage.language.words.gettext
    return {
        State.WAITING: _("Waits to be looked over"),
        State.CHECKED: _("Looked over: can be loaded"),
        State.REFUSED: _("Cannot be loaded"),
        State.LOADED: _("Loaded: goes live with the next release"),
    }[State(one.state)]
