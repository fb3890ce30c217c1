"""What a form asks: each field with its words and the way it is typed."""

from dataclasses import dataclass
from enum import StrEnum

from geo.words import Words


class Widget(StrEnum):
    """How something is typed."""

    LINE = "line"
    TEXT = "text"  # Markdown, several lines
    DAY = "day"
    TIME = "time"  # a day and the clock on the wall
    MOMENT = "moment"  # the same, kept as UTC
    DAYS = "days"  # one on each line
    CHOICE = "choice"
    CATEGORY = "category"  # of crime
    TICK = "tick"
    CONTACT = "contact"  # a line for each channel
    PICTURE = "picture"


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form.

    Attributes:
        name: as what is written has it.
        label: what is asked.
        widget: how it is typed.
        hint: what helps to answer.
        welsh: whether there is the same in Welsh, under its name and `_cy`.
        choices: values and words of a choice.
        checked: whether what is typed is looked through for people and homes before it is public.
        private: whether it stays out of what the browser keeps of a form that was not sent.
        optional: whether it can be left empty.
    """

    name: str
    label: Words
    widget: Widget = Widget.LINE
    hint: Words | None = None
    welsh: bool = False
    choices: tuple[tuple[str, Words], ...] = ()
    checked: bool = True
    private: bool = False
    optional: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """What it gives values to."""
        own = ("picture_id", "picture_alt", "picture_alt_cy") if self.widget is Widget.PICTURE else (self.name,)
        return (*own, f"{self.name}_cy") if self.welsh else own


# in the order in which they are asked; names of services are the same in every language
CHANNELS: tuple[tuple[str, str], ...] = (
    ("email", Words("Email")),
    ("telephone", Words("Telephone")),
    ("mobile", Words("Mobile")),
    ("address", Words("Address")),
    ("website", Words("Website")),
    ("facebook", "Facebook"),
    ("twitter", "X (Twitter)"),
    ("instagram", "Instagram"),
    ("youtube", "YouTube"),
    ("nextdoor", "Nextdoor"),
)
