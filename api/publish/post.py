"""The mail server that takes our e-mails, and what its answers mean."""

import asyncio
import ssl
from dataclasses import dataclass
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from api.publish.mail_address import BadAddress, mail_address, one_line
from api.settings import ApiSettings
from geo.errors import UnreadableSource

WAIT_S = 30.0  # for each answer of the mail server
LONGEST_S = 90.0  # for one mail, so that its lease outlasts it
MOST_IN_LINE = 100  # mails on one connection
_PORTS = {"smtps": 465, "smtp": 587, "smtp+insecure": 25}
_PERMANENT = 500
_TOO_LARGE = 552
_OF_POLICY = ("5.7.", "relay")  # what a refusal says that is about us, not about the address


class Fate(StrEnum):
    """What became of a mail."""

    DELIVERED = "delivered"
    LATER = "later"  # refused for now, or nobody knows
    REFUSED = "refused"  # for good
    NO_SUCH_ADDRESS = "no-such-address"  # for good, and whatever else is sent there would be too
    AWAY = "away"  # the mail server cannot be used at all: says nothing of this mail


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a mail, with the code or the kind of error of what kept it; never words, which hold addresses."""

    fate: Fate
    trouble: str = ""


@dataclass(frozen=True)
class Post:
    """Where mails are handed over, and as whose.

    Attributes:
        hostname, port: of the mail server.
        username, password: to sign in with; `None` for none.
        encrypted: `smtps` from the first byte, `smtp` from STARTTLS on or not at all, `smtp+insecure` never.
        sender: who sends, as a mail's head names them.
        public_url: where links in mails lead, without a slash at its end.
    """

    hostname: str
    port: int
    username: str | None
    password: str | None
    encrypted: str
    sender: str
    public_url: str

    @property
    def address(self) -> str:
        """The sender's address alone."""
        return parseaddr(self.sender)[1]

    @property
    def domain(self) -> str:
        """What stands behind the @ of it, and of every Message-ID."""
        return self.address.rpartition("@")[2]


def post_of(settings: ApiSettings) -> Post | None:
    """The mail server of some settings; `None` where no mails are sent.

    Raises:
        UnreadableSource: a setting is missing or cannot be meant.
    """
    if settings.smtp_url is None:
        return None
    if not settings.mail_from or not settings.public_url:
        raise UnreadableSource("YOURAREA_SMTP_URL asks for YOURAREA_MAIL_FROM and YOURAREA_PUBLIC_URL too.")
    try:
        mail_address(parseaddr(one_line(settings.mail_from))[1])
    except UnreadableSource as error:
        raise BadAddress("YOURAREA_MAIL_FROM is not an e-mail address, nor a name with one in <>.") from error
    try:
        found = urlsplit(settings.smtp_url.get_secret_value())
        port = found.port or _PORTS[found.scheme]
    except (ValueError, KeyError) as error:
        raise UnreadableSource("YOURAREA_SMTP_URL is none like smtps://NAME:PASSWORD@HOST:465.") from error
    if not found.hostname:
        raise UnreadableSource("YOURAREA_SMTP_URL names no host.")
    named, secret = (None if part is None else unquote(part) for part in (found.username, found.password))
    where = settings.public_url.rstrip("/")
    return Post(found.hostname, port, named, secret, found.scheme, settings.mail_from, where)


class Line:
    """A connection to the mail server, opened when it is needed and used for several mails."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._client: SMTP | None = None
        self._sent = 0

    async def send(self, to: str, message: bytes) -> Delivery:
        """Hand a mail over."""
        try:
            async with asyncio.timeout(LONGEST_S):
                client = await self._connected()
        except (SMTPException, OSError, ssl.SSLError, TimeoutError, ValueError) as error:
            await self.hang_up()
            return Delivery(Fate.AWAY, _code(error))
        try:
            async with asyncio.timeout(LONGEST_S):
                await client.sendmail(self._post.address, [to], message)
        except (SMTPException, OSError, TimeoutError) as error:
            await self.hang_up()
            return _delivery(error)
        self._sent += 1
        return Delivery(Fate.DELIVERED)

    async def hang_up(self) -> None:
        """End the connection, if there is one."""
        client, self._client, self._sent = self._client, None, 0
        if client is None:
            return
        try:
            async with asyncio.timeout(1.0):
                await client.quit()
        except (SMTPException, OSError, TimeoutError):
            client.close()

    async def _connected(self) -> SMTP:
        if self._client is not None and (self._sent >= MOST_IN_LINE or not self._client.is_connected):
            await self.hang_up()
        if self._client is None:
            post = self._post
            client = SMTP(
                hostname=post.hostname, port=post.port, username=post.username, password=post.password,
                use_tls=post.encrypted == "smtps", start_tls=post.encrypted == "smtp",
                local_hostname=post.domain, timeout=WAIT_S,
            )  # fmt: skip
            await client.connect()
            self._client = client
        return self._client


def _delivery(error: Exception) -> Delivery:
    if isinstance(error, SMTPSenderRefused):
        return Delivery(Fate.REFUSED if error.code == _TOO_LARGE else Fate.AWAY, _code(error))
    if isinstance(error, SMTPRecipientsRefused):
        refused = error.recipients[0]
        ours = any(sign in refused.message.lower() for sign in _OF_POLICY)
        return Delivery(Fate.NO_SUCH_ADDRESS if refused.code >= _PERMANENT and not ours else Fate.LATER, _code(refused))
    if isinstance(error, SMTPDataError) and error.code >= _PERMANENT:
        return Delivery(Fate.REFUSED, _code(error))
    return Delivery(Fate.LATER, _code(error))  # it may even have been taken: the Message-ID tells


def _code(error: Exception) -> str:
    return str(error.code) if isinstance(error, SMTPResponseException) else type(error).__name__
