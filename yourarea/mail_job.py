"""`mail`, and what `serve` does beside its pages: plan e-mails, send them, and let go of what is kept no longer."""

import asyncio
import logging
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from api.publish.content import neighbourhood_names as published_names
from api.publish.database import Updates, open_updates
from api.publish.job import do_jobs
from api.publish.plan import plan
from api.publish.post import Fate, Post, post_of
from api.publish.secret import secrets_of
from api.publish.sender import Sender
from api.settings import ApiSettings
from geo.errors import UnknownRelease, YourAreaError
from geo.neighbourhood import NeighbourhoodRef
from geo.store.boundary import neighbourhood_names
from geo.store.layout import DataFolder
from geo.store.manifest import Manifest
from geo.store.release import live_release_id
from geo.store.release_file import manifest_of
from web.letter import Letters, composed
from yourarea.screen import say
from yourarea.setting import settings_of

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0  # for a mail that is due
PLAN_EVERY_S = 15.0
JOBS_EVERY_S = 300.0
OVERLAP = timedelta(minutes=10)  # what is looked at again: a transaction may end after a later one
WHOLE_EVERY = timedelta(hours=1)  # and all that is news again, for who changed meanwhile when they want to be told
FIRST_PAUSE_S, LONGEST_PAUSE_S = 10.0, 300.0  # where the mail server is away; doubled each time
PATIENCE_S = 15.0  # for the mail in hand when it is to stop


@dataclass
class Live:
    """The manifest of the live release, and the names in it; read again when another is live."""

    folder: DataFolder
    _id: str = ""
    _manifest: Manifest | None = None
    _names: dict[NeighbourhoodRef, str] = field(default_factory=dict)

    def manifest(self) -> Manifest | None:
        """Of what is live now; of what was, where that cannot be read."""
        try:
            found = live_release_id(self.folder)
            if found != self._id:
                manifest = manifest_of(self.folder, found)
                files = [self.folder.file(one.file.path) for one in manifest.current_generations]
                self._names, self._manifest, self._id = neighbourhood_names(*files), manifest, found
        except UnknownRelease:
            pass
        except YourAreaError as error:
            logger.error("The live release cannot be read for e-mails: %s", error)
        return self._manifest

    def name_of(self, connection: Connection, ref: NeighbourhoodRef) -> str:
        """The name of a neighbourhood: of the boundaries, or as its force publishes it, or else its id."""
        self.manifest()
        return self._names.get(ref) or published_names(connection, ref.force_id).get(ref.id) or ref.id


