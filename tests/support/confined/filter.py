"""A seccomp profile, as container engines read it, turned into what the kernel takes.

By libseccomp, which container engines use as well: its library is on every Debian.
"""

from __future__ import annotations

import ctypes
import json
import os
from pathlib import Path
from typing import Any

_ACTIONS = {"SCMP_ACT_ALLOW": 0x7FFF0000, "SCMP_ACT_ERRNO": 0x00050000}
_OPERATORS = {"SCMP_CMP_NE": 1, "SCMP_CMP_EQ": 4, "SCMP_CMP_MASKED_EQ": 7}


class _Comparison(ctypes.Structure):
    """scmp_arg_cmp, seccomp_rule_add(3)."""

    _fields_ = [
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    ]


def write_filter(profile: Path, into: int) -> None:
    """Write the profile's filter for this machine to the file descriptor `into`."""
    told = json.loads(profile.read_text("utf-8"))
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(_action(told, "defaultAction")))
    for rule in told["syscalls"]:
        for name in rule["names"]:
            _add(library, context, name, rule)
    _check(library.seccomp_export_bpf(context, into))
    library.seccomp_release(context)
    os.lseek(into, 0, os.SEEK_SET)


def _add(library: ctypes.CDLL, context: ctypes.c_void_p, name: str, rule: dict[str, Any]) -> None:
    number = library.seccomp_syscall_resolve_name(name.encode("ascii"))
    if number < 0:
        return  # unknown to this library, or not on this machine: nothing can be allowed
    arguments = [
        _Comparison(each["index"], _OPERATORS[each["op"]], each["value"], each["valueTwo"])
        for each in rule.get("args", [])
    ]
    _check(
        library.seccomp_rule_add_array(
            context,
            ctypes.c_uint32(_action(rule, "action")),
            ctypes.c_int(number),
            ctypes.c_uint(len(arguments)),
            (_Comparison * len(arguments))(*arguments),
        )
    )


def _action(told: dict[str, Any], name: str) -> int:
    action = _ACTIONS[told[name]]
    if told[name] == "SCMP_ACT_ERRNO":
        action |= told["defaultErrnoRet" if name == "defaultAction" else "errnoRet"]
    return action


def _check(result: int) -> None:
    if result < 0:
        raise OSError(-result, os.strerror(-result))
