"""The kinds of things that a team publishes, each with its table."""

from enum import StrEnum

from sqlalchemy import Table

from api.publish import table


class Kind(StrEnum):
    """What is published; its value names it in addresses, tokens, drafts and the audit."""

    NEIGHBOURHOOD = "neighbourhood"
    MEMBER = "member"
    CONTACT_POINT = "contact-point"
    LINK = "link"
    PRIORITY = "priority"
    ACTION = "action"
    EVENT = "event"
    NEWS = "news"
    ANSWER = "answer"

    @property
    def table(self) -> Table:
        """Where it is kept."""
        return _TABLES[self]

    @property
    def of_a_force(self) -> bool:
        """Whether there is one of a force that is of no neighbourhood: a senior officer."""
        return self is Kind.MEMBER


_TABLES: dict[Kind, Table] = {
    Kind.NEIGHBOURHOOD: table.NEIGHBOURHOOD,
    Kind.MEMBER: table.PERSON,
    Kind.CONTACT_POINT: table.CONTACT_POINT,
    Kind.LINK: table.LINK,
    Kind.PRIORITY: table.PRIORITY,
    Kind.ACTION: table.PRIORITY_ACTION,
    Kind.EVENT: table.EVENT,
    Kind.NEWS: table.NEWS,
    Kind.ANSWER: table.ANSWER,
}
