"""`holdfast backup` and `holdfast restore`: everything that this machine holds, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import show
from cli.django_setup import set_up_django
from service.connections import data_folder, store_secrets, store_url
from service.environment import BadSetting
from service.evidence.errors import EvidenceError
from workers.backup.errors import BackupError


def backup(
    into: Annotated[Path, typer.Argument(help="A new folder, best on another disk.")],
    previous: Annotated[
        Path | None, typer.Option(help="An earlier backup: what it has is not copied again.")
    ] = None,
) -> None:
    """Copy database, keys and evidence into a folder, while the service runs."""
    set_up_django()
    from workers.backup.making import back_up  # noqa: PLC0415

    try:
        about = back_up(into.absolute(), previous)
    except (BackupError, EvidenceError, OSError) as error:
        show.complain(f"no backup was made: {error}")
        raise typer.Exit(1) from error
    show.line(f"{into}: {about.objects} sealed bags, database and keys. Keep it secret.")


def restore(source: Annotated[Path, typer.Argument(help="A backup.")]) -> None:
    """Restore a backup into an empty HOLDFAST_DATA, after every digest was checked."""
    from service.evidence.store import open_store  # noqa: PLC0415
    from workers.backup.restoring import restore as restore_all  # noqa: PLC0415

    try:
        data = data_folder()
        about = restore_all(source, data, open_store(store_url(data), **store_secrets()))
    except BadSetting as error:
        show.complain(str(error))
        raise typer.Exit(2) from error
    except (BackupError, EvidenceError, OSError) as error:
        show.complain(f"nothing was restored: {error}")
        raise typer.Exit(1) from error
    show.line(f"{about.objects} sealed bags of {about.made}, made by Holdfast {about.holdfast}.")
    review()
    show.line(f"{data} is ready: start the service as before.")


def review() -> None:
    """Compute every chain of custody again, and see that the store has every object; exit 1 if not.

    The objects themselves are read by the fixity check, in turn, and by `holdfast verify`."""
    set_up_django()
    from workers.backup.reviewing import review as review_all  # noqa: PLC0415

    faults = list(review_all())
    for fault in faults:
        show.complain(fault)
    if faults:
        raise typer.Exit(1)
    show.line("Every chain of custody is sound, and every object is there.")
