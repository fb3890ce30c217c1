"""The answer's way to whoever asked: it waits in the queue of e-mails until it is sent."""

from datetime import datetime

from sqlalchemy import Connection, select

from api.publish.outbox import enqueue
from api.publish.question.record import Notice
from api.publish.question.retention import letter_of
from api.publish.secret import Secrets
from api.publish.staff_table import QUESTION
from geo.errors import DamagedFile


def send_answer(connection: Connection, secrets: Secrets, number: int, notice: Notice, now: datetime) -> bool:
    """Put an answer into the queue, once for each question.

    Args:
        connection: of the transaction that ends the question, so that neither is there without the other.
        secrets: with which the address was encrypted.
        number: of the question.
        notice: what is sent.
        now: the moment, with its zone.

    Returns:
        Whether it will be sent: not where no address was left, or its key is no longer held.
    """
    hidden = connection.scalar(select(QUESTION.c.address).where(QUESTION.c.id == number))
    if hidden is None:
        return False
    try:
        address = secrets.show(hidden)
    except DamagedFile:
        return False
    headers = {"Content-Language": notice.language}
    return enqueue(connection, secrets, letter_of(number), address, notice.subject, notice.body, headers, now)
