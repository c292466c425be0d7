"""`ml-insights users …`: people and their roles, from the command line."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from ml_insights.core.access import Role

if TYPE_CHECKING:
    from sqlmodel import Session

ACTOR = "command line"

users = typer.Typer(help="People who may sign in, and their roles.", no_args_is_help=True)

Email = Annotated[str, typer.Argument(help="E-mail of the person.")]
Name = Annotated[str, typer.Option(help="Name as it is shown; the e-mail's first part where not given.")]
RoleOption = Annotated[Role, typer.Option(help="What they do in the company.")]


def add_commands(app: typer.Typer) -> None:
    """Add `users` to the command line."""
    app.add_typer(users, name="users")


@users.command("list")
def list_users(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False) -> None:
    """Show everybody with an account."""
    from ml_insights.accounts import queries
    from ml_insights.core.database import reading

    with reading() as session:
        people = queries.people(session)
    rows = [
        {
            "email": person.email,
            "name": person.name,
            "role": person.role.value,
            "active": person.active,
            "demo": person.is_demo,
            "last_seen": person.last_seen_at.isoformat() if person.last_seen_at else None,
        }
        for person in people
    ]
    typer.echo(json.dumps(rows, ensure_ascii=False, indent=2)) if as_json else _show(rows)


def _show(rows: list[dict[str, object]]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not rows:
        typer.echo("Nobody has an account yet. `users setup-link` prints the link for the first admin.")
        return
    table = Table(*(str(key) for key in rows[0]))
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    Console().print(table)


@users.command()
def add(
    email: Email,
    role: RoleOption,
    name: Name = "",
    password_stdin: Annotated[bool, typer.Option(help="Read the password from standard input.")] = False,
) -> None:
    """Add a person and give them a password (asked for, never shown)."""
    from ml_insights.accounts import service
    from ml_insights.core.database import transaction

    password = input() if password_stdin else typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    with transaction() as session:
        service.add_user(session, email, name or email.partition("@")[0], role, password, ACTOR)
    typer.echo(f"{email} may sign in as {role.value}.")


@users.command()
def invite(email: Email, role: RoleOption, name: Name = "") -> None:
    """Add a person and print the one-time link with which they choose a password."""
    from ml_insights.accounts import service
    from ml_insights.core.database import transaction

    with transaction() as session:
        link = service.invite(session, email, name or email.partition("@")[0], role, ACTOR)
    typer.echo(link)


@users.command("set-role")
def set_role(email: Email, role: Annotated[Role, typer.Argument(help="The new role.")]) -> None:
    """Give a person another role."""
    from ml_insights.accounts import service
    from ml_insights.core.database import transaction

    with transaction() as session:
        service.set_role(session, _user_id(session, email), role, ACTOR)
    typer.echo(f"{email} is {role.value} now.")


@users.command()
def deactivate(email: Email) -> None:
    """Keep a person out and end their sessions; what they did stays."""
    _set_active(email, False)
    typer.echo(f"{email} can no longer sign in.")


@users.command()
def activate(email: Email) -> None:
    """Let a deactivated person in again."""
    _set_active(email, True)
    typer.echo(f"{email} may sign in again.")


def _set_active(email: str, active: bool) -> None:
    from ml_insights.accounts import service
    from ml_insights.core.database import transaction

    with transaction() as session:
        service.set_active(session, _user_id(session, email), active, ACTOR)


@users.command("reset-link")
def reset_link(email: Email) -> None:
    """Print a one-time link with which a person chooses a new password; it also lifts a lock."""
    from ml_insights.accounts import service
    from ml_insights.core.database import transaction

    with transaction() as session:
        link = service.reset_link(session, _user_id(session, email), ACTOR)
    typer.echo(link)


@users.command("setup-link")
def setup_link() -> None:
    """Print the one-time link for the first admin; earlier ones stop working."""
    from ml_insights.accounts import service
    from ml_insights.core.database import transaction

    with transaction() as session:
        link = service.ensure_setup_link(session)
    typer.echo(link or "There is an admin already. Use `users reset-link` if the password is lost.")


def _user_id(session: "Session", email: str) -> int:
    from ml_insights.accounts import queries
    from ml_insights.accounts.errors import UnknownUser

    user = queries.user_by_email(session, email.strip().lower())
    if user is None:
        raise UnknownUser(user=email)
    return user.id or 0
