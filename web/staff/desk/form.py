"""The form of each kind of thing that a team publishes, in the order in which a person would be asked."""

from dataclasses import dataclass

from api.publish.item.kind import Kind
from geo.words import Words
from web.staff.desk.field import Field, Widget


@dataclass(frozen=True, slots=True)
class Form:
    """A form.

    Attributes:
        kind: of what it writes.
        add, change: its heading, for a new thing and for one that is there.
        plural: what several are called.
        fields: what it asks, in order.
    """

    kind: Kind
    add: Words
    change: Words
    plural: Words
    fields: tuple[Field, ...]


_MARKDOWN = Words(
    "A blank line begins a new paragraph. **Two stars** make words bold; a line that begins with - lists."
)
_PICTURE = Field("picture", Words("Picture"), Widget.PICTURE)
REVIEW_ON = Field("review_on", Words("When will you look at it again?"), Widget.DAY, Words("Within three months."))

FORMS: dict[Kind, Form] = {
    one.kind: one
    for one in (
        Form(
            Kind.PRIORITY,
            Words("Add a priority"),
            Words("Change a priority"),
            Words("Priorities"),
            (
                Field("issue", Words("What is the issue?"), Widget.TEXT, _MARKDOWN, welsh=True, optional=False),
                Field("issued_at", Words("When was it set?"), Widget.DAY, optional=False),
                Field(
                    "chosen",
                    Words("How was it chosen?"),
                    Widget.TEXT,
                    Words("For example: by vote at the meeting of 3 March."),
                    welsh=True,
                ),
                REVIEW_ON,
            ),
        ),
        Form(
            Kind.ACTION,
            Words("Add what was done"),
            Words("Change what was done"),
            Words("What was done"),
            (
                Field("asked", Words("What were you asked?"), Widget.TEXT, welsh=True),
                Field("action", Words("What did you do?"), Widget.TEXT, _MARKDOWN, welsh=True, optional=False),
                Field("acted_at", Words("When?"), Widget.DAY, optional=False),
                Field("category", Words("Which crime is it about?"), Widget.CATEGORY),
            ),
        ),
        Form(
            Kind.EVENT,
            Words("Add an event"),
            Words("Change an event"),
            Words("Meetings and events"),
            (
                Field("title", Words("What is it called?"), welsh=True, optional=False),
                Field(
                    "address",
                    Words("Where is it?"),
                    hint=Words("The place and its address, in one line."),
                    checked=False,
                ),
                Field("starts_at", Words("When does it begin?"), Widget.TIME, optional=False),
                Field("ends_at", Words("When does it end?"), Widget.TIME),
                Field("description", Words("What is it about?"), Widget.TEXT, _MARKDOWN, welsh=True),
                Field(
                    "repeats",
                    Words("Does it take place again?"),
                    Widget.CHOICE,
                    choices=(
                        ("FREQ=WEEKLY", Words("Every week")),
                        ("FREQ=WEEKLY;INTERVAL=2", Words("Every two weeks")),
                        ("monthly-weekday", Words("Every month, on the same weekday of the month")),
                        ("FREQ=MONTHLY", Words("Every month, on the same date")),
                    ),
                ),
                Field(
                    "repeats_until",
                    Words("Until which day?"),
                    Widget.DAY,
                    Words("Only if it takes place again: a year ahead at most."),
                ),
                Field(
                    "not_on",
                    Words("Which days are left out?"),
                    Widget.DAYS,
                    Words("One on each line, such as 2026-12-25."),
                ),
            ),
        ),
        Form(
            Kind.NEWS,
            Words("Add an update"),
            Words("Change an update"),
            Words("Updates"),
            (
                Field("title", Words("What is the headline?"), welsh=True, optional=False),
                Field("text", Words("What do you want to say?"), Widget.TEXT, _MARKDOWN, welsh=True, optional=False),
                _PICTURE,
                Field("issued_at", Words("Which day is it of?"), Widget.DAY, optional=False),
                Field("pinned", Words("Keep it at the top"), Widget.TICK),
                Field(
                    "shown_from", Words("Show it from"), Widget.MOMENT, Words("Leave this empty to show it at once.")
                ),
                Field(
                    "shown_until", Words("Show it until"), Widget.MOMENT, Words("Leave this empty to go on showing it.")
                ),
            ),
        ),
        Form(
            Kind.MEMBER,
            Words("Add a person"),
            Words("Change a person"),
            Words("Team members"),
            (
                Field("rank", Words("Rank or role"), hint=Words("Such as Sergeant, PC or PCSO."), checked=False),
                Field("given_name", Words("First name"), checked=False, private=True),
                Field("surname", Words("Surname"), checked=False, private=True, optional=False),
                Field(
                    "shown_as",
                    Words("How much of the name is shown?"),
                    Widget.CHOICE,
                    Words("It is the officer’s own choice."),
                    choices=(
                        ("full", Words("The whole name")),
                        ("surname", Words("Rank and surname")),
                        ("rank", Words("Only the rank")),
                        ("hidden", Words("Nothing: the person is not shown at all")),
                    ),
                    optional=False,
                ),
                Field("contact", Words("How can people get in touch?"), Widget.CONTACT, checked=False, private=True),
                Field("bio", Words("About the person"), Widget.TEXT, _MARKDOWN, welsh=True),
                _PICTURE,
                Field(
                    "leaves_on",
                    Words("Leaving date"),
                    Widget.DAY,
                    Words("From that day on the person is not shown. The date itself never is."),
                    private=True,
                ),
            ),
        ),
        Form(
            Kind.CONTACT_POINT,
            Words("Add a contact point"),
            Words("Change a contact point"),
            Words("Contact points"),
            (
                Field("name", Words("What is the place called?"), checked=False, optional=False),
                Field(
                    "type", Words("What kind of place is it?"), hint=Words("Such as station or mobile police station.")
                ),
                Field("address", Words("Address"), checked=False),
                Field("postcode", Words("Postcode"), checked=False),
                Field("opening", Words("When is it open?"), Widget.TEXT, welsh=True),
                Field("description", Words("Anything else?"), Widget.TEXT, _MARKDOWN, welsh=True),
            ),
        ),
        Form(
            Kind.LINK,
            Words("Add a link"),
            Words("Change a link"),
            Words("Links"),
            (
                Field("title", Words("What is it called?"), welsh=True, optional=False),
                Field(
                    "url",
                    Words("Address of the page"),
                    hint=Words("It begins with https://"),
                    checked=False,
                    optional=False,
                ),
                Field("description", Words("What is there?"), Widget.TEXT, _MARKDOWN, welsh=True),
            ),
        ),
        Form(
            Kind.NEIGHBOURHOOD,
            Words("Describe the neighbourhood"),
            Words("Change the description"),
            Words("Neighbourhood"),
            (
                Field("description", Words("What is the neighbourhood like?"), Widget.TEXT, _MARKDOWN, welsh=True),
                Field("contact", Words("How can people reach the team?"), Widget.CONTACT, checked=False),
                Field("url_force", Words("Its page on the force’s own website"), checked=False),
            ),
        ),
        Form(
            Kind.ANSWER,
            Words("Add an answer"),
            Words("Change an answer"),
            Words("Questions and answers"),
            (
                Field("question", Words("The question, in your own words"), Widget.TEXT, welsh=True, optional=False),
                Field("answer", Words("The answer"), Widget.TEXT, _MARKDOWN, welsh=True, optional=False),
                Field("answered_at", Words("When was it answered?"), Widget.DAY, optional=False),
            ),
        ),
    )
}
