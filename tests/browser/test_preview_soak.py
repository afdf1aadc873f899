"""Random edits, as editors make them, in a project that two previews and builds look at: in the end all show the same.

`DASHGEN_FULL=1` goes on for ten minutes, and says what the preview's memory came to.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from dashgen.preview.app import ROOM
from tests.browser.opened import opened
from tests.previewed import PATIENCE, PROJECT, project, replace
from tests.program import Process, run, start, tree
from tests.test_preview import Command, command

pytestmark = [pytest.mark.browser, pytest.mark.heavy]

FULL = bool(os.environ.get("DASHGEN_FULL"))
EDITS, SECONDS = 40, 600
WARM = 15
"""Edits after which the preview has done everything once."""
MOST = 300 if FULL else 150
"""MiB by which a preview may grow afterwards."""
NAMES = ("board", "one", "two", "three")
BOARD = """\
version: 1
title: {title}
time_range: {range}
theme: {theme}
filters: [{filters}]
layout:
  - {{type: card, id: first, metric: {metric}}}
  - {{type: card, id: own, metric: own}}
  - {{type: line, id: trend, metric: {metric}, title: {title} over time}}
  - {{type: bar, id: bars, metric: cost, by: {by}}}
  - {{type: table, id: log, records: [time, model, user], newest: 20}}
"""
OWN = "metrics:\n  own: {{title: Own, expr: {expr}, format: number}}\n"
THEME = 'version: 1\ntitle: Ours\nextends: light\ncolours: {{accent: "{accent}"}}\n'
SHOWN = """() => [...document.querySelectorAll("[data-widget]")].map(({ dataset, textContent }) =>
  [dataset.widget, dataset.value ?? "", dashgen.rows(dataset.widget)])"""


class Editor:
    """Saves this and that, in this way and that."""

    def __init__(self, shop: Path) -> None:
        self._chance = random.Random(5)
        self._shop = shop
        self._rows = (shop / "data/requests.csv").read_text().splitlines()[1:]

    def edit(self) -> None:
        kinds = [self._board] * 8 + [self._broken] * 3 + [self._move, self._remove, self._append, self._metric]
        self._chance.choice([*kinds, self._theme, self._project])()

    def mend(self, title: str) -> None:
        """Everything is well, and looks like this."""
        self._save("dashgen.yaml", PROJECT + OWN.format(expr="cost * 2"))
        self._save("themes/ours.yaml", THEME.format(accent="#0b5d3b"))
        for file in (self._shop / "dashboards").iterdir():
            if file.stem not in NAMES:
                file.unlink()
        for name in NAMES:
            self._save(f"dashboards/{name}.yaml", self._text(title))

    # ---- edits

    def _board(self) -> None:
        self._save(self._file(), self._text(f"Title {self._chance.randrange(1000)}"))

    def _broken(self) -> None:
        text = self._text("Broken")
        broken = [text[: self._chance.randrange(len(text))], text.replace("metric: own", "metric: owm"), "a: [", ""]
        self._save(self._file(), self._chance.choice(broken))

    def _move(self) -> None:
        file = self._shop / self._file()
        if file.exists():
            os.replace(file, self._shop / self._file(new=True))

    def _remove(self) -> None:
        (self._shop / self._file()).unlink(missing_ok=True)

    def _append(self) -> None:
        with open(self._shop / "data/requests.csv", "a") as data:
            data.write("".join(f"{row}\n" for row in self._chance.choices(self._rows, k=3)))

    def _metric(self) -> None:
        self._save("dashgen.yaml", PROJECT + OWN.format(expr=f"cost * {self._chance.randrange(2, 99)} / requests"))

    def _theme(self) -> None:
        self._save("themes/ours.yaml", THEME.format(accent=self._chance.choice(["#7a1fa2", "#0b5d3b", "no colour"])))

    def _project(self) -> None:
        self._save("dashgen.yaml", self._chance.choice(["version: 1\n", "sources: {", PROJECT]))

    def _file(self, new: bool = False) -> str:
        """The page that is looked at is the most edited, and goes as others do."""
        return f"dashboards/{self._chance.choice([*NAMES, 'board', 'board', *(['four'] * 3 if new else [])])}.yaml"

    def _text(self, title: str) -> str:
        some = self._chance.choice
        return BOARD.format(
            title=title,
            range=some(["7d", "24h", "14d"]),
            theme=some(["themes/ours.yaml", "light"]),
            filters=some(["time_range, model", "time_range", "time_range, model, project"]),
            metric=some(["requests", "cost", "tokens", "latency_p95"]),
            by=some(["model", "project", "user"]),
        )

    def _save(self, name: str, text: str) -> None:
        file = self._shop / name
        match self._chance.randrange(3):
            case 0:
                replace(file, text)
            case 1:
                file.write_text(text)
            case _:
                with open(file, "w") as written:
                    time.sleep(0.02)
                    half = self._chance.randrange(len(text) + 1)
                    written.write(text[:half])
                    written.flush()
                    time.sleep(0.02)
                    written.write(text[half:])


def turns() -> Iterator[int]:
    """Edits are counted, but in ten minutes: there it is the time."""
    end = time.monotonic() + SECONDS
    turn = 0
    while time.monotonic() < end if FULL else turn < EDITS:
        yield turn
        turn += 1


def status(running: Command, key: str) -> int:
    """What the system says of the process: its `Threads`, or `VmRSS` in kB."""
    text = Path(f"/proc/{running.process.child.pid}/status").read_text()
    return int(text.partition(f"{key}:")[2].split()[0])


def get(port: int, path: str) -> bytes:
    """What is served there, less what a preview adds."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request("GET", f"/{path}")
        content = connection.getresponse().read()
    if not path.endswith(".html"):
        return content
    content = re.sub(rf'<script defer src="{re.escape(ROOM)}preview.js"[^>]*></script>\n'.encode(), b"", content)
    return content.replace(b"; connect-src 'self'", b"", 1)


