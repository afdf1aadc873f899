"""The Production page in Chromium: its first paint and its live charts, beside pages that do one of the two.

The bare page is ours without scripts; the Vega-Embed page has the same words and draws the same charts, as most people
would write it; Observable Framework's page shows the same numbers, charts and rows, in its own way.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Thread
from time import sleep
from typing import Any

from dashgen import compiler
from tests.benchmarks import framework
from tests.benchmarks.cold_build import PRODUCTION
from tests.benchmarks.data import project
from tests.benchmarks.filters import FILTERS

TURNS = 15
DELAYS = (0, 0.1)
"""Seconds before the server answers: none tells the browser's work, a tenth how often a page asks and waits."""

_PICTURES = re.compile(r'<div class="pictures">.*?</div>\n</div>', re.DOTALL)
_SCRIPTS = re.compile(r"<script.*?</script>\n?", re.DOTALL)
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy".*?>')
_EMBED = """
const specs = {specs};
for (const [id, spec] of Object.entries(specs))
  vegaEmbed(`[data-widget="${{id}}"] .pictures`, spec, {{renderer: "svg", actions: false}});
"""
_DRAWN = """(all => all.length && all.every(one => one.matches(".is-live, :has(svg.marks:not(.live svg))")))(
  [...document.querySelectorAll(".pictures")])"""
_CHARTS = {"ours": _DRAWN, "bare": None, "embed": _DRAWN, "framework": framework.DRAWN}
"""What says, in a page, that all its charts are live; those of the bare page never are."""

_WATCH = """
const look = () => {{
  if ({drawn}) self.live = performance.now();
  else requestAnimationFrame(look);
}};
requestAnimationFrame(look);
"""
_TIMES = "[performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0, self.live ?? 0]"


def main(rows: int = 100_000) -> None:
    with TemporaryDirectory() as name:
        site = _site(Path(name), rows)
        _print_sizes(site / "ours")
        for delay in DELAYS:
            _print_times(site, delay)


def _site(folder: Path, rows: int) -> Path:
    site = folder / "site"
    compiler.build([str(project(folder, rows, {"production": PRODUCTION + FILTERS}))], site / "ours")
    shutil.copytree(site / "ours", site / "bare")
    shutil.copytree(site / "ours", site / "embed")
    html = (site / "ours/production/index.html").read_text("utf-8")
    (site / "bare/production/index.html").write_text(_SCRIPTS.sub("", html), "utf-8")
    _write_embed(site / "embed/production", html)
    framework.build(site / "ours/production/data.json", site / "framework")
    return site


def _write_embed(folder: Path, html: str) -> None:
    from vl_convert import javascript_bundle

    specs = {path.name.removesuffix(".vl.json"): json.loads(path.read_text()) for path in folder.glob("charts/*")}
    (folder / "vega-embed.js").write_text(f"(() => {{{javascript_bundle()}}})();", "utf-8")
    (folder / "embed.js").write_text(_EMBED.format(specs=json.dumps(specs)), "utf-8")
    scripts = '<script defer src="vega-embed.js"></script><script defer src="embed.js"></script></head>'
    empty = _PICTURES.sub('<div class="pictures"></div>', _POLICY.sub("", _SCRIPTS.sub("", html)))
    assert empty.count('<div class="pictures"></div>') == len(specs)
    (folder / "index.html").write_text(empty.replace("</head>", scripts), "utf-8")


# ---- sizes ----------------------------------------------------------------------------------


def _print_sizes(folder: Path) -> None:
    shared = {path.name.partition(".")[0]: path for path in (folder / "assets").iterdir()}
    own = [folder / "production/index.html", folder / "production/page.js"]
    own += [shared[name] for name in ("light", "scheme", "dashgen")]
    later = [shared["more"], folder / "production/cube.js", shared["vega"]]
    for path in (*own, *later):
        print(f"{path.name:<34} {_packed(path):>8.1f} kB compressed")
    print(f"{'before the first paint':<34} {sum(map(_packed, own)):>8.1f} kB compressed")


def _packed(path: Path) -> float:
    return len(gzip.compress(path.read_bytes(), 6)) / 1000


# ---- times ----------------------------------------------------------------------------------


def _print_times(site: Path, delay: float) -> None:
    from playwright.sync_api import sync_playwright

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site), delay=delay))
    Thread(target=server.serve_forever, daemon=True).start()
    found: dict[str, list[dict[str, float]]] = {name: [] for name in _CHARTS if (site / name).exists()}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for turn in range(TURNS + 1):
            for name, runs in found.items():
                address = f"http://127.0.0.1:{server.server_port}/{name}/production/index.html"
                times = _visit(browser, address, _CHARTS[name])
                runs += [times] if turn else []
    server.shutdown()
    print(f"\n{f'answers after {1000 * delay:g} ms':<34} {'first paint ms':>16} {'charts live ms':>16}")
    for name, runs in found.items():
        print(f"{name:<34} {median(r['paint'] for r in runs):>16.0f} {median(r['live'] for r in runs):>16.0f}")
    for what, other in (("paint", "bare"), ("paint", "framework"), ("live", "framework"), ("live", "embed")):
        ratios = [a[what] / b[what] for a, b in zip(found["ours"], found.get(other, []), strict=False)]
        print(f"ours against {other}, {what}: {median(ratios):.2f}" if ratios else "")


def _visit(browser: Any, address: str, drawn: str | None) -> dict[str, float]:
    """Milliseconds from the request; every visit is the first one, on a screen that holds the whole page."""
    context = browser.new_context(viewport={"width": 1440, "height": 2400})
    tab = context.new_page()
    if drawn:
        tab.add_init_script(_WATCH.format(drawn=drawn))
    tab.goto(address)
    for _ in range(100):
        paint, live = tab.evaluate(_TIMES)
        if paint and (live or not drawn):
            break
        tab.wait_for_timeout(50)
    context.close()
    return {"paint": paint, "live": live}


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *args: Any, delay: float, **options: Any) -> None:
        self.delay = delay
        super().__init__(*args, **options)

    def handle(self) -> None:
        with suppress(ConnectionError):  # of a page that was closed while it still loaded its cubes
            super().handle()

    def do_GET(self) -> None:
        sleep(self.delay)
        super().do_GET()

    def log_message(self, *_: object) -> None:
        pass
