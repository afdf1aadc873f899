from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from dashgen import charts, render_worker
from dashgen.render import Renderer, RenderError
from tests.drawn import days, picture, widget

POINT: dict[str, Any] = {
    "data": {"values": [{"a": 1}]},
    "mark": "point",
    "encoding": {"x": {"field": "a", "type": "quantitative"}},
}


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as started:
        yield started


def line(width: int = 400) -> dict[str, Any]:
    shown = picture(widget("line"), [{"time": t, "cost": n} for n, t in enumerate(days(10))])
    assert shown.chart is not None
    return charts.for_page(shown.chart, shown.frame, width)[0]


def test_a_drawing_is_fit_for_a_strict_policy(renderer: Renderer) -> None:
    svg = renderer.draw("w", line())
    assert svg.startswith("<svg ")
    assert not re.search(r'\sstyle="|<style|<script|\son\w+="|\shref="', svg)
    assert 'class="s-c1"' in svg
    assert not re.search(r'="#', svg), "every colour is a class"


def test_the_same_chart_is_the_same_bytes_whatever_was_drawn_before(renderer: Renderer) -> None:
    first = renderer.draw("w", line())
    renderer.draw("other", line(300))
    assert renderer.draw("w", line()) == first


def test_ids_are_the_widgets_own(renderer: Renderer) -> None:
    ids = [set(re.findall(r' id="([^"]*)"', renderer.draw(name, line()))) for name in ("one", "two")]
    assert ids[0]
    assert not ids[0] & ids[1]
    svg = renderer.draw("one", line())
    assert set(re.findall(r"url\(#([^)]*)\)", svg)) <= ids[0]


def test_labels_are_the_dashboards_hours_in_any_zone() -> None:
    spec = line()
    drawn = set()
    for zone in ("Pacific/Auckland", "America/New_York"):
        code = (
            "import json,sys;from dashgen.render import Renderer\n"
            "with Renderer() as r: print(r.draw('w', json.load(sys.stdin)))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            input=json.dumps(spec),
            env={**os.environ, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        )
        drawn.add(done.stdout)
    assert len(drawn) == 1
    assert ">Jun 1<" in drawn.pop()


def test_an_error_names_the_chart_and_the_renderer_goes_on(renderer: Renderer) -> None:
    with pytest.raises(RenderError, match="`broken`"):
        renderer.draw("broken", {"mark": "no-such-mark"})
    assert renderer.draw("w", POINT).startswith("<svg")


def test_nothing_is_fetched(renderer: Renderer) -> None:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/x.json"
    with pytest.raises(RenderError, match="not allowed"):
        renderer.draw("remote", {**POINT, "data": {"url": url}})
    server.shutdown()
    server.server_close()
    assert asked == []


def test_a_worker_that_was_killed_is_replaced() -> None:
    with Renderer() as renderer:
        before = renderer.draw("w", POINT)
        assert renderer._process is not None
        renderer._process.kill()
        assert renderer.draw("w", POINT) == before


def test_a_chart_on_which_every_worker_ends_is_named_and_the_next_one_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashgen.render_worker.__file__", str(fragile(tmp_path)))
    with Renderer() as renderer:
        renderer.draw("before", POINT)
        with pytest.raises(RenderError, match=r"`fatal` cannot.*ended on it, twice, with signal 6 \(Aborted\)"):
            renderer.draw("fatal", {**POINT, "title": "abort"})
        assert renderer.draw("after", POINT).startswith("<svg")
        assert (tmp_path / "started").read_text() == "...", "one at first, one for each that ended"


def fragile(folder: Path) -> Path:
    """A worker that aborts where a request says so."""
    text = Path(render_worker.__file__).read_text("utf-8")
    count = f"    open({str(folder / 'started')!r}, 'a').write('.')\n"
    text = text.replace("def main() -> None:\n", f"def main() -> None:\n{count}")
    text = text.replace(
        "    wanted, spec =", "    if 'abort' in request:\n        __import__('os').abort()\n    wanted, spec =", 1
    )
    (folder / "worker.py").write_text(text, "utf-8")
    return folder / "worker.py"


def test_it_must_run() -> None:
    with pytest.raises(RenderError, match="not running"):
        Renderer().submit("w", POINT)


def test_leaving_early_does_not_wait_for_what_is_left() -> None:
    with Renderer() as renderer:
        spec = line()
        pending = [renderer.submit(f"w{n}", spec) for n in range(200)]
        process = renderer._process
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    assert process is not None
    assert process.returncode is not None
    assert any(one.cancelled() for one in pending)


_PARENT = """
import sys, time
from dashgen.render import Renderer
with Renderer() as renderer:
    print(renderer._process.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_orphan_is_left(number: int) -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    parent.send_signal(number)
    parent.wait()
    parent.stdout.close()
    for _ in range(100):
        if not _runs(worker):
            return
        time.sleep(0.1)
    os.kill(worker, signal.SIGKILL)
    pytest.fail("the worker outlived its parent")


def _runs(process: int) -> bool:
    """Whether it is alive; a zombie that nobody has collected is not."""
    try:
        with open(f"/proc/{process}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
