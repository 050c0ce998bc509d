"""What CONTRIBUTING promises: the same files for each platform, and each of them documented."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import capture.platforms
from capture.platforms.identity import identify
from capture.platforms.platform import Platform
from capture.platforms.registry import PLATFORMS
from capture.platforms.shape import Kind
from capture.platforms.timescheme import Unit, iso, microseconds

HERE = Path(capture.platforms.__file__).parent
ROOT = HERE.parent.parent
DOC = (ROOT / "docs" / "identity.md").read_text("utf-8")
FILES = ("ids.py", "urls.py", "timeline.py", "data.py")
ROWS = {
    found[1]: [cell.strip() for cell in found[0].split("|")[2:-1]]
    for found in re.finditer(r"^\| `([a-z]+)` \|.*$", DOC, re.MULTILINE)
}


def test_each_folder_is_a_platform_of_the_registry() -> None:
    folders = {path.name for path in HERE.iterdir() if path.is_dir() and path.name[0] != "_"}
    assert folders == {platform.name for platform in PLATFORMS} == ROWS.keys()


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_each_folder_has_the_same_files(platform: Platform) -> None:
    folder = HERE / platform.name
    assert {"__init__.py", *FILES} == {path.name for path in folder.glob("*.py")}
    head = ast.parse((folder / "__init__.py").read_text("utf-8"))
    assert len(head.body) == 1
    assert ast.get_docstring(head)
    for name in FILES:
        assert ast.get_docstring(ast.parse((folder / name).read_text("utf-8")))


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_nothing_asks_a_clock_a_file_or_the_network(platform: Platform) -> None:
    allowed = {"__future__", "capture", "collections", "dataclasses", "datetime", "re"}
    for path in (HERE / platform.name).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").partition(".")[0] in allowed, path
            assert not isinstance(node, ast.Import), path
            assert not (isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"})


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_each_platform_has_its_row(platform: Platform) -> None:
    title, hosts, ids, names, timed = ROWS[platform.name]
    assert title == platform.title
    assert not platform.home or platform.home.removeprefix("www.") in hosts
    for name in platform.ids:
        assert re.search(rf"\b{name}\b", ids), name
    read = {name for shape in platform.shapes for name in _kept(shape.path, shape.query)}
    for name in read - platform.ids - {"code"}:
        assert re.search(rf"\b{name}\b", names), name
    for name in platform.schemes:
        assert timed == "all of them" or re.search(rf"\b{name}\b", timed), name
    assert bool(platform.schemes) == (timed != "none")


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_what_each_platform_shows_is_documented(platform: Platform) -> None:
    text = (ROOT / "docs" / "profiles.md").read_text("utf-8")
    assert f"\n| {platform.title} |" in text


def _kept(path: str, query: object) -> set[str]:
    return set(re.findall(r"\{([a-z][a-z_]*)\}", f"{path} {query}"))


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
def test_each_formula_is_documented_with_its_sources(platform: Platform) -> None:
    for scheme in platform.schemes.values():
        assert scheme.formula in DOC
        assert iso(microseconds(scheme.not_before), Unit.SECOND) in DOC
        assert scheme.made_by in DOC
        for source in scheme.sources:
            assert source in DOC


def test_each_kind_is_documented() -> None:
    for kind in Kind:
        assert f"`{kind.value}`" in DOC


def test_the_format_names_the_fields_that_are_written() -> None:
    text = (ROOT / "docs" / "evidence-format.md").read_text("utf-8")
    found = identify("https://x.com/jack/status/20", 0)
    assert found is not None
    for fields in (found.as_json(), found.times[0].as_json()):
        for name in fields:
            assert f"`{name}`" in text, name
