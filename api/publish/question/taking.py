"""Whether a force takes residents' questions here: it does only where it said so in its corner."""

from sqlalchemy import Connection

from api.publish.force_setting import Setting, every, is_on, read, write
from api.publish.policy import Actor


def takes_questions(connection: Connection, force_id: str) -> bool:
    """Whether a force's teams can be asked here."""
    return is_on(connection, force_id, Setting.QUESTIONS)


def forces_that_take(connection: Connection) -> frozenset[str]:
    """The forces whose teams can be asked here."""
    held = every(connection).items()
    return frozenset(one for one, said in held if Setting.QUESTIONS in said and said[Setting.QUESTIONS].value is True)


def take_questions(connection: Connection, actor: Actor, force_id: str, taken: bool) -> None:
    """Say whether a force's teams can be asked here; those asked already are to be answered all the same.

    Raises:
        MayNot: the actor may not manage that force's corner.
    """
    seen = read(connection, force_id)[Setting.QUESTIONS].version
    write(connection, actor, force_id, Setting.QUESTIONS, taken, seen)
