"""Forbids this process to connect to anything but this machine, whoever in it tries.

What vsearch itself would fetch or ask is refused earlier and with better words; this is for
everything else, such as plugins and the libraries under them.
"""

from __future__ import annotations

import errno
import sys
import threading
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from vsearch.answer.hosts import is_loopback

_installed = threading.Event()
_forbidden = threading.Event()


def forbid_connections() -> None:
    """From now on, whatever connects or looks up a name in this process fails."""
    _forbidden.set()
    if not _installed.is_set():  # such a hook can never be taken away again
        _installed.set()
        sys.addaudithook(_check)


def allow_connections() -> None:
    """The command is over, and the process may be somebody else's."""
    _forbidden.clear()


def _check(event: str, details: tuple[Any, ...]) -> None:
    look = _WATCHED.get(event)
    if look and _forbidden.is_set():
        look(details)


def _check_address(details: tuple[Any, ...]) -> None:
    """Where a socket is to lead: sockets of this machine have no pair of host and port."""
    address = details[-1]
    host = address[0] if isinstance(address, tuple) and address else None
    if isinstance(host, str) and not is_loopback(host):
        _refuse(host)


def _check_name(details: tuple[Any, ...]) -> None:
    """A name that is to be looked up: numbers need no looking up."""
    host = details[0].decode("ascii", "replace") if isinstance(details[0], bytes) else details[0]
    if isinstance(host, str) and host and not _is_number(host) and not is_loopback(host):
        _refuse(host)


def _check_process(details: tuple[Any, ...]) -> None:
    """pip is what fetches wheels; a player may play."""
    words = details[1]
    if isinstance(words, list | tuple) and "pip" in words:
        _refuse("the package index")


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
    "socket.gethostbyaddr": _check_name,
    "subprocess.Popen": _check_process,
}
"""What Python tells of before it does it, and who looks at it."""
