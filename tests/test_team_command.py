"""`yourarea team`: what administrators do on pages, from the command line, and what only it can do."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.publish import account, session, token
from api.publish.account import BadAccount
from api.publish.database import open_updates
from api.publish.policy import Deed, Where
from api.publish.token import BadToken
from api.settings import ApiSettings
from geo.errors import UnknownForce, YourAreaError
from yourarea.command import cli

PASSWORD = "correct horse battery"
HOUR = timedelta(hours=1)


def run(data: Path, *words: object, typed: str = f"{PASSWORD}\n") -> Result:
    return CliRunner().invoke(cli, ["team", *map(str, words), "--data", str(data)], input=typed)


def done(data: Path, *words: object, typed: str = f"{PASSWORD}\n") -> str:
    result = run(data, *words, typed=typed)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder in which a sergeant of Kent has an account."""
    added = ("Sgt Una Curlew", "--login", "U.Curlew", "--access", "neighbourhood-editor@kent/A/1")
    assert done(tmp_path, "add", *added, "--password-stdin") == "Account 1: Sgt Una Curlew, login u.curlew.\n"
    return tmp_path


def entered(data: Path, password: str = PASSWORD) -> bool:
    """Whether the sergeant's password is right."""
    updates = open_updates(ApiSettings(data_dir=data))
    with updates.reading() as connection:
        found = account.verified(connection, "u.curlew", password)
    updates.close()
    return found is not None


def begun(data: Path) -> str:
    updates = open_updates(ApiSettings(data_dir=data))
    with updates.writing() as connection:
        made = session.begin(connection, 1, "Firefox, Android", datetime.now(UTC))
    updates.close()
    return made


def holds(data: Path, made: str) -> bool:
    updates = open_updates(ApiSettings(data_dir=data))
    found = session.find(updates, made, datetime.now(UTC), HOUR, HOUR)
    updates.close()
    return found is not None


def deeds(data: Path, *words: str) -> list[str]:
    return [json.loads(line)["deed"] for line in done(data, "audit", *words).splitlines()]


def test_an_account_is_made_with_its_roles_and_listed(data: Path) -> None:
    assert json.loads(done(data, "list", "--json")) == [
        {
            "id": 1, "name": "Sgt Una Curlew", "login": "u.curlew", "provider": None, "disabled_at": None,
            "accesses": [{"role": "neighbourhood-editor", "force": "kent", "neighbourhood": "A/1"}],
        }
    ]  # fmt: skip
    assert "u.curlew" in done(data, "list")
    assert (json.loads(done(data, "list", "--force", "essex", "--json")), entered(data)) == ([], True)


