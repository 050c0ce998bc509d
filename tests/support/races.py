"""Two people do something in the same moment: run as a program on a database of its own.

``python -m tests.support.races ROUNDS [--without-locks]`` prints, as JSON, what became of each
race. Both threads of a race begin together. With ``--without-locks`` nobody waits for anybody where
the service would, and both have looked before either acts: a control, to see that the races are
real.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "service.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from service.accounts import administration, first  # noqa: E402
from service.accounts.log import note  # noqa: E402
from service.accounts.models import Installation, User  # noqa: E402
from service.cases import inviting, members  # noqa: E402
from service.cases.access import NotFound, open_case  # noqa: E402
from service.cases.models import Case, Membership  # noqa: E402
from service.cases.roles import Role  # noqa: E402
from service.custody.chain import faults  # noqa: E402
from service.custody.kinds import Kind, PeopleKind  # noqa: E402
from service.custody.recording import Actor, history, record  # noqa: E402
from tests.support.people import PASSWORD, somebody  # noqa: E402

_ACTOR = Actor("user", "1", "ada@example.org", "192.0.2.1")
_EXPECTED = (first.NotTheFirst, members.LastOwner, administration.LastAdministrator, NotFound)
_NUMBER = iter(range(1_000_000))


def _together(*acts: Callable[[], object]) -> list[str]:
    """Do `acts` at once; for each, ``done`` or the refusal's name."""
    start = threading.Barrier(len(acts))
    told = [""] * len(acts)

    def run(at: int) -> None:
        try:
            start.wait(30)
            acts[at]()
            told[at] = "done"
        except _EXPECTED as error:
            told[at] = type(error).__name__
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(acts))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return sorted(told)


def _new() -> User:
    return somebody(f"somebody{next(_NUMBER)}@example.org")


def _owned_by_two() -> tuple[Case, list[Membership]]:
    case = open_case(_new(), "Threats")
    Membership.objects.create(case=case, user=_new(), role=Role.OWNER)
    return case, list(members.members_of(case))


def first_visitors() -> tuple[list[str], int]:
    """Two first visitors at once: how many administrators there are."""
    told = _together(
        lambda: first.create_first("one@example.org", PASSWORD),
        lambda: first.create_first("two@example.org", PASSWORD),
    )
    return told, User.objects.filter(is_administrator=True).count()


def owners_who_remove_each_other() -> tuple[list[str], int]:
    """How many owners are left."""
    case, (one, two) = _owned_by_two()
    told = _together(
        lambda: members.remove(case, two, _ACTOR), lambda: members.remove(case, one, _ACTOR)
    )
    return told, case.memberships.filter(role=Role.OWNER).count()


def owners_who_step_down() -> tuple[list[str], int]:
    """How many owners are left."""
    case, (one, two) = _owned_by_two()
    told = _together(
        lambda: members.change_role(case, one, Role.VIEWER, _ACTOR),
        lambda: members.leave(case, two.user, _ACTOR),
    )
    return told, case.memberships.filter(role=Role.OWNER).count()


def administrators_who_depose_each_other() -> tuple[list[str], int]:
    """How many administrators are left."""
    User.objects.update(is_administrator=False)
    one, two = _new(), _new()
    User.objects.filter(pk__in=[one.pk, two.pk]).update(is_administrator=True)
    told = _together(
        lambda: administration.unmake_administrator(two, _ACTOR),
        lambda: administration.switch_off(one, _ACTOR),
    )
    return told, administration.administrators().count()


def an_invitation_accepted_twice() -> tuple[list[str], int]:
    """How often the person is in."""
    case, bob = open_case(_new(), "Threats"), _new()
    invitation = inviting.invite(case, bob.email, Role.VIEWER, _new(), _ACTOR)
    told = _together(
        lambda: inviting.accept(bob, invitation.pk, _ACTOR),
        lambda: inviting.accept(bob, invitation.pk, _ACTOR),
    )
    return told, case.memberships.filter(user=bob).count()


def an_invitation_taken_back_as_it_is_accepted() -> tuple[list[str], int]:
    """One of the two happens: the number of members and of withdrawals together."""
    case, bob = open_case(_new(), "Threats"), _new()
    invitation = inviting.invite(case, bob.email, Role.VIEWER, _new(), _ACTOR)
    told = _together(
        lambda: inviting.accept(bob, invitation.pk, _ACTOR),
        lambda: inviting.withdraw(case, invitation.pk, _ACTOR),
    )
    kinds = [each["kind"] for each in history(case.pk)]
    return told, kinds.count(PeopleKind.JOIN) + kinds.count(PeopleKind.WITHDRAW)


def a_log_written_by_two() -> tuple[list[str], int]:
    """How many faults the chain has."""
    case, owner = open_case(_new(), "Threats"), _new()
    told = _together(
        lambda: inviting.invite(case, "a@example.org", Role.VIEWER, owner, _ACTOR),
        lambda: inviting.invite(case, "b@example.org", Role.VIEWER, owner, _ACTOR),
    )
    return told, len(faults(history(case.pk, private=True)))


def an_account_log_written_by_two() -> tuple[list[str], int]:
    """How many faults the chain has."""
    user = _new()
    told = _together(
        lambda: note(user, PeopleKind.SESSIONS_ENDED, _ACTOR),
        lambda: note(user, PeopleKind.ENABLE, _ACTOR),
    )
    return told, len(faults(history(user.pk, private=True)))


def a_capture_looked_at_by_two() -> tuple[list[str], int]:
    """How many faults the chain has, or how many events are missing."""
    capture = uuid.uuid4()

    def look() -> None:
        with transaction.atomic():
            record(capture, Kind.VIEW, _ACTOR)

    look()
    told = _together(look, look)
    events = history(capture, private=True)
    return told, len(faults(events)) + 3 - len(events)


RACES = (
    owners_who_remove_each_other,
    owners_who_step_down,
    administrators_who_depose_each_other,
    an_invitation_accepted_twice,
    an_invitation_taken_back_as_it_is_accepted,
    a_log_written_by_two,
    an_account_log_written_by_two,
    a_capture_looked_at_by_two,
)


@contextmanager
def without_locks() -> Iterator[None]:
    """Nobody waits for the case or the installation: both look, meet, and then act."""
    meeting = threading.Barrier(2)

    def meeting_after(look: Callable[..., None]) -> Callable[..., None]:
        def looked(*args: object) -> None:
            look(*args)
            meeting.wait(30)

        return looked

    looks = [(members, "_keep_an_owner"), (administration, "_leave_one")]
    with ExitStack() as changed:
        changed.enter_context(mock.patch.object(members, "lock"))
        changed.enter_context(mock.patch.object(administration.Installation, "objects"))
        for module, name in looks:
            looked = meeting_after(getattr(module, name))
            changed.enter_context(mock.patch.object(module, name, looked))
        yield


def main() -> None:
    """Run the races and print what became of them."""
    rounds = int(sys.argv[1])
    told: dict[str, list[Any]] = {}
    if "--without-locks" in sys.argv:
        Installation.objects.get_or_create(pk=Installation.THE_ONE)
        with without_locks():
            told = {race.__name__: [race()] for race in RACES[:3]}
    else:
        told["first_visitors"] = [first_visitors()]
        for race in RACES:
            told[race.__name__] = [race() for _ in range(rounds)]
    print(json.dumps(told))


if __name__ == "__main__":
    main()
