"""What only this site can read or make: e-mail addresses at rest, and links that nobody can forge."""

import hmac
import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from itsdangerous import URLSafeTimedSerializer

from api.settings import ApiSettings
from geo.errors import DamagedFile

FILE_NAME = "secret.keys"
_LEAST_CHARACTERS = 32


@dataclass(frozen=True)
class Secrets:
    """Keys, the newest first: it makes with the newest and reads with any, so that keys can be changed.

    Attributes:
        keys: each of 32 characters or more.
    """

    keys: tuple[str, ...]

    def hide(self, text: str) -> str:
        """A text as it may lie in a database."""
        return self._fernet.encrypt(text.encode()).decode()

    def show(self, hidden: str) -> str:
        """The text again.

        Raises:
            DamagedFile: it was hidden with a key that is no longer held, or is none of ours.
        """
        try:
            return self._fernet.decrypt(hidden.encode()).decode()
        except InvalidToken as error:
            raise DamagedFile("A hidden text was made with a key that is no longer held.") from error

    def digest(self, text: str) -> str:
        """By what the same text is found again without being kept; with the oldest key, so that it stays the same."""
        return hmac.new(self.keys[-1].encode(), text.encode(), sha256).hexdigest()

    def signer(self, purpose: str) -> URLSafeTimedSerializer:
        """Makes and reads links of one purpose: one of another is refused."""
        return URLSafeTimedSerializer(list(reversed(self.keys)), salt=purpose)

    @property
    def _fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(urlsafe_b64encode(sha256(key.encode()).digest())) for key in self.keys])


def secrets_of(settings: ApiSettings) -> Secrets:
    """The keys of the settings, or else of the file beside the data, which is made where it is missing.

    Raises:
        DamagedFile: a key is too short, or there is none.
    """
    text = settings.secret_keys.get_secret_value() if settings.secret_keys else _of_file(settings.data_dir / FILE_NAME)
    keys = tuple(key for key in text.replace(",", "\n").split() if key)
    if not keys or any(len(key) < _LEAST_CHARACTERS for key in keys):
        raise DamagedFile(f"The secret keys must be {_LEAST_CHARACTERS} characters or longer, and there must be one.")
    return Secrets(keys)


def _of_file(path: Path) -> str:
    try:
        written = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    made = os.urandom(32).hex()
    with os.fdopen(written, "w", encoding="ascii") as file:
        file.write(made + "\n")
    return made
