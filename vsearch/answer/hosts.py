"""Whether a host is this machine."""

from __future__ import annotations

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether host:port can only be reached on this machine."""
    name = host.rpartition(":")[0] if host.count(":") == 1 or "]:" in host else host
    name = name.strip("[]").rstrip(".").lower()
    if name == "localhost":  # a name under it may be looked up on the net
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
