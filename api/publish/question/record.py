"""A resident's question as the team sees it, how it can end, and what can be wrong with ending it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from api.publish.policy import Where
from geo.errors import YourAreaError

ANSWER_WITHIN = timedelta(hours=72)  # as the Neighbourhood Policing Guarantee of 2025 has it
ESCALATE_AFTER = timedelta(hours=48)  # a day is left for whoever is told then
ADDRESS_KEPT = timedelta(days=30)  # after the answer
MOST_CHARACTERS = 1_200


class QuestionState(StrEnum):
    """Where a question stands; `asked.how` says the same of one that is deleted."""

    OPEN = "open"
    ANSWERED = "answered"  # for everybody to read, in the team's own words
    ANSWERED_PRIVATELY = "answered-privately"
    HANDED_OVER = "handed-over"
    CLOSED = "closed"


UNANSWERED = "unanswered"  # how a question ended that was deleted before anybody answered it
IN_TIME_OR_NOT = (QuestionState.ANSWERED, QuestionState.ANSWERED_PRIVATELY)  # whose hours count


class HandedTo(StrEnum):
    """As what a question is handed over that is none for a neighbourhood team to answer here."""

    REPORT = "report"
    SAFEGUARDING = "safeguarding"


class CloseReason(StrEnum):
    """Why a question has no answer."""

    REPEATED = "repeated"
    NOT_OURS = "not-ours"
    ONE_CASE = "one-case"
    ABUSE = "abuse"
    NONSENSE = "nonsense"


class NoSuchQuestion(YourAreaError, LookupError):
    """There is no question of that number there, or no longer."""


class NotTaken(YourAreaError, RuntimeError):
    """The force takes no questions here, or so many came within an hour that no more are kept."""


class NoAddress(YourAreaError, ValueError):
    """Whoever asked left no e-mail address that can be read, so an answer that is not published reaches nobody."""


class EndedMeanwhile(YourAreaError, RuntimeError):
    """Somebody else answered the question, or ended it otherwise, since it was read; nothing was written.

    Attributes:
        held: it, as it is now.
    """

    def __init__(self, held: "Question") -> None:
        super().__init__("Somebody else has dealt with this question meanwhile.")
        self.held = held


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asked a team. The address to answer to is not among it: staff are told only that there is one.

    Attributes:
        id: never used twice.
        where: whose team is asked.
        text: the resident's own words; they are never published.
        language: code of the language of the form.
        addressed: whether an answer can be sent.
        asked_at, due_at: when, and when the 72 hours are over.
        state: where it stands.
        escalated_at: when the force's editors were first shown it as late.
        ended_at, ended_by: when and by whom it was answered or ended otherwise.
        handed_to: as what it was handed over.
        answer_id: the external id of the answer that was published.
        version: rises when it ends.
    """

    id: int
    where: Where
    text: str
    language: str
    addressed: bool
    asked_at: datetime
    due_at: datetime
    state: QuestionState
    escalated_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    handed_to: HandedTo | None
    answer_id: str | None
    version: int

    def hours_left(self, now: datetime) -> int:
        """Whole hours until it is due; negative where that is over."""
        return int((self.due_at - now).total_seconds() // 3600)


@dataclass(frozen=True, slots=True)
class Notice:
    """What is sent to whoever asked, in the language that they asked in.

    Attributes:
        subject: says nothing of what it is about: others may see it.
        body: plain text.
        language: code of it.
    """

    subject: str
    body: str
    language: str
