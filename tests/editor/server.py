"""A small client of a YAML language server over its standard input and output."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

PROGRAM = Path(__file__).parent / "node_modules/yaml-language-server/bin/yaml-language-server"


class Server:
    """Speaks the Language Server Protocol; every document is measured by the one schema."""

    def __init__(self, schema: Path) -> None:
        self._schema = schema.as_uri()
        self._last = 0
        self._opened = 0
        self._program = subprocess.Popen(
            ["node", str(PROGRAM), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def __enter__(self) -> Server:
        self._ask("initialize", {"processId": None, "rootUri": None, "capabilities": _CAPABILITIES})
        self._tell("initialized", {})
        self._tell("workspace/didChangeConfiguration", {"settings": {"yaml": self._settings()}})
        patience = time.monotonic() + 30
        while "version" not in self.completions("|"):  # until the schema has been read
            assert time.monotonic() < patience, "the language server does not read its schema"
            time.sleep(0.05)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._program.kill()
        self._program.communicate()

    def completions(self, text: str) -> list[str]:
        """What is offered at the `|` of the text."""
        place = self._open(text)
        found = self._ask("textDocument/completion", place)
        return [item["label"] for item in (found["items"] if isinstance(found, dict) else found)]

    def hover(self, text: str) -> str:
        """What is shown over the character after the `|` of the text."""
        found = self._ask("textDocument/hover", self._open(text))
        return str(found["contents"]["value"]) if found else ""

    def problems(self, text: str) -> list[str]:
        """What is underlined, with the text that it stands under."""
        uri = self._open(text)["textDocument"]["uri"]
        while True:
            message = self._read()
            if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri:
                return [
                    f"{_part(text, found['range'])}: {found['message']}" for found in message["params"]["diagnostics"]
                ]

    def _settings(self) -> dict[str, Any]:
        return {"schemas": {self._schema: "*.yaml"}, "completion": True, "hover": True, "validate": True}

    def _open(self, text: str) -> dict[str, Any]:
        before, _, after = text.partition("|")
        self._opened += 1
        uri = f"file:///tmp/document-{self._opened}.yaml"
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": before + after}
        self._tell("textDocument/didOpen", {"textDocument": document})
        position = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        return {"textDocument": {"uri": uri}, "position": position}

    def _ask(self, method: str, parameters: Any) -> Any:
        self._last += 1
        self._send({"id": self._last, "method": method, "params": parameters})
        asked = self._last
        while True:
            message = self._read()
            if message.get("id") == asked and "method" not in message:
                assert "error" not in message, message["error"]
                return message["result"]

    def _tell(self, method: str, parameters: Any) -> None:
        self._send({"method": method, "params": parameters})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._program.stdin is not None
        self._program.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._program.stdin.flush()

    def _read(self) -> dict[str, Any]:
        """The next message; what the server asks of its client is answered on the way."""
        assert self._program.stdout is not None
        length = 0
        while (line := self._program.stdout.readline().strip()) or not length:
            assert line, "the language server has ended"
            name, _, value = line.partition(b": ")
            length = int(value) if name.lower() == b"content-length" else length
        message: dict[str, Any] = json.loads(self._program.stdout.read(length))
        if "id" in message and "method" in message:
            asked_settings = message["method"] == "workspace/configuration"
            result = [self._answer(item) for item in message["params"]["items"]] if asked_settings else None
            self._send({"id": message["id"], "result": result})
        return message

    def _answer(self, item: dict[str, Any]) -> Any:
        return self._settings() if item.get("section") == "yaml" else {}


_CAPABILITIES = {
    "workspace": {"configuration": True, "didChangeConfiguration": {"dynamicRegistration": True}},
    "textDocument": {"completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}}},
}


def _part(text: str, place: dict[str, Any]) -> str:
    line = text.replace("|", "").split("\n")[place["start"]["line"]]
    return line[place["start"]["character"] : place["end"]["character"]]
