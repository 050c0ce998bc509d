"""The command `holdfast`."""

from __future__ import annotations

import sys

import typer

from cli import (
    backup,
    browser,
    capture,
    custody,
    doctor,
    identity,
    key,
    processes,
    profile,
    serve,
    session,
    timestamp,
    token,
    user,
    verify,
    watch,
)
from cli.settings import BadSettings, read_settings_file

app = typer.Typer(
    name="holdfast",
    help="Preserves what somebody posted before it is deleted, and proves that nothing changed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("capture")(capture.capture)
app.command("profile")(profile.profile)
app.command("watch")(watch.watch)
app.command("verify")(verify.verify)
app.command("timestamp")(timestamp.timestamp)
app.command("id")(identity.identify_urls)
app.command("browser")(browser.browser)
app.add_typer(key.app, name="key")
app.add_typer(session.app, name="session")
app.command("serve")(serve.serve)
app.command("web")(processes.web)
app.command("worker")(processes.worker)
app.command("beat")(processes.beat)
app.command("migrate")(processes.migrate)
app.command("doctor")(doctor.doctor)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("review")(backup.review)
app.add_typer(custody.app, name="custody")
app.add_typer(user.app, name="user")
app.add_typer(token.app, name="token")


@app.callback()
def settings(context: typer.Context) -> None:
    """Every option is taken from its flag, else from its environment variable (HOLDFAST_…), else
    from holdfast.toml in this folder."""
    context.default_map = read_settings_file()


def main() -> None:
    """Run the command; a bad settings file is wrong usage (exit 2)."""
    try:
        app()
    except BadSettings as error:
        sys.stderr.write(f"holdfast: {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
