"""What is wrong with what was written, by field, in words that people can act on and that can be translated."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from geo.words import Words


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        field: its name; empty where it is about the whole.
        text: what is wrong, in English; `%(name)s` stands for a value where there are any.
        values: those values.
    """

    field: str
    text: str
    values: dict[str, Any]

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


# by the kind of pydantic's errors
_WORDS: dict[str, str] = {
    "missing": Words("Enter this"),
    "string_too_short": Words("Enter this"),
    "string_type": Words("Enter this"),
    "string_too_long": Words("Use %(max_length)s characters or fewer"),
    "extra_forbidden": Words("There is no such field"),
    "datetime_from_date_parsing": Words("Enter a date and a time, such as 2026-11-02T19:00"),
    "datetime_parsing": Words("Enter a date and a time, such as 2026-11-02T19:00"),
    "datetime_type": Words("Enter a date and a time, such as 2026-11-02T19:00"),
    "date_from_datetime_parsing": Words("Enter a date, such as 2026-11-02"),
    "date_parsing": Words("Enter a date, such as 2026-11-02"),
    "date_type": Words("Enter a date, such as 2026-11-02"),
    "url_parsing": Words("Enter the whole address of a page, such as https://www.police.uk/"),
    "url_scheme": Words("Enter the address of a page that begins with https:// or http://"),
    "enum": Words("Choose one of %(expected)s"),
    "bool_parsing": Words("Say yes or no"),
}


def faults_of(error: ValidationError) -> list[Fault]:
    """What is wrong, each field's first fault, in order."""
    found: dict[str, Fault] = {}
    for one in error.errors():
        fault = _fault(one)
        found.setdefault(fault.field, fault)
    return list(found.values())


def _fault(error: ErrorDetails) -> Fault:
    field = ".".join(str(part) for part in error["loc"])
    values = dict(error.get("ctx", {}))
    if error["type"] == "own":
        return Fault(field or values.pop("field"), error["msg"], values)
    return Fault(field, _WORDS.get(error["type"], error["msg"]), values)
