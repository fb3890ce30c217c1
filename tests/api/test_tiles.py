import gzip

import pytest

FOR_EVER = "public, max-age=31536000, immutable"
STEM = "month-2025-12"


@pytest.fixture
def stem(client):
    address = client.get(f"/tiles/{STEM}.json").json["tiles"][0]
    return address.split("/")[4]


def tile(stem, place="4/7/5"):
    return f"/tiles/{stem}/{place}.mvt"


def test_a_tile_is_sent_as_the_archive_holds_it_for_ever(client, stem):
    answer = client.get(tile(stem), accept_encoding="gzip, deflate, br, zstd")
    assert answer.status == 200
    assert gzip.decompress(answer.body) == b"tile of scale 1"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert answer.headers["cache-control"] == FOR_EVER
    assert answer.headers["vary"] == "accept-encoding"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-length"] == str(len(answer.body))


@pytest.mark.parametrize("accepted", [None, "identity", "br", "gzip;q=0", "br, gzip; q=0.0, identity"])
def test_who_does_not_take_gzip_gets_the_plain_tile_under_another_validator(client, stem, accepted):
    answer = client.get(tile(stem), **({"accept_encoding": accepted} if accepted else {}))
    packed = client.get(tile(stem), accept_encoding="gzip;q=0.5")
    assert (answer.status, answer.body) == (200, b"tile of scale 1")
    assert "content-encoding" not in answer.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert answer.headers["etag"] != packed.headers["etag"]


@pytest.mark.parametrize("accepted", ["gzip", "identity"])
def test_a_tile_that_the_reader_has_is_not_sent_again(client, stem, accepted):
    first = client.get(tile(stem), accept_encoding=accepted)
    again = client.get(tile(stem), accept_encoding=accepted, if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == FOR_EVER
    assert client.get(tile(stem), accept_encoding=accepted, if_none_match='"other"').status == 200


def test_head_has_the_headers_and_no_body(client, stem):
    whole, head = client.get(tile(stem)), client.get(tile(stem), "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert {k: v for k, v in head.headers.items() if k != "date"} == {
        k: v for k, v in whole.headers.items() if k != "date"
    }


def test_an_empty_tile_within_the_zooms_is_no_content(client, stem):
    answer = client.get(tile(stem, "5/0/0"))
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["cache-control"] == FOR_EVER


@pytest.mark.parametrize(
    "place", ["3/0/0", "6/0/0", "5/32/0", "5/0/32", "5/0", "5/0/0/0", "5/-1/0", "5/a/0", "5/+1/0", "5//0", "99/0/0"]
)
def test_what_is_no_tile_of_the_archive_is_not_found(client, stem, place):
    answer = client.get(tile(stem, place))
    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/tiles/x-0/4/7/5.mvt", "/tiles/x-0.pmtiles", "/tiles/x.json", "/tiles/a/b.pmtiles", "/tiles/"]
)
def test_an_unknown_archive_is_not_found_and_not_remembered(client, path):
    answer = client.get(path)
    assert (answer.status, answer.headers["cache-control"]) == (404, "no-store")


