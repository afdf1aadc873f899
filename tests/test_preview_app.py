"""What a browser is answered, and who is not: over real sockets on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from threading import enumerate as threads
from typing import Any

import pytest

from dashgen import compiler, runtime
from dashgen.preview.app import App, address
from dashgen.preview.fingerprints import fingerprints
from dashgen.preview.hosts import Hosts, is_loopback
from dashgen.preview.server import PortTaken, listening, serving
from dashgen.preview.view import View
from tests.previewed import PATIENCE, cards, project

BROKEN = "version: 1\ntitle: Broken\nlayout:\n  - {type: card, metric: reqests}\n"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    patch = pytest.MonkeyPatch()
    patch.chdir(project(tmp_path_factory.mktemp("app") / "shop", one=cards("One"), two=cards("Two")))
    built, bundle = compiler.compiled(cache=False)
    patch.undo()
    assert built.is_fine
    return dict(bundle or {})


class Client:
    def __init__(self, app: App, port: int) -> None:
        self.app = app
        self.port = port
        self.connections: list[HTTPConnection] = []

    def close(self) -> None:
        for connection in self.connections:
            connection.close()

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        self.connections.append(connection)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.putrequest(method, path, skip_host="Host" in named)
        for name, value in named.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        content = b"" if "event-stream" in answer.headers.get("content-type", "") else answer.read()
        return answer, content

    def status(self, path: str, method: str = "GET", **headers: str) -> int:
        return self.ask(path, method, **headers)[0].status


@contextmanager
def served(view: View, host: str = "127.0.0.1") -> Iterator[Client]:
    listener = listening("127.0.0.1", 0)
    port = listener.getsockname()[1]
    app = App(Hosts(host, port))
    app.show(view)
    client = Client(app, port)
    try:
        with serving(app, listener):
            yield client
    finally:
        client.close()


@pytest.fixture
def client(files: dict[str, bytes]) -> Iterator[Client]:
    with served(View(files, fingerprints(files))) as made:
        yield made


# ---- files ----------------------------------------------------------------------------------------


def test_a_page_is_the_bundles_with_one_script_and_leave_to_connect(client: Client, files: dict[str, bytes]) -> None:
    for page in ("one/index.html", "index.html"):
        _, content = client.ask(f"/{page}")
        begin = content.index(b'<script defer src="/.dashgen/preview.js"')
        end = content.index(b"\n", begin) + 1
        assert content[end:].startswith(b"<script defer "), "it comes before the scripts that wait"
        bare = (content[:begin] + content[end:]).replace(b" connect-src 'self';", b"")
        assert bare == files[page]


def test_all_other_files_are_the_bundles(client: Client, files: dict[str, bytes]) -> None:
    for path, content in files.items():
        if not path.endswith(".html"):
            assert client.ask(f"/{path}")[1] == content


def test_a_folder_is_its_page(client: Client) -> None:
    assert client.ask("/one/")[1] == client.ask("/one/index.html")[1]
    assert client.ask("/")[1] == client.ask("/index.html")[1]
    answer, _ = client.ask("/one")
    assert (answer.status, answer.headers["location"]) == (307, "/one/")


def test_the_only_dashboard_is_where_the_root_leads(files: dict[str, bytes]) -> None:
    alone = {path: content for path, content in files.items() if not path.startswith("two/")}
    with served(View(alone, fingerprints(alone))) as client:
        answer, _ = client.ask("/")
        assert (answer.status, answer.headers["location"]) == (307, "/one/")
        assert client.status("/index.html") == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml",
        "/one/../../x",
        "/%2e%2e/x",
        "/one/%2e%2e/index.html",
        "//etc/passwd",
        "/etc/passwd",
        "/one//",
    ],
)
def test_paths_do_not_leave_the_bundle(client: Client, path: str) -> None:
    assert client.status(path) == 404


def test_what_is_not_there_says_so(client: Client) -> None:
    answer, content = client.ask("/three/")
    assert answer.status == 404
    assert b"/.dashgen/preview.js" in content
    assert b"connect-src 'self'" in content
    answer, content = client.ask("/<script>")
    assert (answer.status, answer.headers["content-type"]) == (404, "text/plain; charset=utf-8")
    assert b"<script>" not in content


def test_nothing_that_changes_is_kept_by_a_browser(client: Client, files: dict[str, bytes]) -> None:
    for path in ("/", "/one/", "/one/page.js", "/one/data.json", "/.dashgen/preview.js", "/.dashgen/news"):
        assert client.ask(path)[0].headers["cache-control"] == "no-store"
    [style] = [path for path in files if path.endswith(".css")]
    assert "immutable" in client.ask(f"/{style}")[0].headers["cache-control"]


def test_it_only_shows(client: Client) -> None:
    assert client.status("/one/", "POST") == 405
    answer, content = client.ask("/one/", "HEAD")
    assert (answer.status, content) == (200, b"")


def test_the_script_is_the_runtimes(client: Client) -> None:
    assert client.ask("/.dashgen/preview.js")[1] == runtime.preview_script()


# ---- who may ask ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST"])
def test_this_machines_own_names_are_answered(client: Client, name: str) -> None:
    assert client.status("/one/", Host=f"{name}:{client.port}") == 200


@pytest.mark.parametrize(
    "name", ["evil.example", "localhost.evil.example", "192.168.1.7", "", "127.0.0.1@evil.example"]
)
def test_other_names_are_refused(client: Client, name: str) -> None:
    answer, content = client.ask("/one/", Host=f"{name}:{client.port}")
    assert answer.status == 403
    assert content.startswith(b"This preview does not answer to the name ")


def test_another_port_is_another_name(client: Client) -> None:
    assert client.status("/one/", Host="localhost:1") == 403
    assert client.status("/one/", Host="localhost") == 403


def test_pages_of_other_origins_are_refused(client: Client) -> None:
    assert client.status("/one/page.js", Origin="http://evil.example") == 403
    assert client.status("/one/page.js", Origin="null") == 403
    assert client.status("/one/page.js", Origin=f"http://127.0.0.1:{client.port + 1}") == 403
    assert client.status("/one/page.js", Origin=f"http://127.0.0.1:{client.port}") == 200


def test_scripts_of_it_cannot_stand_in_other_sites(client: Client) -> None:
    assert client.status("/one/page.js", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors") == 403
    assert client.status("/one/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate") == 200
    assert client.ask("/one/page.js")[0].headers["cross-origin-resource-policy"] == "same-origin"


def test_where_others_are_let_in_addresses_are_names(files: dict[str, bytes]) -> None:
    with served(View(files, fingerprints(files)), "0.0.0.0") as client:
        assert client.status("/one/", Host=f"192.168.1.7:{client.port}") == 200
        assert client.status("/one/", Host=f"evil.example:{client.port}") == 403
    with served(View(files, fingerprints(files)), "dash.example") as client:
        assert client.status("/one/", Host=f"dash.example:{client.port}") == 200


def test_only_loopback_needs_no_notice() -> None:
    hosts = ("127.0.0.1", "::1", "localhost", "127.8.8.8", "0.0.0.0", "::", "192.168.1.7", "example.org")
    assert [host for host in hosts if is_loopback(host)] == ["127.0.0.1", "::1", "localhost", "127.8.8.8"]


# ---- news -----------------------------------------------------------------------------------------


def heard(answer: HTTPResponse) -> dict[str, Any]:
    line = answer.readline()
    assert answer.readline() == b"\n"
    found: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
    return found


def test_a_page_hears_at_once_and_then_of_each_change(client: Client, files: dict[str, bytes]) -> None:
    answer, _ = client.ask("/.dashgen/news?page=one/index.html")
    assert answer.headers["content-type"].startswith("text/event-stream")
    first = heard(answer)
    assert first["exists"]
    assert f'data-version="{first["version"]}"'.encode() in client.ask("/one/")[1]
    assert list(first["widgets"]) == ["card-requests", "card-tokens"]
    other = {**files, "one/index.html": files["one/index.html"].replace(b'data-value="', b'data-value="1')}
    client.app.show(View(other, fingerprints(other)))
    second = heard(answer)
    assert second["version"] != first["version"]
    assert second["widgets"] != first["widgets"]
    assert second["cube"] == first["cube"]
    client.app.show(View(trouble="gone"))
    third = heard(answer)
    assert (third["exists"], third["trouble"]) == (False, "gone")


def test_errors_are_told_as_the_terminal_tells_them(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project(tmp_path / "shop", one=BROKEN))
    found = compiler.validate().diagnostics
    with served(View(files, fingerprints(files), found, kept=frozenset(["one"]))) as client:
        told = heard(client.ask("/.dashgen/news?page=one/index.html")[0])
        elsewhere = heard(client.ask("/.dashgen/news?page=two/index.html")[0])
    assert (told["kept"], elsewhere["kept"]) == (True, False)
    error = told["problems"][0]
    assert (error["place"], error["code"], error["severity"]) == ("dashboards/one.yaml:4:26", "unknown-metric", "error")
    assert "requests" in error["help"]
    assert [line["number"] for line in error["frame"]] == [3, 4]
    line = error["frame"][1]
    assert line["text"][slice(*line["marked"])] == "reqests"


# ---- ports ----------------------------------------------------------------------------------------


def test_a_port_in_use_is_named_with_one_that_is_free() -> None:
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken) as refused:
            listening("127.0.0.1", port)
    said = str(refused.value)
    assert said.startswith(f"port {port} is in use; ")
    free = int(said.rpartition(" ")[2])
    assert port < free < port + 50
    listening("127.0.0.1", free).close()


def test_without_a_port_the_next_free_one_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr("dashgen.preview.server.PORT", port)
        with listening("127.0.0.1", None) as found:
            assert port < found.getsockname()[1]


def test_addresses_can_be_opened_here() -> None:
    assert address("0.0.0.0", 1) == address("127.0.0.1", 1) == "http://127.0.0.1:1/"
    assert address("::1", 1) == "http://[::1]:1/"


def test_nothing_is_left_at_the_end(files: dict[str, bytes]) -> None:
    before = set(threads())
    with served(View(files, fingerprints(files))) as client:
        answer, _ = client.ask("/.dashgen/news?page=index.html")
        heard(answer)
        client.app.close()
        assert answer.read() == b"", "who listened is told that it has ended"
    assert set(threads()) == before
