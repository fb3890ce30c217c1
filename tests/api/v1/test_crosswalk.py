"""The id crosswalk: taken as somebody's word, published as it is."""

import json

import pytest
from fastapi.testclient import TestClient

from api.app import create_api
from api.settings import ApiSettings
from geo.errors import UnreadableSource
from ingest.crosswalk import load_crosswalk
from ingest.workspace import staged_manifest, workspace

HEADER = "original_id,id,persistent_id"
P = "ab" * 32


@pytest.fixture
def take(loaded, tmp_path):
    def taken(*rows: str) -> int:
        (tmp_path / "ids.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        with workspace(loaded) as work:
            return load_crosswalk(work, tmp_path / "ids.csv")

    return taken


def test_it_is_published_sorted_and_whole(take, loaded):
    assert take(HEADER, f"116208998,,{P}", "99,728236036,") == 2
    release = staged_manifest(loaded).changed(release_id="r1", publications=(), generations=(), postcodes=None)
    loaded.releases.mkdir(exist_ok=True)
    loaded.release("r1").write_text(release.to_json(), encoding="utf-8")
    loaded.live.write_text(json.dumps({"release": "r1"}))
    with TestClient(create_api(ApiSettings(data_dir=loaded.root))) as client:
        answer = client.get("/v1/id-crosswalk.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text == f"{HEADER}\r\n99,728236036,\r\n116208998,,{P}\r\n"


def test_where_there_is_none_it_says_so(refused):
    assert refused("id-crosswalk") == (404, "about:blank", "This instance holds no id crosswalk.")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["id,original_id", "1,2"], "first line is not"),
        ([], "first line is not"),
        ([HEADER, "1,2,", "x,2,"], "line 3"),
        ([HEADER, "1,,"], "line 2"),
        ([HEADER, "1,2147483648,"], "line 2"),
        ([HEADER, f"1,,{P.upper()}"], "line 2"),
        ([HEADER, "1,2,", "1,3,"], "the original id 1 stands there twice"),
        ([HEADER, '1,"2'], "is not CSV"),
    ],
)
def test_a_wrong_line_refuses_the_whole_with_its_number(take, loaded, rows, said):
    with pytest.raises(UnreadableSource, match=said):
        take(*rows)
    assert staged_manifest(loaded).id_crosswalk is None
