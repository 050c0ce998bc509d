"""`holdfast token …`: API tokens."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from cli import show
from cli.django_setup import set_up_django

if TYPE_CHECKING:
    from service.accounts.models import User

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
    from service.accounts.tokens import Scope, create_token  # noqa: PLC0415

    known = [each.value for each in Scope]
    unknown = [each for each in scope if each not in known]
    if unknown:
        show.complain(f"There is no scope '{unknown[0]}'. There are: {', '.join(known)}.")
        raise typer.Exit(2)
    user = _account(email)
    text, made = create_token(
        user, [Scope(each) for each in scope], name=name, life=timedelta(days=days)
    )
    show.line(f"Valid until {made.expires:%d %B %Y}. Keep it like a password.")
    show.line(text)


@app.command("list")
def list_tokens(email: str) -> None:
    """List a person's tokens that count: ID, when they end, scopes, name."""
    set_up_django()
    from service.accounts.tokens import tokens_of  # noqa: PLC0415

    for each in tokens_of(_account(email)):
        show.line(f"{each.pk}  {each.expires:%Y-%m-%d}  {','.join(each.scopes)}  {each.name}")


@app.command("revoke")
def revoke_token(email: str, token: Annotated[uuid.UUID, typer.Argument(help="Its ID.")]) -> None:
    """End a token of a person, at once."""
    set_up_django()
    from service.accounts.tokens import revoke  # noqa: PLC0415

    if not revoke(_account(email), token):
        show.complain(f"{email} has no such token that counts. See: holdfast token list {email}")
        raise typer.Exit(1)
    show.line("The token has ended.")


def _account(email: str) -> User:
    from service.accounts.models import User  # noqa: PLC0415

    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        show.complain(f"There is no account for {email}. Make one: holdfast user create {email}")
        raise typer.Exit(1)
    return user
