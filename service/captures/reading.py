"""A list of addresses, as it was pasted or uploaded, line by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import category

from capture.errors import InvalidTarget
from capture.target import Target, parse_target

MAX_LINES = 10_000


class TooManyLines(Exception):
    """More addresses than are taken at once; the message says how many."""


class NotReadable(Exception):
    """The uploaded file is no text."""


@dataclass(frozen=True)
class Line:
    """One address as typed, and what it means: `target`, or why it is `refused`."""

    typed: str
    target: Target | None
    refused: str = ""


def read_lines(typed: Iterable[str]) -> list[Line]:
    """Judge each address. Raises `TooManyLines`."""
    lines = [each.strip() for each in typed]
    if len(lines) > MAX_LINES:
        raise TooManyLines(
            f"There are {len(lines):,} addresses; at most {MAX_LINES:,} are taken at once. "
            "Split the list."
        )
    return [_read(each) for each in lines]


def _read(typed: str) -> Line:
    try:
        return Line(typed, parse_target(typed))
    except InvalidTarget as error:
        return Line(_printable(typed), None, str(error))


def _printable(typed: str) -> str:
    """What is no address may be anything: it is kept to be shown, without what cannot be kept."""
    shown = "".join("\ufffd" if category(each) in {"Cc", "Cs"} else each for each in typed[:500])
    return f"{shown}…" if len(typed) > len(shown) else shown


def split_text(text: str) -> list[str]:
    """The lines of a pasted text or a .txt file that hold something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def split_csv(text: str) -> list[str]:
    """The addresses in a .csv file: the column that holds any, so a heading or a note is no matter.

    The column is the first with an ``http`` address in it; where there is none, the first column.
    """
    rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    column = next(
        (at for row in rows for at, cell in enumerate(row) if _is_address(cell)),
        0,
    )
    cells = [row[column].strip() for row in rows if len(row) > column]
    has_heading = len(cells) > 1 and not _is_address(cells[0]) and _is_address(cells[1])
    return [cell for cell in cells[has_heading:] if cell]


def split_upload(name: str, content: bytes) -> list[str]:
    """The addresses in an uploaded file. Raises `NotReadable`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotReadable(
            f"{name} is no text in UTF-8. Save it as .txt or .csv in UTF-8 and try again."
        ) from error
    if "\0" in text:
        raise NotReadable(f"{name} is no text. Give a .txt or .csv file with addresses in it.")
    try:
        return split_csv(text) if name.lower().endswith(".csv") else split_text(text)
    except csv.Error as error:
        raise NotReadable(f"{name} cannot be read as .csv: {error}.") from error


def _is_address(cell: str) -> bool:
    return cell.strip().lower().startswith(("http://", "https://"))
