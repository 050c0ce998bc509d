"""`holdfast user …`: accounts."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli import show
from cli.django_setup import set_up_django

app = typer.Typer(help="Accounts of the service.", no_args_is_help=True)


@app.callback()
def user() -> None:
    """Accounts of the service."""


@app.command("create")
def create_user(
    email: str,
    admin: Annotated[bool, typer.Option("--admin", help="May run the system.")] = False,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Create an account."""
    set_up_django()
    from django.core.exceptions import ValidationError  # noqa: PLC0415

    from service.accounts.creating import create_account  # noqa: PLC0415

    if not password_stdin:
        show.complain("Give the password on standard input, with --password-stdin.")
        raise typer.Exit(2)
    try:
        made = create_account(email, sys.stdin.readline().rstrip("\n"), is_administrator=admin)
    except ValidationError as error:
        show.complain(" ".join(error.messages))
        raise typer.Exit(2) from error
    show.line(f"{made.email} can sign in.")


@app.command("link")
def link(email: str) -> None:
    """Print a link by which a person sets a new password: once, within three days."""
    set_up_django()
    from service.accounts.administration import make_password_link  # noqa: PLC0415
    from service.accounts.models import User  # noqa: PLC0415
    from service.custody.recording import Actor  # noqa: PLC0415

    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        show.complain(f"There is no account for {email}. Make one: holdfast user create {email}")
        raise typer.Exit(1)
    show.line(make_password_link(user, Actor("administrator", name="the command line")))
