"""A picture that was chosen in a form: taken in at once, so that it is kept with the draft."""

from typing import Any

from api.publish.picture import MOST_BYTES, BadPicture, held, keep, picture_of
from web.staff.visit import Visit


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
