"""What teams published, for programs that follow it: Atom (RFC 4287) and JSON Feed 1.1, in both languages."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from uuid import NAMESPACE_URL, uuid5

import orjson
from fastapi import APIRouter, Request
from feedgen.feed import FeedGenerator
from markupsafe import Markup
from starlette.responses import Response

from api.police.force import updates_of
from api.publish import content
from api.publish.clock import midnight
from api.publish.policy import Where
from api.queries.feed import Entry, feed_of, feed_revision
from api.queries.find import neighbourhoods_of
from geo.neighbourhood import NeighbourhoodRef
from geo.store.release import Release
from web.address import force_address, neighbourhood_address
from web.answer import Sheet, validator_of
from web.feed_entry import FeedText, text_of
from web.language import Language
from web.place import published_name, territorial
from web.stage import Stage

ATOM, JSON = "application/atom+xml", "application/feed+json"
_UNREADABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # by XML 1.0, section 2.2


@dataclass(frozen=True)
class Feed:
    """A feed before it is written.

    Attributes:
        base: address of the site, without a slash at its end.
        page: path of the page that it is of.
        path: its own path, without an ending.
        title: of the feed.
        author: who publishes.
        language: that it is told in.
        changed_at: when it did so last, UTC.
        entries: the newest first, each with its words and the path of its page.
    """

    base: str
    page: str
    path: str
    title: str
    author: str
    language: Language
    changed_at: datetime
    entries: list[tuple[Entry, FeedText, str]]


@dataclass(frozen=True)
class FeedPages:
    """`feed.atom` and `feed.json` of each neighbourhood and each force.

    Attributes:
        current: the live release.
        stage: knows the language.
        today: the day it is.
    """

    current: Callable[[], Release]
    stage: Stage
    today: Callable[[], date] = date.today

    def router(self) -> APIRouter:
        """The routes; they go before a neighbourhood's own page, whose id may hold anything."""
        router = APIRouter(prefix=self.stage.language.prefix, include_in_schema=False)
        for form in ("atom", "json"):
            methods = ["GET", "HEAD"]
            path = f"/neighbourhood/{{force_id}}/{{neighbourhood_id:path}}/feed.{form}"
            router.add_api_route(path, self._neighbourhood(form), methods=methods)
            router.add_api_route(f"/forces/{{force_id}}/feed.{form}", self._force(form), methods=methods)
        return router

    def _neighbourhood(self, form: str) -> Callable[..., Response]:
        def answer(request: Request, force_id: str, neighbourhood_id: str) -> Response:
            release, ref = self.current(), NeighbourhoodRef(force_id, neighbourhood_id)
            territorial(release, force_id)
            names = self._names(request, release, force_id)
            name = names.get(ref.id) or published_name(updates_of(request), ref)
            return self._answer(
                request, release, Where(force_id, ref.id), form, names, name, neighbourhood_address(ref)
            )

        return answer

    def _force(self, form: str) -> Callable[..., Response]:
        def answer(request: Request, force_id: str) -> Response:
            release = self.current()
            name = self.stage.language.words.gettext(territorial(release, force_id).name)
            names = self._names(request, release, force_id)
            return self._answer(request, release, Where(force_id), form, names, name, force_address(force_id))

        return answer

    def _answer(
        self, request: Request, release: Release, where: Where, form: str, names: dict[str, str], name: str, page: str
    ) -> Response:
        updates, language = updates_of(request), self.stage.language
        revision, changed_at = feed_revision(updates, where)
        changed_at = min(max(changed_at, midnight(self.today())), datetime.now(UTC))  # events are over when a day is
        base = (request.app.state.settings.public_url or str(request.base_url)).rstrip("/")
        told = (str(where), revision, str(self.today()), form, base, repr(names))
        sheet = Sheet(
            request,
            validator_of(release.id, self.stage.edition, *told),
            {"Last-Modified": format_datetime(_settled(changed_at), usegmt=True)},
            ATOM if form == "atom" else JSON,
        )
        if sheet.held or _unchanged(request, changed_at):
            return sheet.unchanged()
        force = language.words.gettext(release.register.force(where.force_id or "").name)
        entries = [
            (one, text_of(one, language, None if where.neighbourhood_id else names.get(one.ref.id)), _page(one))
            for one in feed_of(updates, where, self.today())
        ]
        title = language.words.gettext("%(place)s: what the police team publishes") % {"place": name}
        own, path = language.prefix + page + ("/team" if where.neighbourhood_id else ""), language.prefix + page
        feed = Feed(base, own, f"{path}/feed", title, force, language, changed_at, entries)
        return sheet.whole(atom_of(feed) if form == "atom" else json_of(feed))

    def _names(self, request: Request, release: Release, force_id: str) -> dict[str, str]:
        with updates_of(request).reading() as connection:
            published = content.neighbourhood_names(connection, force_id)
        return published | {one.ref.id: one.name for one in neighbourhoods_of(release, force_id)}


