"""The `yourarea` command: the only place that knows all the rooms."""

import sys

import typer
from pydantic import ValidationError

from geo.errors import YourAreaError
from yourarea import content_command, population_command, release_command, serve_command, source_command

_INTERRUPTED = 130  # how Typer ends after Ctrl+C
cli = typer.Typer(
    name="yourarea",
    help="Local crime, and what the force is doing about it: load what data.police.uk publishes, build, check, serve.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
source_command.add_to(cli)
content_command.add_to(cli)
population_command.add_to(cli)
release_command.add_to(cli)
serve_command.add_to(cli)


def app() -> None:
    """Run the command. Exit status 0 is done, 1 is something went wrong and was said, 2 is a wrong command line."""
    try:
        cli()
    except SystemExit as done:
        if done.code != _INTERRUPTED:
            raise
        sys.stderr.write("yourarea: stopped; what is live is as it was. Run the command again to finish.\n")
        sys.exit(1)
    except ValidationError as error:
        for problem in error.errors():
            name = "_".join(str(part) for part in problem["loc"]).upper()
            sys.stderr.write(f"yourarea: the setting YOURAREA_{name} is {problem['input']!r}: {problem['msg']}\n")
        sys.exit(2)
    except YourAreaError as error:
        sys.stderr.write(f"yourarea: {error}\n")
        sys.exit(1)