def test_another_origin_may_ask_first(client, stem):
    answer = client.get(tile(stem), "OPTIONS", origin="https://x.example", access_control_request_method="GET")
    assert answer.status == 200
    assert "range" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_tiles_are_only_read(client, stem, method):
    answer = client.get(tile(stem), method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.fixture
def whole(client, stem):
    return client.get(f"/tiles/{stem}.pmtiles")


def test_a_whole_archive_is_sent_for_ever_and_never_transformed(county, client, stem, whole):
    ref = county.manifest("r1", 1).tiles[STEM]
    assert whole.status == 200
    assert whole.body == county.folder.file(ref.path).read_bytes()
    assert len(whole.body) == ref.size > 1_000_000
    assert whole.headers["cache-control"] == f"{FOR_EVER}, no-transform"
    assert whole.headers["content-type"] == "application/vnd.pmtiles"
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["access-control-allow-origin"] == "*"
    assert "etag" in whole.headers["access-control-expose-headers"]


END = 1_000_000_000_000
RANGES = [
    ("the header", "bytes=0-126", 206, (0, 127)),
    ("one byte", "bytes=5-5", 206, (5, 6)),
    ("over several chunks", "bytes=1000-900000", 206, (1000, 900_001)),
    ("open at the end", "bytes=1000-", 206, (1000, None)),
    ("the last bytes", "bytes=-16", 206, (-16, None)),
    ("more last bytes than there are", f"bytes=-{END}", 206, (0, None)),
    ("past the end", f"bytes=1000-{END}", 206, (1000, None)),
    ("any case", "BYTES=0-1", 206, (0, 2)),
    ("beyond the end", f"bytes={END}-", 416, None),
    ("no last bytes", "bytes=-0", 416, None),
    ("other units", "items=0-1", 200, (0, None)),
    ("several", "bytes=0-1,5-6", 200, (0, None)),
    ("backwards", "bytes=5-4", 200, (0, None)),
    ("no numbers", "bytes=-", 200, (0, None)),
    ("not a range", "bytes=a-b", 200, (0, None)),
    ("a number too long", "bytes=0-" + "9" * 5000, 200, (0, None)),
]


@pytest.mark.parametrize(("asked", "status", "part"), [row[1:] for row in RANGES], ids=[row[0] for row in RANGES])
def test_a_range_of_an_archive(client, stem, whole, asked, status, part):
    answer = client.get(f"/tiles/{stem}.pmtiles", range=asked)
    size = len(whole.body)
    assert answer.status == status
    if part is None:
        assert answer.headers["content-range"] == f"bytes */{size}"
        assert answer.body == b""
        return
    expected = whole.body[slice(*part)]
    assert answer.body == expected
    if status == 206:
        start = whole.body.index(expected) if part[0] < 0 else part[0]
        assert answer.headers["content-range"] == f"bytes {start}-{start + len(expected) - 1}/{size}"
    else:
        assert "content-range" not in answer.headers


def test_if_range_gives_the_range_only_of_the_same_content(client, stem, whole):
    path = f"/tiles/{stem}.pmtiles"
    assert client.get(path, range="bytes=0-9", if_range=whole.headers["etag"]).status == 206
    assert client.get(path, range="bytes=0-9", if_range='"other"').status == 200
    assert client.get(path, range="bytes=0-9", if_range="Wed, 21 Oct 2015 07:28:00 GMT").status == 200


def test_an_archive_that_the_reader_has_is_not_sent_again_whatever_the_range(client, stem, whole):
    answer = client.get(f"/tiles/{stem}.pmtiles", range="bytes=0-9", if_none_match=whole.headers["etag"])
    assert (answer.status, answer.body) == (304, b"")


def test_head_of_an_archive_has_its_length_and_no_range(client, stem, whole):
    answer = client.get(f"/tiles/{stem}.pmtiles", "HEAD", range="bytes=0-9")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-length"] == str(len(whole.body))


def test_tilejson_says_where_the_tiles_of_the_live_release_are(client, stem):
    answer = client.get(f"/tiles/{STEM}.json")
    assert answer.json == {
        "tilejson": "3.0.0",
        "name": STEM,
        "tiles": [f"http://127.0.0.1:{client.port}/tiles/{stem}/{{z}}/{{x}}/{{y}}.mvt"],
        "minzoom": 4,
        "maxzoom": 5,
        "bounds": [-1.2, 52.5, -0.8, 52.7],
        "center": [-1.0, 52.6, 5],
        "attribution": "OGL",
        "vector_layers": [{"id": "points", "minzoom": 4, "maxzoom": 5, "fields": {"c0": "Number"}}],
    }
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert answer.headers["access-control-allow-origin"] == "*"


def test_tilejson_that_the_reader_has_is_not_sent_again(client):
    etag = client.get(f"/tiles/{STEM}.json").headers["etag"]
    assert client.get(f"/tiles/{STEM}.json", if_none_match=etag).status == 304
    assert client.get(f"/tiles/{STEM}.json", "HEAD").headers["etag"] == etag


def test_a_tile_asked_for_again_is_the_same_whoever_asks(client, stem):
    first = client.get(tile(stem, "5/15/10"), accept_encoding="gzip")
    again = client.get(tile(stem, "5/15/10"), accept_encoding="gzip")
    assert (again.status, again.body, again.headers["etag"]) == (200, first.body, first.headers["etag"])
    assert client.get(tile(stem, "5/15/10")).body == gzip.decompress(first.body)
    assert client.get(tile(stem, "5/15/10"), "HEAD", accept_encoding="gzip").body == b""
    assert client.get(tile(stem, "5/15/10"), accept_encoding="gzip", if_none_match=first.headers["etag"]).status == 304
    assert client.get(tile(stem, "5/15/10"), "POST", accept_encoding="gzip").status == 405


def test_tilejson_believes_what_a_trusted_proxy_says_of_the_scheme(client):
    answer = client.get(f"/tiles/{STEM}.json", x_forwarded_proto="https", host="x.example")
    assert answer.json["tiles"][0].startswith("https://")
