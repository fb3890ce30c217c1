"""Commands that show what is live, or could: serve, demo, doctor."""

from pathlib import Path
from typing import Annotated

import typer

from geo.errors import CheckFailed
from geo.store.layout import DataFolder
from web.settings import WebSettings
from yourarea.demo import prepare_demo
from yourarea.doctor import examine
from yourarea.option import DATA, WORKERS, Data, Json, Workers
from yourarea.screen import say, say_json
from yourarea.serve import serve

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]
LOOPBACK = "127.0.0.1"


def add_to(cli: typer.Typer) -> None:
    """Add these commands."""
    for name, command in (("serve", serve_command), ("demo", demo_command), ("doctor", doctor_command)):
        cli.command(name)(command)


def serve_command(data: Data = DATA, host: Host = LOOPBACK, port: Port = 8000, workers: Workers = WORKERS) -> None:
    """Serve pages, tiles and data. A newly activated release is taken up within two seconds."""
    serve(WebSettings(data_dir=data), host=host, port=port, workers=workers)


def demo_command(
    data: Data = Path("demo-data"),
    host: Host = LOOPBACK,
    port: Port = 8000,
    workers: Workers = WORKERS,
    serving: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it when it is made.")] = True,
) -> None:
    """Make the invented county of Dogger Bank, load it as real data are loaded, and serve it."""
    release, postcode = prepare_demo(DataFolder(data), workers)
    say(f"The demo county is live as {release}.")
    if serving:
        words = f"Open http://{host}:{port}/ and ask for {postcode}. Ctrl+C stops it."
        serve(WebSettings(data_dir=data), host=host, port=port, workers=workers, greet=lambda: say(words))


def doctor_command(data: Data = DATA, as_json: Json = False) -> None:
    """Look for what would keep this from working here, and say what to do about it."""
    findings = examine(DataFolder(data))
    if as_json:
        say_json([finding._asdict() for finding in findings])
    else:
        for finding in findings:
            say(f"{'ok  ' if finding.good else 'BAD '} {finding.what}: {finding.said}")
    if not all(finding.good for finding in findings):
        raise CheckFailed("something above needs attention.")
