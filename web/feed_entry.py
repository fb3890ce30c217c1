"""The words of one entry of a feed: a title without elements, and safe HTML, in one language."""

from dataclasses import dataclass

from markupsafe import Markup

from api.publish.record import Answer, Event, News
from api.queries.feed import Entry
from web.language import Language

MOST_IN_TITLE = 100  # characters


@dataclass(frozen=True, slots=True)
class FeedText:
    """What an entry says.

    Attributes:
        title: plain.
        html: safe HTML.
        code: of the language in which the team wrote it.
        alt: what its picture shows, as attributes of its element.
    """

    title: str
    html: str
    code: str
    alt: Markup


def text_of(entry: Entry, language: Language, place: str | None = None) -> FeedText:
    """The words of an entry; `place` goes before its title where a feed is of several."""
    title, html, field = _told(entry, language)
    own = getattr(entry.record, f"{field}_{language.code}", None)
    code = language.code if own else "en"
    named = f"{place}: {title}" if place else title
    return FeedText(named, html, code, language.alt(entry.record))


def _told(entry: Entry, language: Language) -> tuple[str, str, str]:
    """Title, HTML, and the field that tells its language."""
    _, record = language.words.gettext, entry.record
    if isinstance(record, News):
        return _plain(language, record, "title"), language.own(record, "text", html=True), "text"
    if isinstance(record, Answer):
        title = _("Answered: %(question)s") % {"question": _plain(language, record, "question", html=True)}
        return title, _both(language, record, "question", "answer"), "answer"
    if isinstance(record, Event):
        return _event(entry, record, language)
    title = _("Done about: %(issue)s") % {"issue": _plain(language, entry, "issue", html=True)}
    fields = ("asked", "action") if record.asked else ("action",)
    return title, _both(language, record, *fields), "action"


def _event(entry: Entry, record: Event, language: Language) -> tuple[str, str, str]:
    _, at = language.words.gettext, (entry.next or record).starts_at
    when = {"title": _plain(language, record, "title"), "day": language.day(at.date()), "time": f"{at:%H:%M}"}
    title = (
        _("Called off: %(title)s on %(day)s at %(time)s")
        if record.cancelled_at
        else _("%(title)s on %(day)s at %(time)s")
    ) % when
    parts = [language.own(record, "cancelled_why", tag="p")] if record.cancelled_at and record.cancelled_why else []
    if record.address:
        parts.append(Markup('<p lang="en">{}</p>').format(record.address))
    if record.description:
        parts.append(language.own(record, "description", html=True))
    return title, Markup("").join(parts), "title"


def _both(language: Language, record: object, *fields: str) -> Markup:
    return Markup("").join(language.own(record, field, html=True) for field in fields)


def _plain(language: Language, record: object, field: str, *, html: bool = False) -> str:
    """A field without elements, and no longer than a title."""
    return Markup(language.own(record, field, tag="span", html=html, most=MOST_IN_TITLE)).striptags()  # noqa: S704
