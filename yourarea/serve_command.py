"""Commands that show what is live, or could: serve, demo, doctor."""

from pathlib import Path
from typing import Annotated

import typer

from geo.store.layout import DataFolder
from yourarea.option import DATA, WORKERS, Data, Json, Workers

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]
LOOPBACK = "127.0.0.1"


def add_to(cli: typer.Typer) -> None:
    """Add these commands."""
    for name, command in (("serve", serve_command), ("demo", demo_command), ("doctor", doctor_command)):
        cli.command(name)(command)


def serve_command(
    data: Data = DATA,
    host: Host = LOOPBACK,
    port: Port = 8000,
    workers: Workers = WORKERS,
    mails: Annotated[bool, typer.Option("--mail/--no-mail", help="Send e-mails, where a mail server is set.")] = True,
) -> None:
    """Serve pages, tiles and data. A newly activated release is taken up within two seconds."""
    from yourarea.serve import serve_folder

    serve_folder(DataFolder(data), host, port, workers, mails=mails)


def demo_command(
    data: Data = Path("demo-data"),
    host: Host = LOOPBACK,
    port: Port = 8000,
    workers: Workers = WORKERS,
    serving: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it when it is made.")] = True,
) -> None:
    """Make the invented county of Dogger Bank, load it as real data are loaded, and serve it."""
    from yourarea.demo import prepare_demo
    from yourarea.demo_team import STAFF_LOGIN, staff_password
    from yourarea.screen import say

    release, postcode = prepare_demo(DataFolder(data), workers)
    say(f"The demo county is live as {release}.")
    if serving:
        from yourarea.serve import serve_folder

        site = f"http://{host}:{port}"
        welcome = f"Open {site}/ and ask for {postcode}. Ctrl+C stops it."
        welcome += f"\nStaff: {site}/staff, login {STAFF_LOGIN}, password {staff_password(DataFolder(data))}"
        serve_folder(DataFolder(data), host, port, workers, welcome)


def doctor_command(data: Data = DATA, as_json: Json = False) -> None:
    """Look for what would keep this from working here, and say what to do about it."""
    from yourarea.doctor import say_findings

    say_findings(DataFolder(data), as_json)
