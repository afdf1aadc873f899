"""What every test stands on: a pinned environment, no network but loopback, and the outside programs by name."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import pytest
from hypothesis import settings

from tests.golden import Golden

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("DASHGEN_CI") == "1"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}

# A clock that nobody should look at: half an hour off, with a summer time of half an hour.
os.environ.update(TZ="Australia/Lord_Howe", LANG="C.UTF-8", LC_ALL="C.UTF-8", NO_COLOR="1")
# Nothing is kept in the user's own cache folder, and nothing is found there; what pip has loaded may be used.
_CACHE = TemporaryDirectory(prefix="dashgen-tests-")
_OWN_CACHE = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
os.environ.setdefault("PIP_CACHE_DIR", f"{_OWN_CACHE}/pip")
os.environ["XDG_CACHE_HOME"] = _CACHE.name
os.environ.pop("DASHGEN_URL", None)
os.environ.pop("DASHGEN_TOKEN", None)
time.tzset()


# How long an example takes says how busy the machine is, and nothing else.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="Write what is made now as what is expected.")
    parser.addoption("--screenshots", metavar="FOLDER", help="Write pictures of the examples there, for people.")


class Options(Protocol):
    """What is used of `pytest.Config` before the tests begin."""

    def getoption(self, name: str, /) -> Any: ...


def pytest_configure(config: Options) -> None:
    if config.getoption("--update-golden") and any(name in os.environ for name in ("CI", "DASHGEN_CI")):
        raise pytest.UsageError("--update-golden is for people, who look at what changed")


@pytest.fixture(autouse=True, scope="session")
def _only_loopback() -> Iterator[None]:
    """Refuse connections that would leave the machine, and names that would have to be asked for."""
    patch = pytest.MonkeyPatch()
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def checked_connect(self: socket.socket, address: Any) -> None:
        _refuse_outside(address[0] if isinstance(address, tuple) else "localhost")
        connect(self, address)

    def checked_look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        _refuse_outside(host)
        return look_up(host, *arguments, **options)

    patch.setattr(socket.socket, "connect", checked_connect)
    patch.setattr(socket, "getaddrinfo", checked_look_up)
    yield
    patch.undo()


def _refuse_outside(host: Any) -> None:
    if host is not None and host not in LOOPBACK:
        raise AssertionError(f"a test asked for {host}; tests talk to loopback only")


def unavailable(what: str, *, could_be_here: bool) -> None:
    """Skip, but fail in CI where this machine could have it: a leg that silently does not run proves nothing."""
    if IN_CI and could_be_here:
        pytest.fail(what)
    pytest.skip(what)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real traces and logs beside the checkout; they are too many to ship."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the folder of real data is not beside the checkout")
    return folder


@pytest.fixture(scope="session")
def built_examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a build of all examples."""
    from dashgen import compiler

    out = tmp_path_factory.mktemp("examples") / "dist"
    built = compiler.build([str(ROOT / "examples")], out)
    assert [d.message for d in built.diagnostics] == []
    return out


@pytest.fixture(scope="session")
def language_server() -> list[str]:
    """The command that starts yaml-language-server on standard input and output."""
    node = shutil.which("node")
    script = ROOT / "tests/editor/node_modules/yaml-language-server/bin/yaml-language-server"
    if node is None or not script.is_file():
        unavailable("yaml-language-server is not installed (`make test` does)", could_be_here=node is not None)
    return [str(node), str(script), "--stdio"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium, driven through Playwright."""
    program = shutil.which("chromium")
    if program is None:
        could = os.geteuid() == 0 and shutil.which("apt-get") is not None
        unavailable("there is no chromium on the PATH", could_be_here=could)
    from playwright.sync_api import sync_playwright

    quiet = ("background-networking", "component-update", "sync", "gpu", "quic", "default-apps", "extensions")
    flags = ["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in quiet)]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares what is made with a file that is kept; `--update-golden` rewrites the file."""
    return Golden(update=request.config.getoption("--update-golden"))


@pytest.fixture
def hiding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of a project that has what masks need."""
    from dashgen import environment
    from tests import hidden

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv(environment.PRIVACY_KEY, hidden.KEY)
    (tmp_path / "dashgen.yaml").write_text(hidden.PROJECT)
    return tmp_path
