"""A question as staff are shown it: how long there is, and how it ended, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from api.publish.question.record import CloseReason, HandedTo, Question, QuestionState
from geo.neighbourhood import NeighbourhoodRef
from web.address import neighbourhood_address
from web.language import Language
from web.wall_clock import wall_time

_FEW_HOURS = 24


@dataclass(frozen=True)
class QuestionView:
    """What templates ask of a question.

    Attributes:
        question: it.
        now: the moment it is shown.
        language: of the page.
        names: of the force's neighbourhoods, on a page that shows several.
    """

    question: Question
    now: datetime
    language: Language
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Of its own page."""
        return f"/staff{neighbourhood_address(self._ref)}/questions/{self.question.id}"

    @property
    def name(self) -> str:
        """What the neighbourhood is called."""
        return self.names.get(self._ref.id, self._ref.id)

    @property
    def asked_at(self) -> datetime:
        """By the clock on the wall."""
        return wall_time(self.question.asked_at)

    @property
    def due_at(self) -> datetime:
        """By the clock on the wall."""
        return wall_time(self.question.due_at)

    @property
    def ended_at(self) -> datetime | None:
        """By the clock on the wall."""
        return None if self.question.ended_at is None else wall_time(self.question.ended_at)

    @property
    def overdue(self) -> bool:
        """Whether the 72 hours are over and nobody has answered."""
        return self.question.state is QuestionState.OPEN and self.now > self.question.due_at

    @property
    def left(self) -> str:
        """How long there is, or since when there should have been an answer."""
        ngettext = self.language.words.ngettext
        left = self.question.due_at - self.now
        hours = int(abs(left).total_seconds() // 3600)
        if self.overdue:
            return ngettext("Overdue by %(num)s hour", "Overdue by %(num)s hours", hours) % {"num": hours}
        return ngettext("Due in %(num)s hour", "Due in %(num)s hours", hours) % {"num": hours}

    @property
    def state(self) -> str:
        """How it ended."""
        _, held = self.language.words.gettext, self.question
        if held.state is QuestionState.HANDED_OVER and held.handed_to is not None:
            return hand_over_words(self.language)[held.handed_to]
        return {
            QuestionState.OPEN: _("Waiting"),
            QuestionState.ANSWERED: _("Answered, and published"),
            QuestionState.ANSWERED_PRIVATELY: _("Answered privately"),
            QuestionState.HANDED_OVER: _("Handed over"),
            QuestionState.CLOSED: _("Closed without an answer"),
        }[held.state]

    @property
    def begins(self) -> str:
        """Its first words, for a list."""
        line = " ".join(self.question.text.split())
        return line if len(line) <= 90 else line[:90].rsplit(" ", 1)[0] + "…"

    @property
    def _ref(self) -> NeighbourhoodRef:
        where = self.question.where
        return NeighbourhoodRef(where.force_id or "", where.neighbourhood_id or "")


def hand_over_words(language: Language) -> dict[HandedTo, str]:
    """As what a question can be handed over."""
    _ = language.words.gettext
    return {
        HandedTo.REPORT: _("Handed over as a report"),
        HandedTo.SAFEGUARDING: _("Handed over as a safeguarding matter"),
    }


def close_words(language: Language) -> dict[CloseReason, str]:
    """Why a question can be left without an answer."""
    _ = language.words.gettext
    return {
        CloseReason.REPEATED: _("It was asked and answered before"),
        CloseReason.NOT_OURS: _("It is not for the police"),
        CloseReason.ONE_CASE: _("It is about one person’s own case, which cannot be answered here"),
        CloseReason.ABUSE: _("It is abuse"),
        CloseReason.NONSENSE: _("It is advertising or means nothing"),
    }
