"""Forbids this process to connect to anything but this machine, whoever in it tries.

What vsearch itself would fetch or ask is refused earlier and with better words; this is for
everything else, such as plugins and the libraries under them.
"""

from __future__ import annotations

import errno
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import PurePath
from typing import Any

from vsearch.answer.hosts import is_loopback

_installed = threading.Event()
_forbidden = threading.Event()
_proxies: dict[str, str] = {}

PIP = re.compile(r"pip[\d.]*(\.exe|\.pyz)?|-[A-Za-z]*mpip", re.IGNORECASE)
"""Its names, and how Python is told to run it: -m pip is two words."""
COMMAND = re.compile(r"-[A-Za-z]*c")
"""What follows this is read as a program, by shells as by Python."""
PARTS = re.compile(r"[^\w./\\:-]+")


def forbid_connections() -> None:
    """From now on, whatever connects or looks up a name in this process fails."""
    from vsearch.config import drop_proxies

    _forbidden.set()
    _proxies.update(drop_proxies())
    if not _installed.is_set():  # such a hook can never be taken away again
        _installed.set()
        sys.addaudithook(_check)


def allow_connections() -> None:
    """The command is over, and the process may be somebody else's."""
    if _forbidden.is_set():
        from vsearch.config import restore_proxies

        restore_proxies(_proxies)
        _proxies.clear()
        _forbidden.clear()


def _check(event: str, details: tuple[Any, ...]) -> None:
    look = _WATCHED.get(event)
    if look and _forbidden.is_set():
        look(details)


def _check_address(details: tuple[Any, ...]) -> None:
    """Where a socket is to lead: sockets of this machine have no pair of host and port."""
    address = details[-1]
    if isinstance(address, tuple) and not is_loopback(_host(address)):
        _refuse(_host(address))


def _check_name(details: tuple[Any, ...]) -> None:
    """A name that is to be looked up: numbers need no looking up, and nothing is this machine."""
    host = _host(details)
    if host and not _is_number(host) and not is_loopback(host):
        _refuse(host)


def _check_number(details: tuple[Any, ...]) -> None:
    """A number whose name is to be looked up, which asks the net for all but this machine."""
    host = _host(details[0] if isinstance(details[0], tuple) else details)
    if not is_loopback(host):
        _refuse(host)


def _host(address: tuple[Any, ...]) -> str:
    """The host of an address as text, however it was given; what is no text is shown as it is."""
    host = address[0] if address else ""
    if isinstance(host, bytes | bytearray):
        return host.decode("ascii", "replace")
    return "" if host is None else str(host)


def _check_process(program: Any, words: Any) -> None:
    """pip is what fetches wheels; a player may play."""
    if any(PIP.fullmatch(PurePath(word).name) for word in _words(program, words)):
        _refuse("the package index")


def _words(program: Any, words: Any) -> Iterator[str]:
    """The words of a command, and those in a line for a shell or for Python."""
    yield _text(program)
    several = list(words) if isinstance(words, list | tuple) else ["-c", words]
    before = ""
    for word in map(_text, several):
        yield from PARTS.split(word) if COMMAND.fullmatch(before) else [word]
        before = word


def _text(word: Any) -> str:
    """A word of a command as text."""
    return os.fsdecode(word) if isinstance(word, str | bytes | os.PathLike) else ""


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _refuse(host: str) -> None:
    raise PermissionError(errno.EACCES, "connecting is forbidden (--offline)", host)


_WATCHED: dict[str, Callable[[tuple[Any, ...]], None]] = {
    "socket.connect": _check_address,
    "socket.sendto": _check_address,
    "socket.sendmsg": _check_address,
    "socket.getaddrinfo": _check_name,
    "socket.gethostbyname": _check_name,
    "socket.gethostbyaddr": _check_number,
    "socket.getnameinfo": _check_number,
    "subprocess.Popen": lambda details: _check_process(*details[:2]),
    "os.exec": lambda details: _check_process(*details[:2]),
    "os.posix_spawn": lambda details: _check_process(*details[:2]),
    "os.spawn": lambda details: _check_process(*details[1:3]),
    "os.system": lambda details: _check_process("", details[0]),
}
"""What Python tells of before it does it, and who looks at it."""
