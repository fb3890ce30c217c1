"""What roles and kinds of things are called on pages."""

from api.publish.item.kind import Kind
from api.publish.policy import Role
from api.publish.token import SUBMITS
from web.language import Language


def role_word(role: Role, language: Language) -> str:
    """A role, as it stands alone.

    >>> from web.language import ENGLISH
    >>> role_word(Role.FORCE_EDITOR, ENGLISH)
    'Editor of the whole force'
    """
    _ = language.words.gettext
    return {
        Role.NATIONAL_ADMINISTRATOR: _("Administrator of every force"),
        Role.FORCE_ADMINISTRATOR: _("Administrator of the force"),
        Role.FORCE_EDITOR: _("Editor of the whole force"),
        Role.NEIGHBOURHOOD_EDITOR: _("Editor of a neighbourhood"),
        Role.REVIEWER: _("Reviewer: checks what others wrote"),
        Role.SERVICE: _("A system of the force"),
    }[role]


def kind_word(kind: str, language: Language) -> str:
    """A kind of things that a token may be for, all of them.

    >>> from web.language import ENGLISH
    >>> kind_word(Kind.NEWS, ENGLISH)
    'Updates'
    """
    _ = language.words.gettext
    words: dict[str, str] = {
        Kind.NEIGHBOURHOOD: _("What a neighbourhood says of itself"),
        Kind.MEMBER: _("Team members"),
        Kind.CONTACT_POINT: _("Contact points"),
        Kind.LINK: _("Links"),
        Kind.PRIORITY: _("Priorities"),
        Kind.ACTION: _("Actions on priorities"),
        Kind.EVENT: _("Events"),
        Kind.NEWS: _("Updates"),
        Kind.ANSWER: _("Answers to questions"),
        SUBMITS: _("Months of crime files, for the operator to look over"),
    }
    return words[kind]
