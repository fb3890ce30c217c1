"""The e-mail with an answer, in the language of whoever asked."""

from api.publish.item.written import WrittenAnswer
from api.publish.markdown import html_of
from api.publish.plain import plain_of_html
from api.publish.question.ending import Letter
from api.publish.question.record import Notice, Question
from api.publish.secret import secrets_of
from api.settings import ApiSettings
from geo.neighbourhood import NeighbourhoodRef
from web.address import neighbourhood_address
from web.language import ENGLISH, LANGUAGES
from web.staff.home import name_of
from web.staff.visit import Visit


def letter(visit: Visit, held: Question, written: WrittenAnswer, *, privately: bool) -> Letter:
    """What is sent to whoever asked. It never repeats their own words: an inbox has other readers.

    Args:
        visit: of who answers.
        held: the question.
        written: the answer; where there is one in the language of the question, that.
        privately: whether it is published nowhere.
    """
    language = next((one for one in LANGUAGES if one.code == held.language), ENGLISH)
    _ = language.words.gettext
    own = getattr(written, f"answer_{language.code}", None) or written.answer
    name = name_of(visit, visit.where)
    parts = [
        _("You asked the neighbourhood team of %(name)s a question.") % {"name": name},
        plain_of_html(html_of(own)),
    ]
    settings: ApiSettings = visit.request.app.state.settings
    if settings.public_url and not privately:  # never of the request: whoever sends that may name any site
        ref = NeighbourhoodRef(held.where.force_id or "", held.where.neighbourhood_id or "")
        page = f"{settings.public_url.rstrip('/')}{language.prefix}{neighbourhood_address(ref)}/team"
        parts.append(_("The answer is published at %(page)s") % {"page": page})
    parts.append(_("Your e-mail address is deleted 30 days after this answer. In an emergency call 999."))
    notice = Notice(_("An answer to your question"), "\n\n".join(parts) + "\n", language.code)
    return Letter(notice, secrets_of(settings))
