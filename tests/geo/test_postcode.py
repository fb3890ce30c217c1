import string
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import BadPostcode
from geo.postcode import Postcode

DIGIT = st.sampled_from(string.digits)
AREA = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=2)
POSTCODES = st.builds(
    lambda area, district, tail, sector, unit: f"{area}{district}{tail} {sector}{unit}",
    AREA,
    DIGIT,
    st.sampled_from([*string.digits, *"ABCDEFGHJKMNPRSTUVWXY", ""]),
    DIGIT,
    st.text("ABDEFGHJLNPQRSTUWXYZ", min_size=2, max_size=2),
)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("LE1 5YA", id="as it is written"),
        pytest.param("le1 5ya", id="in lower case"),
        pytest.param("LE15YA", id="without a blank"),
        pytest.param("  LE1  5YA\n", id="with blanks around and between"),
        pytest.param("L E 1 5 Y A", id="with blanks anywhere"),
        pytest.param("LE1-5YA", id="as our addresses write it"),
        pytest.param("LE1\u00a05YA", id="with a no-break space, as pasted"),
        pytest.param("\u200bLE1 5YA", id="with a zero-width space, as pasted"),
    ],
)
def test_a_postcode_is_understood(typed: str) -> None:
    assert Postcode.parse(typed) == Postcode("LE1 5YA")


@pytest.mark.parametrize(
    ("spaced", "packed", "outward", "inward", "slug"),
    [
        ("E1 6AN", "E1  6AN", "E1", "6AN", "E1-6AN"),
        ("E20 2ST", "E20 2ST", "E20", "2ST", "E20-2ST"),
        ("W1A 1AA", "W1A 1AA", "W1A", "1AA", "W1A-1AA"),
        ("LE1 5YA", "LE1 5YA", "LE1", "5YA", "LE1-5YA"),
        ("CF10 1EP", "CF101EP", "CF10", "1EP", "CF10-1EP"),
        ("EC2V 7HH", "EC2V7HH", "EC2V", "7HH", "EC2V-7HH"),
        ("BT1 5GS", "BT1 5GS", "BT1", "5GS", "BT1-5GS"),
        ("ZZ1 1AA", "ZZ1 1AA", "ZZ1", "1AA", "ZZ1-1AA"),
    ],
    ids=["A9", "A99", "A9A", "AA9", "AA99", "AA9A", "Northern Ireland", "the invented county"],
)
def test_every_shape_is_shown_and_packed(spaced: str, packed: str, outward: str, inward: str, slug: str) -> None:
    postcode = Postcode.parse(spaced)
    assert (postcode.packed, postcode.outward, postcode.inward) == (packed, outward, inward)
    assert (postcode.spaced, str(postcode), postcode.slug) == (spaced, spaced, slug)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "No postcode was given. A postcode looks like LE1 5YA or EC2V 7HH."),
        ("  ", "No postcode was given. A postcode looks like LE1 5YA or EC2V 7HH."),
        ("LE1", "'LE1' is only the first half of a postcode. A postcode looks like LE1 5YA or EC2V 7HH."),
        (" ec2v ", "'ec2v' is only the first half of a postcode. A postcode looks like LE1 5YA or EC2V 7HH."),
        (
            "LE1 5Y",
            "'LE1 5Y' is not a whole postcode: the second half has a digit and two letters. "
            "A postcode looks like LE1 5YA or EC2V 7HH.",
        ),
        ("LEI 5YA", "'LEI 5YA' is not a postcode. Did you mean LE1 5YA (the digit 1, not the letter I)?"),
        ("CFIO 1EP", "'CFIO 1EP' is not a postcode. Did you mean CF10 1EP? Letters and digits "
         "that look alike were exchanged."),
        ("0X1 1AA", "'0X1 1AA' is not a postcode. Did you mean OX1 1AA (the letter O, not the digit 0)?"),
        ("ec2v 7hm", "'ec2v 7hm' is not a postcode. A postcode looks like LE1 5YA or EC2V 7HH."),
        ("Leicester", "'Leicester' is not a postcode. A postcode looks like LE1 5YA or EC2V 7HH."),
        ("x" * 500, f"'{'x' * 19}…' is not a postcode. A postcode looks like LE1 5YA or EC2V 7HH."),
        ("LE1 5YA; DROP", "'LE1 5YA; DROP' is not a postcode. A postcode looks like LE1 5YA or EC2V 7HH."),
        ("LE１ 5YA", "'LE１ 5YA' is not a postcode. A postcode looks like LE1 5YA or EC2V 7HH."),
    ],
)  # fmt: skip
def test_what_is_not_a_postcode_is_explained(typed: str, said: str) -> None:
    with pytest.raises(BadPostcode) as error:
        Postcode.parse(typed)
    assert str(error.value) == said


@pytest.mark.parametrize("packed", ["LE15YA", "LE1  5YA", " LE15YA", "le1 5ya", "E1 6AN ", "EC2V 7HH", ""])
def test_only_seven_characters_in_their_places_are_packed(packed: str) -> None:
    with pytest.raises(BadPostcode):
        Postcode(packed)


def test_districts_come_in_the_order_of_the_stored_table() -> None:
    typed = ["LE10 1AA", "E1W 1AA", "LE1 5YA", "E10 5NP", "E1 6AN"]
    assert [str(postcode) for postcode in sorted(map(Postcode.parse, typed))] == [
        "E1 6AN", "E10 5NP", "E1W 1AA", "LE1 5YA", "LE10 1AA",
    ]  # fmt: skip


@given(POSTCODES)
def test_a_postcode_comes_back_from_each_way_of_writing_it(spaced: str) -> None:
    postcode = Postcode.parse(spaced)
    assert postcode.spaced == spaced
    assert len(postcode.packed) == 7
    for written in (postcode.packed, postcode.slug, postcode.slug.lower(), spaced.replace(" ", "")):
        assert Postcode.parse(written) == postcode


@given(st.lists(POSTCODES.map(Postcode.parse)))
def test_the_order_is_that_of_the_packed_bytes(postcodes: list[Postcode]) -> None:
    assert [one.packed.encode() for one in sorted(postcodes)] == sorted(one.packed.encode() for one in postcodes)


@given(st.text(max_size=30))
def test_any_text_is_a_postcode_or_a_bad_postcode(text: str) -> None:
    with suppress(BadPostcode):
        assert len(Postcode.parse(text).packed) == 7