def test_a_password_is_asked_for_twice_and_stands_on_no_command_line(data: Path) -> None:
    asked = run(data, "add", "PC Otto Farr", "--login", "o.farr", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert (asked.exit_code, PASSWORD in asked.output) == (0, False)
    assert run(data, "add", "PC Otto Farr", "--login", "p.farr", typed=f"{PASSWORD}\nother\n").exit_code != 0
    assert run(data, "add", "PC Otto Farr", "--login", "q.farr", "--password", PASSWORD).exit_code == 2


def test_another_password_signs_out_whoever_knew_the_old_one(data: Path) -> None:
    made = begun(data)
    done(data, "password", "u.curlew", "--password-stdin", typed="quite another sentence\n")
    assert (entered(data), entered(data, "quite another sentence"), holds(data, made)) == (False, True, False)


def test_a_disabled_account_opens_nothing_until_it_is_enabled(data: Path) -> None:
    made = begun(data)
    done(data, "disable", "1")
    assert (entered(data), holds(data, made)) == (False, False)
    done(data, "password", "u.curlew", "--password-stdin")
    assert not entered(data)
    done(data, "enable", "u.curlew")
    assert entered(data)


def test_roles_are_given_and_taken(data: Path) -> None:
    done(data, "give", "u.curlew", "force-administrator", "kent")
    done(data, "give", "u.curlew", "national-administrator")
    done(data, "take", "u.curlew", "neighbourhood-editor", "kent/A/1")
    (found,) = json.loads(done(data, "list", "--json"))
    assert [(one["role"], one["force"]) for one in found["accesses"]] == [
        ("force-administrator", "kent"), ("national-administrator", None),
    ]  # fmt: skip
    assert deeds(data)[:3] == ["take-access", "give-access", "give-access"]
    assert deeds(data, "--force", "kent")[:2] == ["take-access", "give-access"]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("give", "nobody", "reviewer", "kent"), BadAccount),
        (("give", "7777", "reviewer", "kent"), BadAccount),
        (("give", "u.curlew", "emperor", "kent"), BadAccount),
        (("give", "u.curlew", "service", "kent"), BadAccount),
        (("give", "u.curlew", "force-editor", "kent/A1"), BadAccount),
        (("give", "u.curlew", "national-administrator", "kent"), BadAccount),
        (("give", "u.curlew", "reviewer", "atlantis"), UnknownForce),
        (("take", "u.curlew", "reviewer", "kent"), BadAccount),
        (("add", "Other", "--login", "u.curlew", "--password-stdin"), BadAccount),
        (("add", "Other", "--login", "x", "--password-stdin", "--access", "force-editor@kent/A"), BadAccount),
        (("make-token", "Newsroom", "kent", "--kind", "gossip"), BadToken),
        (("make-token", "Records", "kent/A/1", "--kind", "submission"), BadToken),
        (("make-token", "Newsroom", "atlantis", "--kind", "news"), UnknownForce),
    ],
)
def test_what_cannot_be_is_refused_in_one_line_and_changes_nothing(
    data: Path, words: tuple[str, ...], error: type[YourAreaError]
) -> None:
    before = done(data, "audit")
    assert isinstance(run(data, *words).exception, error)
    assert done(data, "audit") == before


def test_a_short_password_makes_no_account(data: Path) -> None:
    short = run(data, "add", "Other", "--login", "other", "--password-stdin", typed="short\n")
    assert isinstance(short.exception, BadAccount)
    assert len(json.loads(done(data, "list", "--json"))) == 1


def test_sessions_are_listed_and_ended(data: Path) -> None:
    first, second = begun(data), begun(data)
    told = json.loads(done(data, "sessions", "u.curlew", "--json"))
    assert {one["browser"] for one in told} == {"Firefox, Android"}
    done(data, "sessions", "u.curlew", "--end", min(one["id"] for one in told))
    assert (holds(data, first), holds(data, second)) == (False, True)
    assert "is signed in nowhere" in done(data, "sessions", "u.curlew", "--end-all")
    assert not holds(data, second)
    assert run(data, "sessions", "u.curlew", "--end", "7777").exit_code == 1
    assert deeds(data).count("end-sessions") == 2


def test_a_token_is_printed_once_and_ends_at_a_word(data: Path) -> None:
    made = done(data, "make-token", "Newsroom", "kent/A/1", "--kind", "news", "--days", "30").strip()
    updates = open_updates(ApiSettings(data_dir=data))
    actor = token.find(updates, made, datetime.now(UTC))
    assert actor is not None
    assert (actor.may(Deed.PUBLISH, Where("kent", "A/1")), actor.kinds) == (True, frozenset(("news",)))
    (told,) = json.loads(done(data, "tokens", "--force", "kent", "--json"))
    assert (told["name"], told["neighbourhood"], told["kinds"], made in str(told)) == (
        "Newsroom",
        "A/1",
        ["news"],
        False,
    )
    assert "until" in done(data, "tokens")
    sends = done(data, "make-token", "Records", "kent", "--kind", "submission").strip()
    assert getattr(token.find(updates, sends, datetime.now(UTC)), "kinds", None) == frozenset(("submission",))
    done(data, "revoke-token", 1)
    assert token.find(updates, made, datetime.now(UTC)) is None
    assert run(data, "revoke-token", "1").exit_code == 1
    assert run(data, "make-token", "Newsroom", "kent", "--kind", "news", "--days", "401").exit_code == 2
    updates.close()
