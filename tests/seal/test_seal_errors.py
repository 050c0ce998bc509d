import ast
import re
import sys
from pathlib import Path

import seal
from seal import errors
from seal.errors import Reason, SealError, TimestampError, TransportError

FORBIDDEN = {"socket", "http", "ssl", "urllib.request", "ftplib", "smtplib", "telnetlib", "xmlrpc"}


def tree(root: type[BaseException], depth: int = 0) -> list[tuple[int, str]]:
    below = (line for each in root.__subclasses__() for line in tree(each, depth + 1))
    return [(depth, root.__name__), *below]


def test_the_drawn_tree_is_the_real_one():
    drawn = []
    for line in errors.__doc__.splitlines():
        if match := re.match(r"((?:\|   |    )*)(\|-- |`-- )?([A-Z]\w+Error)(?: {2}|$)", line):
            depth = len(match[1]) // 4 + bool(match[2])
            drawn.append((depth, match[3]))
    assert sorted(drawn) == sorted(tree(SealError))


def test_every_reason_comes_with_what_to_do_next():
    for reason in Reason:
        message = str(TimestampError(reason, "It happened"))
        assert re.fullmatch(r"It happened\. [A-Z].*\.", message)


def test_a_failed_transport_is_a_failed_timestamp():
    error = TransportError("The authority answered with HTTP 503")
    assert error.reason is Reason.UNREACHABLE
    assert error.what == "The authority answered with HTTP 503"


def test_the_package_reaches_for_no_network_and_nobody_else():
    allowed = {*sys.stdlib_module_names, "cryptography", "asn1crypto", "seal"}
    for path in Path(seal.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module]
            for name in names:
                assert name.partition(".")[0] in allowed, f"{path.name} imports {name}"
                assert not {name, name.partition(".")[0]} & FORBIDDEN, f"{path.name}: {name}"
