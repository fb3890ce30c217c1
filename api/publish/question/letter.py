"""The answer's way to whoever asked: it waits in the outbox until it is sent."""

from datetime import datetime
from email.utils import make_msgid

from sqlalchemy import Connection, insert, select

from api.publish.question.record import Notice
from api.publish.question.retention import letter_of
from api.publish.staff_table import OUTBOX, QUESTION


def send_answer(connection: Connection, number: int, notice: Notice, now: datetime) -> None:
    """Put an answer into the outbox, once for each question; nothing is sent here, and nothing is decrypted.

    Args:
        connection: of the transaction that ends the question, so that neither is there without the other.
        number: of the question, whose address goes into the outbox as it is kept: encrypted.
        notice: what is sent.
        now: the moment, with its zone.
    """
    address = connection.scalar(select(QUESTION.c.address).where(QUESTION.c.id == number))
    if address is None:
        return
    row = {"subject": notice.subject, "body": notice.body, "headers": {}, "address": address}
    reference = letter_of(number)
    message_id = make_msgid(reference.replace(":", "-"), "your-area.invalid")
    connection.execute(
        insert(OUTBOX).values(reference=reference, message_id=message_id, created_at=now, due_at=now, **row)
    )
