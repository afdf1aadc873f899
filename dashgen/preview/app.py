"""What a browser is answered: the bundle's bytes with one script more, and the news of the page that is open."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from dashgen import runtime
from dashgen.preview.hosts import Hosts
from dashgen.preview.problems import problems
from dashgen.preview.view import View

ROOM = "/.dashgen/"
"""No dashboard can be called that."""

_TYPES = {
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "png": "image/png",
    "pdf": "application/pdf",
}
_ALWAYS = {
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_FRESH = {"cache-control": "no-store"}
_NAMED_BY_CONTENT = {"cache-control": "max-age=31536000, immutable"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
_EMPTY = f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>dashgen preview</title>
<link rel="icon" href="data:,">
<script defer src=""></script>
</head>
<body>
<main id="main" tabindex="-1"></main>
</body>
</html>
"""
"""Where there is no page: the script says in it what is wrong, and what there is."""


class App:
    """An ASGI application of the view that was shown last."""

    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts
        self._view = View()
        self._readers: set[_Reader] = set()

    def show(self, view: View) -> None:
        """From any thread: everybody who looks is told."""
        self._view = view
        for reader in tuple(self._readers):
            reader.wake(view)

    def close(self) -> None:
        """End the answers that would go on for ever."""
        for reader in tuple(self._readers):
            reader.wake(None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = self._answer(Request(scope, receive))
        response.headers.update(_ALWAYS)
        await response(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        refused = self._hosts.refusal(request.headers)
        if refused:
            return _plain(refused, 403)
        if request.method not in ("GET", "HEAD"):
            return _plain("This preview only shows.", 405)
        path = request.url.path
        if path == f"{ROOM}preview.js":
            return Response(runtime.preview_script(), headers=_FRESH, media_type=_TYPES["js"])
        if path == f"{ROOM}news" and request.method == "GET":
            news = self._news(request.query_params.get("page", ""))
            return StreamingResponse(news, headers=_FRESH, media_type="text/event-stream")
        return self._file(path.removeprefix("/"))

    # ---- files

    def _file(self, path: str) -> Response:
        view = self._view
        if not path and len(view.ids) == 1:
            return RedirectResponse(f"/{view.ids[0]}/", 307, _FRESH)
        if path in view.ids:
            return RedirectResponse(f"/{path}/", 307, _FRESH)
        name = f"{path}index.html" if not path or path.endswith("/") else path
        content = view.files.get(name)
        kind = _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
        if name in view.pages and content is not None:
            return Response(watched(content, view.pages[name].whole), headers=_FRESH, media_type=kind)
        if content is not None:
            headers = _NAMED_BY_CONTENT if name.startswith("assets/") and name.count(".") > 1 else _FRESH
            return Response(content, headers=headers, media_type=kind)
        if name.endswith(".html"):
            return Response(watched(_EMPTY.encode(), ""), 404, _FRESH, _TYPES["html"])
        return _plain(f"There is no {escape(path)} in this preview.", 404)

    # ---- news

    async def _news(self, page: str) -> AsyncIterator[str]:
        """What an open page is told: at once how things are, and then every change."""
        reader = _Reader()
        self._readers.add(reader)
        try:
            view: View | None = self._view
            while view is not None:
                yield f"data: {json.dumps(news(view, page), separators=(',', ':'))}\n\n"
                view = await reader.next()
        finally:
            self._readers.discard(reader)


class _Reader:
    """Somebody who waits for news; of several that came at once the last counts."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self._view: View | None = None

    def wake(self, view: View | None) -> None:
        self._view = view
        with suppress(RuntimeError):  # the loop has ended, and with it the reader
            self._loop.call_soon_threadsafe(self._woken.set)

    async def next(self) -> View | None:
        await self._woken.wait()
        self._woken.clear()
        return self._view


def news(view: View, page: str) -> dict[str, Any]:
    """What concerns the page at this path."""
    found = view.pages.get(page)
    folder = page.partition("/")[0]
    return {
        "version": found.whole if found else "",
        "cube": found.cube if found else "",
        "widgets": found.widgets if found else {},
        "exists": found is not None,
        "kept": folder in view.kept,
        "pages": [f"/{name}/" for name in view.ids],
        "problems": problems([one for one in view.diagnostics if one.is_error or not view.is_fine]),
        "trouble": view.trouble,
        "reused": view.summary.told_age,
    }


def watched(page: bytes, version: str) -> bytes:
    """A page with the script that follows its changes, before all others that wait, and leave to ask for news."""
    script = f'<script defer src="{ROOM}preview.js" data-version="{version}"></script>\n'.encode()
    page = page.replace(b"; base-uri ", b"; connect-src 'self'; base-uri ", 1)
    if b'<script defer src=""></script>\n' in page:
        return page.replace(b'<script defer src=""></script>\n', script)
    return page.replace(b"<script defer ", script + b"<script defer ", 1)


def _plain(text: str, status: int) -> Response:
    return Response(f"{text}\n", status, _FRESH, _TYPES["txt"])


def address(host: str, port: int) -> str:
    """Where a browser on this machine finds it."""
    shown = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
