"""The command line: every command, with its options and its help.

A command imports what does its work when it is called, so that help is there at once and each command starts with no
more than it needs.
"""

import typer

from yourarea import (
    backup_command,
    content_command,
    export_command,
    feedback_command,
    force_command,
    hold_command,
    mail_command,
    map_file_command,
    population_command,
    release_command,
    serve_command,
    source_command,
    submission_command,
    team_command,
)

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
export_command.add_to(cli)
feedback_command.add_to(cli)
mail_command.add_to(cli)
map_file_command.add_to(cli)
backup_command.add_to(cli)
force_command.add_to(cli)
hold_command.add_to(cli)
team_command.add_to(cli)
submission_command.add_to(cli)
