"""Who may ask. A page elsewhere must not read a preview, not even through a name of its own that leads here."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"
_LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names under which this preview answers. `host` is the one that it was started with."""

    host: str
    port: int

    def refusal(self, headers: Mapping[str, str]) -> str:
        """Why a request is refused, in a sentence; nothing for one that is answered."""
        asked = headers.get("host", "")
        if not self._is_ours(asked):
            return (
                f"This preview does not answer to the name {asked!r}. Start it with --host to reach it by another name."
            )
        origin = headers.get("origin")
        if origin is not None and not self._is_same(origin, asked):
            return f"This preview does not answer pages of {origin!r}."
        if headers.get("sec-fetch-site") == "cross-site" and headers.get("sec-fetch-mode") != "navigate":
            return "This preview does not answer pages of other sites."
        return ""

    def _is_ours(self, asked: str) -> bool:
        name, port = _split(asked)
        return port == self.port and (name in _LOCAL or name == self.host.lower() or self._is_reached_as(name))

    def _is_reached_as(self, name: str) -> bool:
        """Where others may come in, by address or as this machine is called."""
        if is_loopback(self.host):
            return False
        return _is_address(name) or name in (socket.gethostname().lower(), socket.getfqdn().lower())

    def _is_same(self, origin: str, asked: str) -> bool:
        return urlsplit(origin).netloc.lower() == asked.lower()


def is_loopback(host: str) -> bool:
    return host.lower() == "localhost" or (_is_address(host) and ip_address(host).is_loopback)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _split(asked: str) -> tuple[str, int | None]:
    """Name and port of a Host header; brackets of an address taken off."""
    try:
        parts = urlsplit(f"//{asked}")
        return parts.hostname or "", parts.port or 80
    except ValueError:
        return "", None