class MailWork:
    """Plans, sends and keeps house until it is told to stop.

    Args:
        settings: of the site.
        post: where mails are handed over; `None` sends none and keeps house alone.
        lease: how long a mail is in one sender's hands at most; by default that of the outbox.
    """

    def __init__(self, settings: ApiSettings, post: Post | None, lease: timedelta | None = None) -> None:
        self._settings = settings
        self._updates, self._live = open_updates(settings), Live(settings.folder)
        self._sender: Sender | None = None
        self._planned_at = self._whole_at = datetime.fromtimestamp(0, UTC)
        self._plan_at = self._jobs_at = 0.0
        self._file: int | None = None
        if post is not None:
            secrets = secrets_of(settings)
            compose = composed(Letters(secrets, post.public_url), self._live.name_of, self._live.manifest, _now)
            worker = f"{socket.gethostname()}/{os.getpid()}"
            leased = {} if lease is None else {"lease": lease}
            self._sender = Sender(self._updates, secrets, post, compose, worker, **leased)

    async def until(self, stop: threading.Event) -> None:
        """Work until told to stop; the mail in hand is finished first. What goes wrong is logged, and tried again."""
        pause = FIRST_PAUSE_S
        try:
            while not stop.is_set():
                try:
                    fate = await self.step()
                except Exception:
                    logger.exception("E-mails stand still for a while.")
                    fate = Fate.AWAY
                if fate is Fate.AWAY:
                    await self._idle(stop, pause)
                    pause = min(pause * 2, LONGEST_PAUSE_S)
                    continue
                pause = FIRST_PAUSE_S
                if fate is None:
                    await self._idle(stop, LOOK_EVERY_S)
        finally:
            await self.close()

    async def step(self) -> Fate | None:
        """Do what is due of planning and keeping house, and send one mail; `None` where none was due."""
        self._follow()
        if not self._updates.current():
            return None
        if time.monotonic() >= self._jobs_at:
            self._jobs_at = time.monotonic() + JOBS_EVERY_S
            do_jobs(self._updates, self._settings, _now())
        if self._sender is None:
            return None
        if time.monotonic() >= self._plan_at:
            self._plan_at = time.monotonic() + PLAN_EVERY_S
            self._plan()
        return await self._sender.send_next(_now())

    async def close(self) -> None:
        """Let go of the mail server and the database."""
        if self._sender is not None:
            await self._sender.hang_up()
        self._updates.close()

    @property
    def updates(self) -> Updates:
        """The database it works on."""
        return self._updates

    def _follow(self) -> None:
        """Let go of a file that a copy was put in place of: mails would go on being told from what is gone."""
        path = self._updates.path
        found = path.stat().st_ino if path is not None and path.exists() else None
        if found != self._file and self._file is not None:
            self._updates.close()
        self._file = found

    def _plan(self) -> None:
        """Queue what is to be told; one that fails leaves the next to look as far back as it did."""
        now = _now()
        whole = now - self._whole_at >= WHOLE_EVERY
        try:
            plan(self._updates, now, self._live.manifest(), None if whole else self._planned_at - OVERLAP)
            self._planned_at, self._whole_at = now, now if whole else self._whole_at
        except (YourAreaError, SQLAlchemyError) as error:
            logger.error("E-mails could not be planned: %s", type(error).__name__, exc_info=error)

    async def _idle(self, stop: threading.Event, seconds: float) -> None:
        if self._sender is not None:
            await self._sender.hang_up()
        await asyncio.to_thread(stop.wait, seconds)


def send_mails(folder: DataFolder, once: bool) -> None:
    """Plan and send until told to stop, or once what is due.

    Raises:
        UnreadableSource: no mail server is set, or a setting cannot be meant.
        MailServerAway: it cannot be used; what waits will go when it can.
    """
    settings = settings_of(ApiSettings, data_dir=folder.root)
    post = post_of(settings)
    if post is None:
        raise NoMailServer("No mail server is set: YOURAREA_SMTP_URL, YOURAREA_MAIL_FROM and YOURAREA_PUBLIC_URL.")
    work = MailWork(settings, post)
    work.updates.bring_up_to_date()
    asyncio.run(_once(work) if once else _told_to_stop(work))


class NoMailServer(YourAreaError, RuntimeError):
    """Mails are to be sent and there is nowhere to hand them over."""


class MailServerAway(YourAreaError, ConnectionError):
    """The mail server cannot be reached, or does not let us in."""


async def _once(work: MailWork) -> None:
    sent = 0
    try:
        while (fate := await work.step()) is not None:
            sent += fate is Fate.DELIVERED
            if fate is Fate.AWAY:
                raise MailServerAway(f"{sent} e-mails were sent; then the mail server could not be used.")
    finally:
        await work.close()
    say(f"{sent} e-mails were sent.")


async def _told_to_stop(work: MailWork) -> None:
    stop = threading.Event()
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, lambda *_: stop.set())
    say("E-mails are planned and sent. Ctrl+C stops it.")
    await work.until(stop)


@contextmanager
def mails_beside(settings: ApiSettings, sending: bool) -> Iterator[None]:
    """Keep house, and send mails where a mail server is set, in a thread beside what is done meanwhile.

    Args:
        settings: of the site.
        sending: whether mails are sent; not where `yourarea mail` runs elsewhere.

    Raises:
        UnreadableSource: a setting cannot be meant.
    """
    post, stop = post_of(settings) if sending else None, threading.Event()
    thread = threading.Thread(target=_beside, args=(settings, post, stop), name="mails", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_S)


def _beside(settings: ApiSettings, post: Post | None, stop: threading.Event) -> None:
    try:
        asyncio.run(MailWork(settings, post).until(stop))
    except Exception:
        logger.exception("E-mails are not sent and nothing is let go of until `serve` is started anew.")


def _now() -> datetime:
    return datetime.now(UTC)
