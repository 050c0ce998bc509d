"""Second opinions: what other programs on this machine say to the questions that decide most.

The arithmetic of signatures and the rules of certification paths are this program's own. Where
`cryptography` or `openssl` is installed they are asked too, with the same bytes, and their answers
are printed beside ours. If one of them clearly disagrees, somebody is wrong, and nothing is decided
(`Code.OPINIONS_DIFFER`): neither proved nor contradicted.

Only a clear answer counts. A program that is absent, too old, out of time, or refuses for a reason
that is about itself (an algorithm that it was built without, its own minimum sizes) has given none.
Where this verifier is stricter by rule, and not by arithmetic, nobody is asked: the format decides.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Thread
from typing import NamedTuple, Protocol

from verify.codes import Code
from verify.errors import Undecided


class Answer(StrEnum):
    """What another program said; only the first two are answers."""

    ACCEPTS = "accepts"
    REFUSES = "refuses"
    NONE = "no answer"
    NOT_ASKED = "not asked"


class Opinion(NamedTuple):
    """An answer of `who`, of this version, on a `question` about a file of the bag, in a step."""

    step: int
    about: str
    question: str
    who: str
    version: str
    answer: Answer
    detail: str


class Signature(NamedTuple):
    """Is this signature that key's, of this message? `key_info` is a SubjectPublicKeyInfo in DER.

    `scheme` is ed25519, pkcs1 or ecdsa; `hash_name` as in hashlib, empty for ed25519.
    """

    key_info: bytes
    scheme: str
    hash_name: str
    signature: bytes
    message: bytes


class Stamp(NamedTuple):
    """Does this response date these data, by an authority under one of the roots, at this time?

    Certificates are DER; `others` are those that the token carries besides its signer's.
    """

    data: bytes
    response: bytes
    signer: bytes
    others: tuple[bytes, ...]
    roots: tuple[bytes, ...]
    time: dt.datetime


Reply = tuple[Answer, str]


class Adviser(Protocol):
    """A program that can be asked. Its methods raise nothing: failing to answer is no answer."""

    who: str

    @property
    def version(self) -> str | None:
        """Return its version, or None where it is not installed."""

    def signature(self, question: Signature) -> Reply:
        """Answer about a signature."""

    def stamp(self, question: Stamp) -> Reply:
        """Answer about a timestamp."""


@dataclass
class Panel:
    """Those that are asked about one bag, and what they said. The empty one asks nobody."""

    advisers: Sequence[Adviser] = ()
    opinions: list[Opinion] = field(default_factory=list)

    def on_signature(self, step: int, about: str, question: Signature, *, ours: bool) -> None:
        """Ask about a signature; raise `Undecided` where an answer is not ours."""
        answers = self._ask(step, about, "signature", lambda x: x.signature(question))
        _compare(answers, about, ours=ours)

    def on_stamp(self, step: int, about: str, question: Stamp) -> None:
        """Ask about a timestamp that we accept; raise `Undecided` where an answer is not ours."""
        answers = self._ask(step, about, "timestamp", lambda x: x.stamp(question))
        _compare(answers, about, ours=True)

    def _ask(
        self, step: int, about: str, what: str, ask: Callable[[Adviser], Reply]
    ) -> list[Opinion]:
        answers = [
            Opinion(step, about, what, who, version, *reply)
            for who, version, reply in _at_once(self.advisers, ask)
        ]
        self.opinions += answers
        return answers


_Said = tuple[str, str, Reply]


def _at_once(advisers: Sequence[Adviser], ask: Callable[[Adviser], Reply]) -> list[_Said]:
    """Ask all advisers at the same time, for each is slow to start; return their words in order.

    What one of them raises against its promise is raised here, not left in its thread.
    """
    said: dict[int, _Said] = {}
    faults: list[Exception] = []

    def one(number: int) -> None:
        adviser = advisers[number]
        try:
            version = adviser.version
            reply = ask(adviser) if version else (Answer.NOT_ASKED, "not installed")
        except Exception as fault:  # noqa: BLE001 -- raised again below, where it is seen
            faults.append(fault)
        else:
            said[number] = (adviser.who, version or "", reply)

    threads = [Thread(target=one, args=(number,)) for number in range(1, len(advisers))]
    for thread in threads:
        thread.start()
    try:
        if advisers:
            one(0)
    finally:
        for thread in threads:
            thread.join()
    if faults:
        raise faults[0]
    return [said[number] for number in range(len(advisers))]


def _compare(answers: Iterable[Opinion], about: str, *, ours: bool) -> None:
    expected = {Answer.ACCEPTS if ours else Answer.REFUSES, Answer.NONE, Answer.NOT_ASKED}
    others = [f"{x.who} {x.answer} the {x.question}" for x in answers if x.answer not in expected]
    if others:
        here = Answer.ACCEPTS if ours else Answer.REFUSES
        message = f"{' and '.join(others)}; this program {here} it: one of them is wrong"
        raise Undecided(Code.OPINIONS_DIFFER, message, about)
