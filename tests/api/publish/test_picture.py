"""Pictures that staff choose: what is kept of them, what is refused, and when they go."""

import io
import struct
import zipfile
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from api.publish import picture
from api.publish.database import Updates
from api.publish.item import draft
from api.publish.item.kind import Kind
from api.publish.item.put import put, remove
from api.publish.item.written import WrittenMember, WrittenNews
from api.publish.picture import MOST_SIDE, UNUSED_DAYS, BadPicture, picture_of
from api.publish.policy import COMMAND, Where
from api.publish.table import PICTURE

A1 = Where("kent", "A1")
NOW = datetime(2026, 11, 2, 19, 0, tzinfo=UTC)
SECRET = b"51.2787 N, 0.5217 E: at home"


@pytest.fixture
def kept(updates: Updates) -> Updates:
    updates.migrate()
    return updates


def file_of(image: Image.Image, form: str = "JPEG", **how: Any) -> bytes:
    written = io.BytesIO()
    image.save(written, form, **how)
    return written.getvalue()


def photograph(width: int = 60, height: int = 40, colour: str = "red") -> Image.Image:
    return Image.new("RGB", (width, height), colour)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_becomes_a_jpeg_of_its_pixels_alone(form: str) -> None:
    found = picture_of(file_of(photograph(), form))
    again = Image.open(io.BytesIO(found.content))
    assert (again.format, again.size, found.width, found.height) == ("JPEG", (60, 40), 60, 40)
    assert again.getpixel((30, 20))[0] > 240  # type: ignore[index]


def test_nothing_that_a_telephone_adds_stays_in_it() -> None:
    exif = Image.Exif()
    exif[0x0110], exif[0x010E] = "A telephone", SECRET.decode()
    content = file_of(photograph(), exif=exif, comment=SECRET, icc_profile=SECRET, xmp=SECRET)
    assert content.count(SECRET) >= 3
    made = picture_of(content).content
    again = Image.open(io.BytesIO(made))
    assert (SECRET in made, b"telephone" in made, dict(again.getexif())) == (False, False, {})
    assert not {"exif", "comment", "icc_profile", "xmp"} & set(again.info)


def test_it_stands_upright_as_the_telephone_was_held() -> None:
    lying = photograph(60, 40, "red")
    lying.paste((0, 0, 255), (0, 0, 30, 40))  # the left half
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise: left becomes top
    again = Image.open(io.BytesIO(picture_of(file_of(lying, exif=exif, quality=95)).content))
    assert again.size == (40, 60)
    assert again.getpixel((20, 8))[2] > 200  # type: ignore[index]
    assert again.getpixel((20, 52))[0] > 200  # type: ignore[index]


def test_a_large_one_is_made_small_and_a_clear_one_white() -> None:
    found = picture_of(file_of(photograph(4000, 1000)))
    assert (found.width, found.height) == (MOST_SIDE, MOST_SIDE // 4)
    clear = picture_of(file_of(Image.new("RGBA", (10, 10), (0, 0, 0, 0)), "PNG"))
    assert min(Image.open(io.BytesIO(clear.content)).getpixel((5, 5))) > 250  # type: ignore[arg-type, type-var]


def test_the_same_photograph_has_the_same_name() -> None:
    content = file_of(photograph())
    assert picture_of(content).id == picture_of(content).id != picture_of(file_of(photograph(colour="blue"))).id


def zip_after(content: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as inside:
        inside.writestr("run.js", "alert(1)")
    return content + archive.getvalue()


def huge_png() -> bytes:
    """A file of some hundred bytes that says it has 30,000 by 30,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no picture"),
        (b"Not a picture at all", "no picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><circle r="9"/></svg>', "no picture"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "more than a picture"),
        (file_of(photograph(), "GIF"), "no picture"),
        (file_of(photograph(), "BMP"), "no picture"),
        (file_of(photograph(), "TIFF"), "no picture"),
        (file_of(photograph())[:200], "no picture"),
        (b"GIF89a" + file_of(photograph()), "no picture"),
        (zip_after(file_of(photograph())), "more than a picture"),
        (file_of(photograph()) + b"<script>alert(1)</script>", "more than a picture"),
        (file_of(photograph()) + b"<?PHP system('id')", "more than a picture"),
        (file_of(photograph(), comment=b"<HTML><body onload=alert(1)>"), "more than a picture"),
        (b"%PDF-1.7\n" + file_of(photograph()), "more than a picture"),
        (huge_png(), "too many pixels"),
        (bytes(picture.MOST_BYTES + 1), "larger than 10 MB"),
    ],
    ids=["empty", "text", "svg", "svg-script", "gif", "bmp", "tiff", "cut", "gif-first", "zip", "script", "php", "html",
         "pdf", "bomb", "oversize"],
)  # fmt: skip
def test_what_is_no_photograph_or_more_than_one_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(BadPicture, match=why):
        picture_of(content)


def held(updates: Updates) -> set[str]:
    with updates.reading() as connection:
        return set(connection.scalars(select(PICTURE.c.id)))


def test_what_nothing_uses_goes_after_some_days_and_what_anything_uses_stays(kept: Updates) -> None:
    pictures = [picture_of(file_of(photograph(colour=colour))) for colour in ("red", "lime", "blue", "black", "white")]
    said = {"issued_at": NOW.replace(tzinfo=None), "title": "A", "text": "B", "picture_alt": "C"}
    hidden = {"surname": "Curlew", "shown_as": "hidden", "picture_alt": "C"}
    with kept.writing() as connection:
        for one in pictures[:4]:
            picture.keep(connection, one, NOW)
        put(connection, COMMAND, A1, "n1", WrittenNews(**said, picture_id=pictures[0].id))  # type: ignore[arg-type]
        draft.begin(connection, COMMAND, A1, Kind.NEWS, "n2", {"picture_id": pictures[1].id})
        put(connection, COMMAND, A1, "m1", WrittenMember(**hidden, picture_id=pictures[2].id))  # type: ignore[arg-type]
        picture.keep(connection, pictures[4], NOW + timedelta(days=UNUSED_DAYS, minutes=1))
    assert held(kept) == {one.id for index, one in enumerate(pictures) if index != 3}


def test_a_picture_goes_with_the_person_and_the_drafts_that_show_them(kept: Updates) -> None:
    face = picture_of(file_of(photograph()))
    said = {"surname": "Curlew", "picture_id": face.id, "picture_alt": "Sgt Curlew"}
    with kept.writing() as connection:
        picture.keep(connection, face, NOW)
        put(connection, COMMAND, A1, "m1", WrittenMember(**said))  # type: ignore[arg-type]
        draft.begin(connection, COMMAND, A1, Kind.MEMBER, "m1", said)
        remove(connection, COMMAND, A1, Kind.MEMBER, "m1")
        assert draft.drafts_of(connection, A1) == []
    assert held(kept) == set()


def test_a_picture_that_something_else_uses_stays_when_one_of_them_goes(kept: Updates) -> None:
    face = picture_of(file_of(photograph()))
    said = {"surname": "Curlew", "picture_id": face.id, "picture_alt": "Sgt Curlew"}
    with kept.writing() as connection:
        picture.keep(connection, face, NOW)
        for name in ("m1", "m2"):
            put(connection, COMMAND, A1, name, WrittenMember(**said))  # type: ignore[arg-type]
        remove(connection, COMMAND, A1, Kind.MEMBER, "m1")
    assert held(kept) == {face.id}
