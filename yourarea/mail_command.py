"""`mail`: the e-mails that residents asked for."""

from typing import Annotated

import typer

from geo.store.layout import DataFolder
from yourarea.option import DATA, Data

Once = Annotated[bool, typer.Option("--once", help="Send what is due, say how many, and end.")]


def add_to(cli: typer.Typer) -> None:
    """Add this command."""
    cli.command("mail")(mail_command)


def mail_command(once: Once = False, data: Data = DATA) -> None:
    """Plan and send e-mails until told to stop, where `serve --no-mail` leaves that to another process."""
    from yourarea.mail_job import send_mails

    send_mails(DataFolder(data), once)
