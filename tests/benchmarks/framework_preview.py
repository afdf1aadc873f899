"""The Production page in Observable Framework's preview, and edits as its users would make them.

Its charts are those of `framework.md`; the title of one stands in the chart's code, and the data come from a loader,
which reads what was made ready: its edit costs no scan.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile
from urllib.error import URLError
from urllib.request import urlopen

from tests.benchmarks import framework
from tests.benchmarks.saves import Edit, Save

_LOADER = """\
import {readFileSync} from "node:fs";
const data = JSON.parse(readFileSync("DATA", "utf-8"));
data.widgets["pie-tokens-by-model"].rows[0].model = "Group 0";
process.stdout.write(JSON.stringify(data));
"""
_PATIENCE = 60.0


def project(folder: Path, data: Path) -> Path | None:
    """A project in `folder` over our page's `data.json`; without npm there is none."""
    installed = framework.project()
    if installed is None:
        return None
    page = folder / "src/production"
    page.mkdir(parents=True)
    copyfile(installed / "observablehq.config.js", folder / "observablehq.config.js")
    (folder / "package.json").write_text('{"private": true, "type": "module"}\n')
    (folder / "node_modules").symlink_to(installed / "node_modules")
    (page / "index.md").write_text(_page())
    (page / "data.json.js").write_text(_LOADER.replace("DATA", str(data)))
    return folder


def _page() -> str:
    text = Path(framework.__file__).with_suffix(".md").read_text()
    return text.replace("    width,\n    height: 260,", '    title: "Cost trend",\n    width,\n    height: 260,')


def edits(folder: Path) -> Mapping[str, Edit]:
    page, loader = folder / "src/production/index.md", folder / "src/production/data.json.js"
    text, code = page.read_text(), loader.read_text()
    return {
        "a text": lambda n: Save(page, text.replace("# Production monitoring", f"# Text {n}"), "h1", f"Text {n}"),
        "a chart's title": lambda n: Save(
            page, text.replace('title: "Cost trend"', f'title: "Chart {n}"'), "figure h2", f"Chart {n}"
        ),
        "a metric's expression": lambda n: Save(
            page,
            text.replace("${rate.toFixed(2)} req/min", f"${{(0 * rate + {n}).toFixed(2)}} req/min"),
            ".grid-cols-4 .big",
            f"{n}.00 req/min",
        ),
        "a new group-by": lambda n: Save(loader, code.replace("Group 0", f"Group {n}"), ".grid-cols-3", f"Group {n}"),
    }


@contextmanager
def previewed(folder: Path) -> Iterator[str]:
    """The address of the page."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["node_modules/.bin/observable", "preview", "--host", "127.0.0.1", "--port", str(port), "--no-open"]
    env = {**os.environ, "OBSERVABLE_TELEMETRY_DISABLE": "true", "NO_COLOR": "1"}
    process = subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        address = f"http://127.0.0.1:{port}/production/"
        _await(address)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _await(address: str) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            urlopen(address).close()
        except URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
        else:
            return
