"""What is not documented does not exist: settings, commands, outcomes, files of the bag."""

from __future__ import annotations

import re
from pathlib import Path

import click
import typer

from capture.browser.renderings import NAMES
from capture.outcome import Outcome
from cli import show
from cli.main import app
from cli.settings import _LISTS, _PLAIN
from verify.codes import Code
from verify.command import _parser

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"


def _commands() -> dict[str, click.Command]:
    group = typer.main.get_command(app)
    assert isinstance(group, click.Group) or hasattr(group, "commands")
    return dict(group.commands)


def test_every_option_and_variable_is_in_settings_md() -> None:
    text = (DOCS / "settings.md").read_text("utf-8")
    for parameter in _commands()["capture"].params:
        if parameter.param_type_name == "option" and parameter.name not in {"json", "help"}:
            assert f"`{parameter.opts[0]}`" in text, parameter.name
            assert f"`{parameter.envvar}`" in text, parameter.name


def test_the_verifiers_are_one_command_with_the_same_options() -> None:
    text = (DOCS / "verification.md").read_text("utf-8")
    own = {name for action in _parser()._actions for name in action.option_strings}
    ours = {name for parameter in _commands()["verify"].params for name in parameter.opts}
    assert own - {"-h", "--help"} <= ours
    for name in own - {"-h", "--help"}:
        assert f"`{name}" in text, name
    for code in Code:
        if code.name.startswith("KEY_REVOKED"):
            assert f"`{code}`" in text


def test_every_option_can_be_set_by_the_file() -> None:
    names = {
        parameter.name
        for parameter in _commands()["capture"].params
        if parameter.param_type_name == "option"
    }
    assert names - {"json", "help"} == set(_PLAIN) | _LISTS


def test_every_environment_variable_in_the_code_is_documented() -> None:
    text = (DOCS / "settings.md").read_text("utf-8")
    for package in ("capture", "seal", "workers", "cli"):
        for path in (ROOT / package).rglob("*.py"):
            for name in re.findall(r"HOLDFAST_[A-Z_]+", path.read_text("utf-8")):
                assert name.rstrip("_") in text, f"{name} in {path}"


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for name in _commands():
        assert f"`holdfast {name}" in text, name


def test_every_outcome_is_in_the_format_and_in_words() -> None:
    text = (DOCS / "evidence-format.md").read_text("utf-8")
    for outcome in Outcome:
        assert f"| `{outcome.value}` |" in text
        assert show.in_words(outcome.value)


def test_every_file_of_the_bag_is_in_the_format() -> None:
    text = (DOCS / "evidence-format.md").read_text("utf-8")
    for name in (*NAMES, "wire.pcapng", "page.wacz", "steps.jsonl", "capture.json"):
        assert f"`data/{name}`" in text


def test_links_in_the_docs_lead_somewhere() -> None:
    for page in (*ROOT.glob("*.md"), *DOCS.rglob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{target} in {page.name}"
