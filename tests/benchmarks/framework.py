"""The Production dashboard in Observable Framework, over the data of ours and as its users would write it.

Everything comes from npm: what a page imports by a package's plain name, Framework bundles from `node_modules` into one
module a package, as its CDN has them. Web fonts and the sidebar are off, which only makes its page faster.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from shutil import copyfile, copytree, which

from tests.benchmarks.measure import cache, reason

VERSION = "1.13.4"
PACKAGES = (f"@observablehq/framework@{VERSION}", "@observablehq/plot@0.6.17", "d3@7.9.2", "htl@0.3.1")

DRAWN = """document.querySelector('[aria-label="line"] path') && document.querySelector(".pie path")"""
"""Whether both charts are there, asked in the page."""

_CONFIG = """\
export default {title: "Production monitoring", globalStylesheets: [], sidebar: false, toc: false, footer: ""};
"""


def build(data: Path, out: Path) -> bool:
    """Writes `out/production/index.html` and what it loads; otherwise prints why the page is left out.

    `data` is the `data.json` of our page.
    """
    folder = project()
    if folder is None:
        return False
    copyfile(data, folder / "src/production/data.json")
    if not _runs([str(folder / "node_modules/.bin/observable"), "build"], folder):
        return False
    copytree(folder / "dist", out)
    return True


def project() -> Path | None:
    """The project without its data. It stays, so that only the first build asks npm for anything."""
    folder = cache() / f"framework-{VERSION}"
    page = folder / "src/production/index.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    copyfile(Path(__file__).with_suffix(".md"), page)
    (folder / "observablehq.config.js").write_text(_CONFIG)
    return folder if _installed(folder) else None


def _installed(folder: Path) -> bool:
    if (folder / "node_modules/.package-lock.json").exists():  # npm writes it last
        return True
    npm = which("npm")
    if npm is None:
        print("Observable Framework is left out: there is no npm")
        return False
    (folder / "package.json").write_text('{"private": true, "type": "module"}\n')
    return _runs([npm, "install", "--no-audit", "--no-fund", "--loglevel=error", *PACKAGES], folder)


def _runs(command: list[str], folder: Path) -> bool:
    env = {**os.environ, "OBSERVABLE_TELEMETRY_DISABLE": "true", "NO_COLOR": "1"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=env)
    if done.returncode:
        print(f"Observable Framework is left out: {reason(done.stderr or done.stdout)}")
    return done.returncode == 0
