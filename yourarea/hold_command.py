"""`force holds`: the months that forces hold back themselves."""

import typer

from geo.store.layout import DataFolder
from yourarea.option import DATA, Data, Json

GROUP = "force"


def add_to(cli: typer.Typer) -> None:
    """Add this command to the group of those about one force; make the group where there is none yet."""
    group = next((one.typer_instance for one in cli.registered_groups if one.name == GROUP), None)
    if group is None:
        group = typer.Typer(no_args_is_help=True, help="What forces have set, and what waits for the operator.")
        cli.add_typer(group, name=GROUP)
    group.command("holds")(holds_command)


def holds_command(data: Data = DATA, as_json: Json = False) -> None:
    """List the months that forces hold back themselves, and which of them wait for `update`."""
    from yourarea.hold_job import say_holds

    say_holds(DataFolder(data), as_json)
