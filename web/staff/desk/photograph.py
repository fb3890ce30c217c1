"""A picture that was chosen in a form: taken in at once, so that it is kept with the draft, and shown to staff."""

from typing import Any

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.publish.picture import MOST_BYTES, BadPicture, held, keep, picture_of
from api.publish.policy import Deed, Where
from api.publish.table import PICTURE
from web.staff.desk.place import BOTH, require_place, root
from web.staff.route import StaffRoutes
from web.staff.visit import Visit

_BARE = {
    "Content-Disposition": "inline",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}


def add_photograph(routes: StaffRoutes) -> None:
    """Add the pictures of what is not public yet: `/picture/{id}` has those alone that residents see."""
    for place in BOTH:
        routes.page(place + "/picture/{picture_id}", Deed.READ, photograph)


def photograph(visit: Visit) -> Response:
    """A picture, whoever sees it in the end; its name is the digest of its content, which nobody guesses."""
    require_place(visit)
    with visit.updates.reading() as connection:
        named = PICTURE.c.id == visit.request.path_params["picture_id"]
        row = connection.execute(select(PICTURE.c.media_type, PICTURE.c.content).where(named)).one_or_none()
    if row is None:
        raise HTTPException(404)
    return Response(row.content, headers=_BARE, media_type=row.media_type)


def pictures_at(where: Where) -> str:
    """What the addresses of a place's pictures begin with, for staff."""
    return f"{root(where)}/picture/"


def take_in(visit: Visit, document: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """Put the id of a picture that was sent into what is written, or take it out where that was ticked.

    Args:
        visit: with the form.
        document: what was typed; changed here.
        prefix: of the form's names.

    Returns:
        What is wrong, by field.
    """
    if visit.text(f"{prefix}picture_gone") == "yes":
        document |= {"picture_id": None, "picture_alt": None, "picture_alt_cy": None}
    file = visit.file(f"{prefix}picture")
    if file is None:
        with visit.updates.reading() as connection:
            if document.get("picture_id") and not held(connection, document["picture_id"]):
                document["picture_id"] = None
        return {}
    try:
        picture = picture_of(file.file.read(MOST_BYTES + 1))
    except BadPicture as error:
        return {"picture_id": visit.stage.language.explain(error)}
    with visit.updates.writing() as connection:
        keep(connection, picture)
    document["picture_id"] = picture.id
    return {}
