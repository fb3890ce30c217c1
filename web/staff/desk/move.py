"""What is often done to a thing that is published: a priority is still right, an event is called off."""

from dataclasses import dataclass

from api.publish.item.kind import Kind
from geo.words import Words
from web.staff.desk.field import Field, Widget
from web.staff.desk.form import REVIEW_ON


@dataclass(frozen=True, slots=True)
class Move:
    """Something that is often done to a thing that is published; it changes a few of its fields.

    Attributes:
        name: as addresses have it.
        kind: of the things.
        heading: of its page, and of the link to it.
        stamped: the field that says when it was done.
        clears: fields that become empty.
        fields: what it asks.
    """

    name: str
    kind: Kind
    heading: Words
    stamped: str | None = None
    clears: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()


_TAKEN_BACK = ("withdrawn_at", "withdrawn_why", "withdrawn_why_cy")
_CALLED_OFF = ("cancelled_at", "cancelled_why", "cancelled_why_cy")
_CLOSED = ("closed_at", "result", "result_cy")

MOVES: tuple[Move, ...] = (
    Move(
        "still-right",
        Kind.PRIORITY,
        Words("Still right"),
        "reviewed_at",
        fields=(
            Field(
                "review",
                Words("Why is it still right?"),
                Widget.TEXT,
                Words("A line that residents will read."),
                welsh=True,
                optional=False,
            ),
            REVIEW_ON,
        ),
    ),
    Move(
        "close",
        Kind.PRIORITY,
        Words("Close"),
        "closed_at",
        fields=(
            Field(
                "result",
                Words("What came of it?"),
                Widget.TEXT,
                Words("A line that residents will read."),
                welsh=True,
                optional=False,
            ),
        ),
    ),
    Move("open-again", Kind.PRIORITY, Words("Open again"), clears=_CLOSED),
    Move(
        "call-off",
        Kind.EVENT,
        Words("Call off"),
        "cancelled_at",
        fields=(Field("cancelled_why", Words("Why is it called off?"), welsh=True, optional=False),),
    ),
    Move("call-on", Kind.EVENT, Words("It takes place after all"), clears=_CALLED_OFF),
    Move(
        "withdraw",
        Kind.NEWS,
        Words("Withdraw"),
        "withdrawn_at",
        fields=(
            Field(
                "withdrawn_why",
                Words("Why is it withdrawn?"),
                hint=Words("Residents who follow a link to it read this."),
                welsh=True,
                optional=False,
            ),
        ),
    ),
    Move("show-again", Kind.NEWS, Words("Show again"), clears=_TAKEN_BACK),
)


def moves_of(kind: Kind, document: dict[str, object]) -> list[Move]:
    """What can be done to a thing as it is now: closing what is open, opening what is closed."""
    closed = any(document.get(name) for name in ("closed_at", "cancelled_at", "withdrawn_at"))
    return [one for one in MOVES if one.kind is kind and closed == bool(one.clears)]


def move_named(kind: Kind, name: str) -> Move | None:
    """The move of a name; `None` where that kind has none."""
    return next((one for one in MOVES if one.kind is kind and one.name == name), None)
