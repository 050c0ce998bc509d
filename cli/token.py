"""`holdfast token …`: API tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from cli import show
from cli.django_setup import set_up_django

app = typer.Typer(help="API tokens of the service.", no_args_is_help=True)


@app.callback()
def token() -> None:
    """API tokens of the service."""


@app.command("create")
def create_token(
    email: str,
    scope: Annotated[list[str], typer.Option(help="What it may be used for; may be repeated.")],
    days: Annotated[int, typer.Option(min=1, max=366, help="How long it is valid.")] = 90,
    name: Annotated[str, typer.Option(help="To know it by.")] = "",
) -> None:
    """Create a token; its text alone is on the last line, and is not shown again."""
    set_up_django()
    from service.accounts.models import User  # noqa: PLC0415
    from service.accounts.tokens import Scope, create_token  # noqa: PLC0415

    known = [each.value for each in Scope]
    unknown = [each for each in scope if each not in known]
    if unknown:
        show.complain(f"There is no scope '{unknown[0]}'. There are: {', '.join(known)}.")
        raise typer.Exit(2)
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        show.complain(f"There is no account for {email}. Make one: holdfast user create {email}")
        raise typer.Exit(1)
    text, made = create_token(
        user, [Scope(each) for each in scope], name=name, life=timedelta(days=days)
    )
    show.line(f"Valid until {made.expires:%d %B %Y}. Keep it like a password.")
    show.line(text)
