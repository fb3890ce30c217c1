"""Keys: made once, changed without loss, and of no use to who has not got them."""

from pathlib import Path

import pytest
from itsdangerous import BadSignature

from api.publish.secret import FILE_NAME, Secrets, secrets_of
from api.settings import ApiSettings
from geo.errors import DamagedFile

OLD, NEW = "old-key-of-thirty-two-characters", "new-key-of-thirty-two-characters"


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first, again = secrets_of(ApiSettings(data_dir=tmp_path)), secrets_of(ApiSettings(data_dir=tmp_path))
    assert first == again
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_what_was_hidden_and_signed_with_an_older_key_is_read_after_a_change() -> None:
    before, after = Secrets((OLD,)), Secrets((NEW, OLD))
    assert after.show(before.hide("una@example.org")) == "una@example.org"
    assert after.signer("confirm").loads(before.signer("confirm").dumps(7)) == 7
    assert after.digest("una@example.org") == before.digest("una@example.org")


def test_without_the_key_nothing_is_read_and_no_link_is_forged() -> None:
    other = Secrets((NEW,))
    with pytest.raises(DamagedFile):
        other.show(Secrets((OLD,)).hide("una@example.org"))
    with pytest.raises(BadSignature):
        other.signer("confirm").loads(Secrets((OLD,)).signer("confirm").dumps(7))


def test_a_link_of_one_purpose_is_none_of_another() -> None:
    with pytest.raises(BadSignature):
        Secrets((OLD,)).signer("unsubscribe").loads(Secrets((OLD,)).signer("confirm").dumps(7))


@pytest.mark.parametrize("keys", ["short", "", f"{OLD},short"])
def test_a_key_that_is_too_short_is_refused(tmp_path: Path, keys: str) -> None:
    (tmp_path / FILE_NAME).write_text(keys)
    with pytest.raises(DamagedFile, match="32 characters"):
        secrets_of(ApiSettings(data_dir=tmp_path))
