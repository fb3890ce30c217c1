"""The examples of docs/api.md are asked as they stand; names of the demo county are told to be those of Testshire."""

import re
import shlex
from pathlib import Path

import pytest

TOLD = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^curl .*$", TOLD, re.MULTILINE)
TESTSHIRE = {
    "doggerland": "testshire", "DG01": "T1", "54.6796": "54.005", "2.2719": "1.01",
    "54.67,2.26:54.69,2.26:54.68,2.29": "54,1:54.02,1:54.01,1.04",
}  # fmt: skip
SITE = "http://127.0.0.1:8000"


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_answered_in_the_form_that_it_asks_for(client, example):
    for there, here in TESTSHIRE.items():
        example = example.replace(there, here)
    _, *words = shlex.split(example)
    address = next(word for word in words if word.startswith(SITE)).removeprefix(SITE)
    options = dict(zip(words[::2], words[1::2], strict=False))
    headers = dict([options["-H"].split(": ", 1)]) if "-H" in options else {}
    if "-d" in options:
        form = {"content-type": "application/x-www-form-urlencoded"}
        answer = client.post(address, content=options["-d"], headers={**headers, **form})
    else:
        answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.text
    assert len(answer.content) > 40
    ending = re.search(r"\.(csv|geojson)\?", address)
    asked = {"csv": "text/csv", "geojson": "application/geo+json"}[ending[1]] if ending else headers.get("Accept")
    plain = "application/geo+json" if "boundaries" in address else "application/json"
    assert answer.headers["content-type"].startswith(asked or plain)


def test_every_resource_is_told_and_no_other(client):
    paths = client.get("/v1/openapi.json").json()["paths"]
    told = set(re.findall(r"`(/v1/[a-z-]+(?:/\{\w+\})*)[`?]", TOLD))
    stems = {re.sub(r"/\{.*", "", path) for path in paths}
    assert stems - {re.sub(r"/\{.*", "", path) for path in told} == set()
    assert {re.sub(r"/\{.*", "", path) for path in told} - stems <= {"/v1/docs"}