def shows(preview: Command, bundle: dict[str, bytes]) -> bool:
    return all(get(preview.port, path) == content for path, content in bundle.items())


def ended(build: Process) -> None:
    """A build may find an edit that is wrong, and nothing else."""
    said = build.child.communicate(timeout=PATIENCE)[1]
    assert build.child.returncode in (0, 1), said
    assert "Traceback" not in said


def test_whatever_was_saved_all_show_the_same_in_the_end(chromium: Any, tmp_path: Path) -> None:
    shop = project(tmp_path / "shop")
    (shop / "themes").mkdir()
    editor = Editor(shop)
    editor.mend("First")
    with command("preview", "--port", "0", cwd=shop) as one, command("preview", "--port", "0", cwd=shop) as other:
        one.hears("Preview: ")
        other.hears("Preview: ")
        address = f"http://127.0.0.1:{one.port}/"
        with opened(chromium, f"{address}board/", inside=address) as watched:
            watched.tab.evaluate("dashgen.ready")
            before = _edited(editor, one, watched.tab, shop)
            editor.mend("The end")
            assert run("build", "--no-cache", "-o", str(tmp_path / "fresh"), cwd=shop).returncode == 0
            assert run("build", "-o", str(tmp_path / "kept"), cwd=shop).returncode == 0
            fresh = tree(tmp_path / "fresh")
            assert tree(tmp_path / "kept") == fresh
            one.wait(lambda: shows(one, fresh))
            other.wait(lambda: shows(other, fresh))
            watched.tab.wait_for_function("document.querySelector('h1')?.textContent === 'The end'")
            watched.tab.evaluate("dashgen.ready")
            with opened(chromium, f"{address}board/") as anew:
                anew.tab.evaluate("dashgen.ready")
                wanted = anew.tab.evaluate(SHOWN)
            one.wait(lambda: watched.tab.evaluate(SHOWN) == wanted)
            assert (watched.said, watched.asked) == ([], [])
        _check(one, before)
        for preview in (one, other):
            assert preview.end() == 0
            assert not FULL or "Traceback" not in preview.said, preview.said.partition("Traceback")[2]
            assert not preview.process.descendants()


def _edited(editor: Editor, preview: Command, tab: Any, shop: Path) -> dict[str, int]:
    """What the preview took when it was warm."""
    before: dict[str, int] = {}
    builds: list[Process] = []
    pause = random.Random(7)
    for turn in turns():
        editor.edit()
        tab.wait_for_timeout(pause.choice([0, 20, 100, 400]))
        if turn == WARM:
            before = measured(preview)
        if turn % 20 == 10:
            builds.append(start("build", cwd=shop))
        while len(builds) > 1:
            ended(builds.pop(0))
    for build in builds:
        ended(build)
    return before


def measured(preview: Command) -> dict[str, int]:
    return {
        "threads": status(preview, "Threads"),
        "processes": len(preview.process.descendants()),
        "MiB": status(preview, "VmRSS") // 1024,
    }


def _check(preview: Command, before: dict[str, int]) -> None:
    """Threads and processes of the last work may still be about to end."""
    preview.wait(lambda: len(preview.process.descendants()) <= before["processes"])
    preview.wait(lambda: status(preview, "Threads") <= before["threads"] + 4)
    after = measured(preview)
    print(f"a preview after {WARM} edits: {before}; in the end: {after}")
    assert after["MiB"] <= before["MiB"] + MOST
