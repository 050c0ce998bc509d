"""The tests as a whole: every code that can be found has a bag that it is found in."""

import ast
import sys
from pathlib import Path

from verify.codes import Code

HERE = Path(__file__).parent


def names_used(path: Path) -> set[str]:
    """The members of `Code` that a module names."""
    return {
        node.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Code"
    }


def test_every_code_is_raised_and_has_its_bad_bag():
    package = HERE.parents[1] / "verify"
    raised = set().union(*map(names_used, package.rglob("*.py")))
    tested = set().union(*map(names_used, HERE.glob("test_*.py")))
    everything = {code.name for code in Code}
    assert raised == everything
    assert tested == everything


def test_codes_are_written_as_their_names():
    for code in Code:
        assert code.value == code.name.lower().replace("_", "-")


def test_no_assert_decides_anything():
    for path in (HERE.parents[1] / "verify").rglob("*.py"):
        tree = ast.parse(path.read_text())
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Assert)], path


def test_the_verifier_imports_none_of_ours():
    """Nor anything that has to be installed; `cryptography` is asked only where it is there."""
    allowed = {"verify"}
    for path in (HERE.parents[1] / "verify").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                top = name.split(".")[0]
                assert top in allowed or top in sys.stdlib_module_names, (path, name)
