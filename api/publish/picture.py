"""Pictures: taken in as pixels alone, so that nothing that a telephone, or somebody worse, put beside them stays."""

import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageOps
from sqlalchemy import Connection, delete, insert, select, update

from api.publish.staff_table import DRAFT
from api.publish.table import NEWS, PERSON, PICTURE
from geo.errors import YourAreaError
from geo.words import Words

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 10_000_000
MOST_PIXELS = 50_000_000  # a telephone's largest photograph; beyond it a small file may fill the memory
MOST_SIDE = 1_600  # pixels of what is kept
UNUSED_DAYS = 7  # a form may lie open over a weekend
_QUALITY = 82
# What makes a file something else besides a picture. None of these bytes stand in a photograph by chance.
_OTHER_THINGS = (b"<script", b"<html", b"<!doctype", b"<?php", b"%pdf-")


class BadPicture(YourAreaError, ValueError):
    """A file that is not taken in; the text says why, to who chose it."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept and shown.

    Attributes:
        id: SHA-256 of its content.
        content: a JPEG.
        width, height: in pixels.
    """

    id: str
    content: bytes
    width: int
    height: int


def picture_of(content: bytes) -> Picture:
    """A picture made anew from the pixels of a file, upright, and without anything that the file said besides.

    Raises:
        BadPicture: no JPEG, PNG or WebP, damaged, too large, or something else besides.
    """
    image = _decoded(content)
    made = BytesIO()
    image.save(made, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return Picture(sha256(made.getvalue()).hexdigest(), made.getvalue(), image.width, image.height)


def keep(connection: Connection, picture: Picture, now: datetime | None = None) -> None:
    """Keep a picture, and let go of those that nothing uses.

    Args:
        connection: of a transaction.
        picture: which; one that is there already stays.
        now: the moment; by default that of the clock.
    """
    moment = now or datetime.now(UTC)
    prune(connection, moment)
    told = {"media_type": "image/jpeg", "width": picture.width, "height": picture.height, "taken_in_at": moment}
    if held(connection, picture.id):
        connection.execute(update(PICTURE).where(PICTURE.c.id == picture.id).values(taken_in_at=moment))
    else:
        connection.execute(insert(PICTURE).values(id=picture.id, content=picture.content, **told))


def held(connection: Connection, picture_id: str) -> bool:
    """Whether there is such a picture."""
    return connection.scalar(select(PICTURE.c.id).where(PICTURE.c.id == picture_id)) is not None


def prune(connection: Connection, now: datetime) -> int:
    """Delete pictures that nothing uses and that were taken in some days ago; says how many."""
    old = set(connection.scalars(select(PICTURE.c.id).where(PICTURE.c.taken_in_at < now - timedelta(days=UNUSED_DAYS))))
    gone = [one for one in sorted(old) if not _used(connection, one)] if old else []
    return connection.execute(delete(PICTURE).where(PICTURE.c.id.in_(gone))).rowcount if gone else 0


def drop_unused(connection: Connection, picture_id: str) -> None:
    """Delete a picture at once, unless something else uses it."""
    if not _used(connection, picture_id):
        connection.execute(delete(PICTURE).where(PICTURE.c.id == picture_id))


def _used(connection: Connection, picture_id: str) -> bool:
    for held in (PERSON, NEWS):
        if connection.scalar(select(held.c.id).where(held.c.picture_id == picture_id).limit(1)) is not None:
            return True
    hidden = select(PERSON.c.written).where(PERSON.c.picture_id.is_(None), PERSON.c.written.is_not(None))
    for asked in (hidden, select(DRAFT.c.fields)):  # an officer who shows less of themselves; what waits
        if any(said.get("picture_id") == picture_id for said in connection.scalars(asked)):
            return True
    return False


def _decoded(content: bytes) -> Image.Image:
    """Its pixels, upright and no larger than they are shown."""
    if len(content) > MOST_BYTES:
        raise BadPicture(Words("The picture is larger than 10 MB. Choose a smaller one."))
    if zipfile.is_zipfile(BytesIO(content)) or any(one in content.lower() for one in _OTHER_THINGS):
        raise BadPicture(Words("The file is more than a picture. Take a new photograph, or save the picture anew."))
    unread = BadPicture(Words("The file is no picture that can be read. Choose a JPEG, PNG or WebP."))
    try:
        opened = Image.open(BytesIO(content), formats=FORMATS)
        if opened.width * opened.height > MOST_PIXELS:
            raise BadPicture(Words("The picture has too many pixels. Choose a smaller one."))
        opened.verify()
        opened = Image.open(BytesIO(content), formats=FORMATS)
        opened.draft("RGB", (MOST_SIDE, MOST_SIDE))  # a JPEG need not be decoded larger than it is shown
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((MOST_SIDE, MOST_SIDE))
        clear = upright.convert("RGBA")
    except BadPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadPicture(Words("The picture has too many pixels. Choose a smaller one.")) from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError) as error:
        raise unread from error  # Pillow says so in any of these ways
    bare = Image.new("RGB", clear.size, "white")  # a new one: an opened one carries comments along
    bare.paste(clear, mask=clear)
    return bare
