"""Step 8, identity (8.8): what the record says that its URLs say (format, section 6.4).

Which platform a URL belongs to and what its parts mean is not judged here: that was read by rules
of their time, and is no more than the URL says. What can be held against the rest is: every ID
stands in its URL, and every time is what its own formula gives, done again from the ID's digits.
"""

from collections.abc import Iterator
from types import NoneType
from urllib.parse import unquote

from verify.codes import Code
from verify.container.layout import CAPTURE_RECORD
from verify.decoded import Forms, Place, check_decoded, read
from verify.errors import Defect
from verify.quoting import shown
from verify.record.capturejson import Record

_THING: Forms = {
    **dict.fromkeys(("platform", "kind", "canonical_url", "note"), (str,)),
    **dict.fromkeys(("ids", "names"), (dict,)),
    "certain": (bool,),
    "key": (str, NoneType),
    "times": (list,),
}


def check_identity(record: Record) -> Iterator[Defect]:
    """Yield where `identity` is out of form, or is not what its URLs and IDs give.

    Raises `Contradiction` for the first thing that is out of form.
    """
    if record.identity is None:
        return
    place = Place(CAPTURE_RECORD, "identity", Code.CAPTURE_FIELD)
    urls = {"url": record.url, "final_url": record.final_url}
    if record.identity.keys() != urls.keys():
        raise place.formless(sorted(record.identity))
    for name, url in urls.items():
        thing, here = record.identity[name], place.at(f".{name}")
        if thing is None and name == "final_url":
            continue
        yield from _check_thing(read(thing, _THING, here), url, record.started, here)


def _check_thing(
    fields: dict[str, object], url: str | None, started: str, place: Place
) -> Iterator[Defect]:
    ids, _ = _texts(fields, "ids", place), _texts(fields, "names", place)
    if url is None:
        yield place.disagrees(": there is no such URL")
        return
    for name, text in ids.items():
        if text not in unquote(url):
            message = f": the ID {shown(text)} ({shown(name)}) is not in {name}"
            yield place.disagrees(message)
    times = fields["times"]
    for number, each in enumerate(times if isinstance(times, list) else []):
        yield from check_decoded(each, ids, started, place.at(f".times[{number}]"))


def _texts(fields: dict[str, object], name: str, place: Place) -> dict[str, str]:
    value = fields[name]
    texts = value if isinstance(value, dict) else {}
    if not all(isinstance(text, str) for text in texts.values()):
        raise place.at(f".{name}").formless(value)
    return texts
