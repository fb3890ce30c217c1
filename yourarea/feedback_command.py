"""`feedback`: what readers say is wrong with pages."""

from typing import Annotated

import typer

from geo.store.layout import DataFolder
from yourarea.option import DATA, Data, Json

Done = Annotated[
    list[int],
    typer.Option("--done", metavar="ID", help="Delete this message, which was dealt with; as often as needed."),
]


def add_to(cli: typer.Typer) -> None:
    """Add this command."""
    cli.command("feedback")(feedback_command)


def feedback_command(
    done: Done = [],  # noqa: B006  Typer takes the default as it stands and makes a list of its own
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """List what readers say is wrong with pages: what identifies somebody first, then the newest."""
    from yourarea.feedback_job import say_feedback

    say_feedback(DataFolder(data), done, as_json)