def atom_of(feed: Feed) -> str:
    """The feed as Atom."""
    made = FeedGenerator()
    made.id(f"urn:uuid:{uuid5(NAMESPACE_URL, feed.path)}")
    made.title(_readable(feed.title))
    made.language(feed.language.code)
    made.author({"name": feed.author})
    made.generator("Your Area")
    made.updated(max((one.changed_at for one, _, _ in feed.entries), default=feed.changed_at))
    made.link(href=f"{feed.base}{feed.path}.atom", rel="self", type=ATOM)
    made.link(href=f"{feed.base}{feed.page}", rel="alternate", type="text/html", hreflang=feed.language.code)
    for one, text, page in feed.entries:
        entry = made.add_entry(order="append")
        entry.id(one.id)
        entry.title(_readable(text.title))
        entry.link(href=f"{feed.base}{feed.language.prefix}{page}", rel="alternate", type="text/html")
        entry.content(_readable(_pictured(one, text, feed.base)), type="html")
        entry.published(one.begun_at)
        entry.updated(one.changed_at)
    return str(made.atom_str().decode())


def json_of(feed: Feed) -> str:
    """The feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    items = [
        {
            "id": one.id,
            "url": f"{feed.base}{feed.language.prefix}{page}",
            "title": _readable(text.title),
            "content_html": _readable(_pictured(one, text, feed.base)),
            **({"image": f"{feed.base}/picture/{one.picture.id}"} if one.picture else {}),
            "date_published": one.begun_at.isoformat(),
            "date_modified": one.changed_at.isoformat(),
            "language": text.code,
        }
        for one, text, page in feed.entries
    ]
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _readable(feed.title),
        "home_page_url": f"{feed.base}{feed.page}",
        "feed_url": f"{feed.base}{feed.path}.json",
        "language": feed.language.code,
        "authors": [{"name": feed.author}],
        "items": items,
    }
    return orjson.dumps(document).decode()


def _page(entry: Entry) -> str:
    return neighbourhood_address(entry.ref) + "/team"


def _pictured(entry: Entry, text: FeedText, base: str) -> str:
    if entry.picture is None:
        return text.html
    size = Markup('width="{}" height="{}"').format(entry.picture.width, entry.picture.height)
    shown = Markup('<p><img src="{}" {} {}></p>').format(f"{base}/picture/{entry.picture.id}", size, text.alt)
    return shown + Markup(text.html)  # noqa: S704  made safe when it came in


def _readable(text: str) -> str:
    """Without characters that no XML may hold: a reader that meets one refuses the whole feed."""
    return _UNREADABLE.sub("", text)


def _settled(changed_at: datetime) -> datetime:
    """A moment to be told in whole seconds: one that is not over yet may bring another change, so it is not told."""
    fresh = datetime.now(UTC) - changed_at < timedelta(seconds=2)
    return changed_at - timedelta(seconds=1) if fresh else changed_at


def _unchanged(request: Request, changed_at: datetime) -> bool:
    """Whether the reader, who says no more than when it last looked, has seen the latest."""
    since = request.headers.get("if-modified-since")
    if since is None or "if-none-match" in request.headers:
        return False
    try:
        seen = parsedate_to_datetime(since)
    except ValueError:
        return False
    return seen.tzinfo is not None and seen.astimezone(UTC) >= changed_at.replace(microsecond=0)
