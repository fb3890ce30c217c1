"""`team`: who may publish, from the command line of whoever runs the site."""

from typing import Annotated

import typer

from geo.store.layout import DataFolder
from yourarea.option import DATA, Data, Json

team = typer.Typer(name="team", help="Who may publish: accounts, roles, sessions, tokens, and who did what.")

Who = Annotated[str, typer.Argument(help="A login, or the number that `team list` shows.", show_default=False)]
Role = Annotated[str, typer.Argument(help="national-administrator, force-administrator, force-editor, ...")]
Place = Annotated[
    str | None, typer.Argument(help="FORCE or FORCE/NEIGHBOURHOOD; nothing for the nation.", show_default=False)
]
Force = Annotated[str | None, typer.Option("--force", metavar="FORCE", help="Only of this force.")]
PasswordStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input, instead of asking for it.")
]


def add_to(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.add_typer(team)


@team.command("list")
def list_command(force: Force = None, data: Data = DATA, as_json: Json = False) -> None:
    """List accounts with their roles."""
    from yourarea.team_job import say_accounts

    say_accounts(DataFolder(data), force, as_json)


@team.command("add")
def add_command(
    name: Annotated[str, typer.Argument(help="Of the person, as colleagues see it.", show_default=False)],
    login: Annotated[str, typer.Option("--login", metavar="LOGIN", help="What is typed to sign in.")],
    access: Annotated[
        list[str], typer.Option("--access", metavar="ROLE[@PLACE]", help="A role to give at once; as often as needed.")
    ] = [],  # noqa: B006  Typer takes the default as it stands and makes a list of its own
    password_stdin: PasswordStdin = False,
    data: Data = DATA,
) -> None:
    """Make a local account, and ask for its password."""
    from yourarea.team_job import add_account

    add_account(DataFolder(data), name, login, access, password_stdin)


@team.command("password")
def password_command(who: Who, password_stdin: PasswordStdin = False, data: Data = DATA) -> None:
    """Give a local account another password, and sign it out everywhere."""
    from yourarea.team_job import change_password

    change_password(DataFolder(data), who, password_stdin)


@team.command("disable")
def disable_command(who: Who, data: Data = DATA) -> None:
    """Let an account open nothing any more, and sign it out everywhere."""
    from yourarea.team_job import disable_account

    disable_account(DataFolder(data), who)


@team.command("enable")
def enable_command(who: Who, data: Data = DATA) -> None:
    """Let a disabled account open again what its roles open."""
    from yourarea.team_job import enable_account

    enable_account(DataFolder(data), who)


@team.command("give")
def give_command(who: Who, role: Role, place: Place = None, data: Data = DATA) -> None:
    """Give an account a role."""
    from yourarea.team_job import give_role

    give_role(DataFolder(data), who, role, place)


@team.command("take")
def take_command(who: Who, role: Role, place: Place = None, data: Data = DATA) -> None:
    """Take a role from an account."""
    from yourarea.team_job import take_role

    take_role(DataFolder(data), who, role, place)


@team.command("sessions")
def sessions_command(
    who: Who,
    end: Annotated[list[int], typer.Option("--end", metavar="ID", help="End this one; as often as needed.")] = [],  # noqa: B006
    end_all: Annotated[bool, typer.Option("--end-all", help="End all of them.")] = False,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """List where an account is signed in, and end sessions."""
    from yourarea.team_job import say_sessions

    say_sessions(DataFolder(data), who, end, end_all, as_json)


@team.command("tokens")
def tokens_command(force: Force = None, data: Data = DATA, as_json: Json = False) -> None:
    """List the tokens of forces' own systems."""
    from yourarea.team_token_job import say_tokens

    say_tokens(DataFolder(data), force, as_json)


@team.command("make-token")
def make_token_command(
    name: Annotated[str, typer.Argument(help="Which system it is for.", show_default=False)],
    place: Annotated[str, typer.Argument(metavar="PLACE", help="FORCE or FORCE/NEIGHBOURHOOD.", show_default=False)],
    kind: Annotated[list[str], typer.Option("--kind", metavar="KIND", help="What it may publish; as often as needed.")],
    days: Annotated[int, typer.Option("--days", min=1, max=400, help="Days until it expires.")] = 365,
    data: Data = DATA,
) -> None:
    """Make a token, and print it: this once, and never again."""
    from yourarea.team_token_job import make_token

    make_token(DataFolder(data), name, place, kind, days)


@team.command("revoke-token")
def revoke_token_command(
    token: Annotated[int, typer.Argument(help="The number that `team tokens` shows.", show_default=False)],
    data: Data = DATA,
) -> None:
    """Let a token open nothing from now on."""
    from yourarea.team_token_job import revoke_token

    revoke_token(DataFolder(data), token)


@team.command("audit")
def audit_command(force: Force = None, data: Data = DATA) -> None:
    """Print who did what, the newest first: a JSON object in each line."""
    from yourarea.team_job import print_audit

    print_audit(DataFolder(data), force)
