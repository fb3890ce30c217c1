"""The file of providers: what may stand in it, and what it can never give."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from api.publish.policy import Access, Role, Where
from web.staff.provider import BadProviders, Provider, RoleRule, read_providers

EXAMPLE = re.search(
    r"```json\n(.*?)```", (Path(__file__).parents[3] / "docs/spec/providers.md").read_text(encoding="utf-8"), re.DOTALL
)
SECRET = {"TESTSHIRE_CLIENT_SECRET": "between us"}
WHOLE = {
    "id": "testshire", "force": "testshire", "name": "Testshire Police", "issuer": "https://login.example/",
    "client_id": "your-area", "client_secret": "hush-hush",
    "roles": [{"claim": "groups", "value": "Web", "role": "force-editor"}],
}  # fmt: skip
Write = Callable[..., Path]


def test_the_documented_example_can_be_read(tmp_path: Path) -> None:
    assert EXAMPLE is not None
    (tmp_path / "p.json").write_text(EXAMPLE[1], encoding="utf-8")
    found = read_providers(tmp_path / "p.json", SECRET)
    claims = {"groups": ["quay-team", "canteen"], "realm_access": {"roles": ["checker"]}, "sub": "7"}
    assert found.by_id["testshire"].accesses(claims) == (
        Access(Role.NEIGHBOURHOOD_EDITOR, Where("testshire", "T1")),
        Access(Role.NEIGHBOURHOOD_EDITOR, Where("testshire", "T2")),
        Access(Role.REVIEWER, Where("testshire")),
    )
    assert (found.secrets, found.of_force("testshire"), found.of_force("kent")) == (
        {"testshire": "between us"}, ("testshire",), (),
    )  # fmt: skip


def test_every_field_is_documented() -> None:
    text = (Path(__file__).parents[3] / "docs/spec/providers.md").read_text(encoding="utf-8")
    assert [name for form in (Provider, RoleRule) for name in form.model_fields if f"`{name}`" not in text] == []


def test_without_a_file_there_is_none() -> None:
    assert read_providers(None).by_id == {}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"roles": [{"claim": "g", "value": "x", "role": "national-administrator"}]}, "cannot give"),
        ({"roles": [{"claim": "g", "value": "x", "role": "service"}]}, "cannot give"),
        ({"roles": [{"claim": "g", "value": "x", "role": "force-editor", "force": "kent"}]}, "roles.0.force"),
        ({"roles": [{"claim": "g", "value": "x", "role": "force-editor", "neighbourhoods": ["T1"]}]}, "whole force"),
        ({"roles": [{"claim": "g", "value": "x", "role": "neighbourhood-editor"}]}, "needs `neighbourhoods`"),
        ({"roles": []}, "roles"),
        ({"issuer": "http://login.example/"}, "https://"),
        ({"issuer": "https://login.example/?tenant=a"}, "https://"),
        ({"issuer": "http://127.0.0.1.evil.example/"}, "https://"),
        ({"scopes": ["profile"]}, "openid"),
        ({"client_secret_env": "X"}, "not both"),
        ({"id": "Testshire/../x"}, "id"),
        ({"force": None}, "force"),
        ({"clientsecret": "hush-hush"}, "clientsecret"),
    ],
)
def test_what_may_not_stand_there_is_refused_in_words_that_hold_no_secret(
    providers_file: Write, change: dict[str, Any], why: str
) -> None:
    with pytest.raises(BadProviders, match=re.escape(why)) as told:
        read_providers(providers_file({**WHOLE, **change}), {})
    assert "hush-hush" not in str(told.value)


def test_two_of_one_id_are_refused(providers_file: Write) -> None:
    with pytest.raises(BadProviders, match="same id"):
        read_providers(providers_file(WHOLE, WHOLE), {})


def test_a_secret_that_the_environment_lacks_is_missed_at_once(providers_file: Write) -> None:
    wanting = {name: value for name, value in WHOLE.items() if name != "client_secret"} | {"client_secret_env": "LOST"}
    with pytest.raises(BadProviders, match="no LOST"):
        read_providers(providers_file(wanting), {})


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"providers": {}}'])
def test_what_is_no_such_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.json").write_bytes(content)
    with pytest.raises(BadProviders, match=r"docs/spec/providers\.md"):
        read_providers(tmp_path / "p.json", {})
    with pytest.raises(BadProviders, match="cannot be read"):
        read_providers(tmp_path / "none.json", {})


def test_a_claim_of_another_kind_gives_nothing() -> None:
    provider = Provider.model_validate(WHOLE)
    for said in ("Web manager", ["web"], {"Web": True}, 7, None, True):
        assert provider.accesses({"groups": said}) == ()
    assert len(provider.accesses({"groups": "Web"})) == 1


def test_somebody_is_called_by_what_the_provider_says_of_them() -> None:
    provider = Provider.model_validate(WHOLE)
    assert provider.name_of({"name": " Una\n Curlew ", "sub": "7"}) == "Una Curlew"
    assert provider.name_of({"name": 7, "preferred_username": "ucurlew", "sub": "7"}) == "ucurlew"
    assert provider.name_of({"sub": "7"}) == "7"


def test_secrets_do_not_show(providers_file: Write) -> None:
    found = read_providers(providers_file(WHOLE), {})
    assert "hush-hush" not in repr(found)
    assert json.loads(found.by_id["testshire"].model_dump_json())["client_secret"] != "hush-hush"
