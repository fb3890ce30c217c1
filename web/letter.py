"""The words of e-mails to residents, in the language in which they asked for them.

Subjects name no crime and no police, and the first line neither: a telephone shows both to whoever holds it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from api.publish.fresh import Fresh
from api.publish.item.kind import Kind
from api.publish.letter import Letter
from api.publish.outbox import Taken
from api.publish.plain import plain_of_html
from api.publish.plan import Telling, telling
from api.publish.secret import Secrets
from api.publish.subscription import Subscription, token_to_confirm, token_to_manage
from geo.neighbourhood import NeighbourhoodRef
from geo.store.manifest import Manifest
from web.address import neighbourhood_address
from web.language import ENGLISH, LANGUAGES, Language

NameOf = Callable[[Connection, NeighbourhoodRef], str]


@dataclass(frozen=True)
class Letters:
    """Words mails.

    Attributes:
        secrets: to sign links with.
        public_url: where links lead, without a slash at its end.
    """

    secrets: Secrets
    public_url: str

    def to_confirm(self, held: Subscription, name: str) -> Letter:
        """The mail to somebody who asked for mails, or in whose name somebody else did."""
        language = _language_of(held)
        _ = language.words.gettext
        if held.confirmed:
            said = [
                _("Somebody, probably you, asked again for e-mails about %(name)s. They come to this address already.")
                % {"name": name},
                _("To change or stop them, open this page:") + "\n" + self._manage(held, language),
            ]
        else:
            token = token_to_confirm(self.secrets, held.id)
            said = [
                _("Somebody, probably you, asked for e-mails about %(name)s to be sent to this address.")
                % {"name": name},
                _("If it was you, open this page within 48 hours and press its button:")
                + f"\n{self.public_url}{language.prefix}/subscription/confirm/{token}",
                _("If it was not you, you need not do anything: nothing more is sent, and the address is deleted."),
            ]
        return Letter(_("Your e-mails from Your Area"), "\n\n".join(said), {"Content-Language": language.code})

    def to_tell(self, told: Telling, name: str) -> Letter:
        """The mail about what was published, or about a month."""
        language = _language_of(told.subscription)
        _ = language.words.gettext
        page = self._page(language, neighbourhood_address(told.subscription.ref))
        named = {"name": name}
        if told.month is not None:
            subject = _("New figures for your neighbourhood")
            first = _("There are new figures on the page of %(name)s. They are of %(month)s.") % {
                **named, "month": language.month(told.month),
            }  # fmt: skip
        elif told.weekly:
            subject = _("The week in your neighbourhood")
            first = _("This is what was new on the page of %(name)s last week.") % named
        else:
            subject = _("News from your neighbourhood")
            first = _("There is something new on the page of %(name)s.") % named
        there = page if told.month is not None else f"{page}/team"
        said = [first, *(_item(one, language) for one in told.items), _("See it there:") + "\n" + there]
        return self._letter(told.subscription, language, subject, said)

    def _letter(self, held: Subscription, language: Language, subject: str, said: Sequence[str]) -> Letter:
        """A mail that somebody asked for, with the way to ask for no more."""
        _ = language.words.gettext
        manage = self._manage(held, language)
        foot = [
            _("You get this because you asked for it. Nobody reads answers to it."),
            _("To change or stop these e-mails, open this page:") + "\n" + manage,
        ]
        headers = {
            "Content-Language": language.code,
            "List-Unsubscribe": f"<{manage}/end>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        return Letter(subject, "\n\n".join([*said, *foot]), headers)

    def _manage(self, held: Subscription, language: Language) -> str:
        return self._page(language, f"/subscription/{token_to_manage(self.secrets, held.id)}")

    def _page(self, language: Language, path: str) -> str:
        return f"{self.public_url}{language.prefix}{path}"


def composed(
    letters: Letters, name_of: NameOf, manifest: Callable[[], Manifest | None], now: Callable[[], datetime]
) -> Callable[[Connection, Taken], Letter | None]:
    """What words queued mails when they are sent, from what is published then.

    Args:
        letters: words them.
        name_of: the name of a neighbourhood.
        manifest: of the live release.
        now: the moment.
    """

    def compose(connection: Connection, taken: Taken) -> Letter | None:
        told = telling(connection, taken, now(), manifest())
        return None if told is None else letters.to_tell(told, name_of(connection, told.subscription.ref))

    return compose


def _item(one: Fresh, language: Language) -> str:
    """A thing that was published: its title, when and where, and its text."""
    _ = language.words.gettext
    welsh = language.code == "cy"
    title, html = (one.title_cy if welsh else None) or one.title, (one.text_cy if welsh else None) or one.text
    lines = [title or _("What was done:")] if title or one.kind is Kind.ACTION else []
    if one.starts_at is not None:
        lines.append(f"{language.day(one.starts_at.date())}, {one.starts_at:%H:%M}")
    if one.address:
        lines.append(one.address)
    return "\n\n".join(["\n".join(lines), *([plain_of_html(html)] if html else [])])


def _language_of(held: Subscription) -> Language:
    return next((one for one in LANGUAGES if one.code == held.language), ENGLISH)
