"""Who may do what: one table, and what is not in it is refused."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to a force, a neighbourhood or the nation."""

    NATIONAL_ADMINISTRATOR = "national-administrator"
    FORCE_ADMINISTRATOR = "force-administrator"
    FORCE_EDITOR = "force-editor"
    NEIGHBOURHOOD_EDITOR = "neighbourhood-editor"
    REVIEWER = "reviewer"
    SERVICE = "service"  # a force's own system, with a token


class Deed(StrEnum):
    """What can be done."""

    ENTER = "enter"  # see the staff's own first page, and one's own sessions
    READ = "read"  # drafts, the inbox of questions, the list of what is to do
    WRITE = "write"  # drafts
    PUBLISH = "publish"  # and withdraw
    REVIEW = "review"  # publish what another wrote, or send it back
    ANSWER = "answer"  # questions of residents
    MANAGE = "manage"  # the force's corner
    ADMIT = "admit"  # give and take access, end sessions, make tokens
    AUDIT = "audit"  # read and export who did what
    OPERATE = "operate"  # what is the nation's: roles of administrators, any force's corner


class Scope(StrEnum):
    """How far a role reaches."""

    NATION = "nation"
    FORCE = "force"
    NEIGHBOURHOOD = "neighbourhood"


_WORK = {Deed.ENTER, Deed.READ, Deed.WRITE, Deed.PUBLISH, Deed.ANSWER}

POLICY: dict[Role, frozenset[Deed]] = {
    Role.NATIONAL_ADMINISTRATOR: frozenset(Deed),
    Role.FORCE_ADMINISTRATOR: frozenset(set(Deed) - {Deed.OPERATE}),
    Role.FORCE_EDITOR: frozenset(_WORK | {Deed.REVIEW}),
    Role.NEIGHBOURHOOD_EDITOR: frozenset(_WORK),
    Role.REVIEWER: frozenset({Deed.ENTER, Deed.READ, Deed.REVIEW}),
    Role.SERVICE: frozenset({Deed.PUBLISH}),
}

SCOPES: dict[Role, frozenset[Scope]] = {
    Role.NATIONAL_ADMINISTRATOR: frozenset({Scope.NATION}),
    Role.FORCE_ADMINISTRATOR: frozenset({Scope.FORCE}),
    Role.FORCE_EDITOR: frozenset({Scope.FORCE}),
    Role.NEIGHBOURHOOD_EDITOR: frozenset({Scope.NEIGHBOURHOOD}),
    Role.REVIEWER: frozenset({Scope.FORCE, Scope.NEIGHBOURHOOD}),
    Role.SERVICE: frozenset({Scope.FORCE, Scope.NEIGHBOURHOOD}),
}


@dataclass(frozen=True, slots=True)
class Where:
    """A neighbourhood, a force (without one), or the nation (without either)."""

    force_id: str | None = None
    neighbourhood_id: str | None = None

    @property
    def scope(self) -> Scope:
        """How far it reaches.

        >>> Where("kent").scope
        <Scope.FORCE: 'force'>
        """
        if self.force_id is None:
            return Scope.NATION
        return Scope.FORCE if self.neighbourhood_id is None else Scope.NEIGHBOURHOOD

    def holds(self, other: "Where") -> bool:
        """Whether another lies within it.

        >>> Where("kent").holds(Where("kent", "A1")), Where("kent", "A1").holds(Where("kent"))
        (True, False)
        """
        if self.force_id is None:
            return True
        if self.force_id != other.force_id:
            return False
        return self.neighbourhood_id is None or self.neighbourhood_id == other.neighbourhood_id


@dataclass(frozen=True, slots=True)
class Access:
    """A role somewhere."""

    role: Role
    where: Where

    @property
    def sound(self) -> bool:
        """Whether that role can be had there: a neighbourhood's editor has no whole force."""
        return self.where.scope in SCOPES[self.role]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something.

    Attributes:
        kind: `account`, `token`, `command` (the operator's command line), `job` or `visitor`.
        id: of the account or token, as text; `None` for others.
        name: as the audit shows it.
        accesses: what roles it has, and where.
        kinds: of things that it may publish, where it is a token; `None` for any.
    """

    kind: str
    id: str | None
    name: str
    accesses: tuple[Access, ...] = ()
    kinds: frozenset[str] | None = None

    def may(self, deed: Deed, where: Where | None) -> bool:
        """Whether it may do that there; without a place, whether it may anywhere."""
        return allowed(self.accesses, deed, where)

    def reach(self, deed: Deed) -> tuple[Where, ...]:
        """The places where it may do something, each once; a wider one stands for those within it."""
        places = [one.where for one in self.accesses if one.sound and deed in POLICY[one.role]]
        return tuple(
            dict.fromkeys(one for one in places if not any(other != one and other.holds(one) for other in places))
        )


COMMAND = Actor("command", None, "command line", (Access(Role.NATIONAL_ADMINISTRATOR, Where()),))
VISITOR = Actor("visitor", None, "visitor")


def allowed(accesses: Iterable[Access], deed: Deed, where: Where | None) -> bool:
    """Whether any of some roles lets its holder do that there; without a place, whether it does anywhere.

    >>> allowed([Access(Role.FORCE_EDITOR, Where("kent"))], Deed.PUBLISH, Where("kent", "A1"))
    True
    >>> allowed([Access(Role.FORCE_EDITOR, Where("kent"))], Deed.MANAGE, Where("kent"))
    False
    """
    return any(one.sound and deed in POLICY[one.role] and (where is None or one.where.holds(where)) for one in accesses)


def forces_of(accesses: Iterable[Access]) -> tuple[Where, ...]:
    """The forces where somebody has a role, each once; the nation where they have one there, or none at all.

    >>> forces_of([Access(Role.REVIEWER, Where("kent", "A1")), Access(Role.REVIEWER, Where("kent", "A2"))])
    (Where(force_id='kent', neighbourhood_id=None),)
    """
    return tuple(dict.fromkeys(Where(one.where.force_id) for one in accesses)) or (Where(),)
