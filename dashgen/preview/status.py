"""What the terminal says: one line for each state, in words that a log can hold; a bar only where somebody looks."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from time import strftime

import click

from dashgen import report
from dashgen.diagnostics import has_errors
from dashgen.preview.bar import Bar, is_interactive
from dashgen.preview.fingerprints import INDEX
from dashgen.preview.view import Summary, View

_FEW = 3


class Status:
    """Listens to a session."""

    def __init__(self) -> None:
        self._working = Bar() if is_interactive() else None
        self._reported = ""

    def began(self, causes: Sequence[str]) -> None:
        if self._working:
            self._working.start()

    def phase(self, name: str) -> None:
        if self._working:
            self._working.phase(name)

    def ended(self) -> None:
        if self._working:
            self._working.stop()

    # ---- states

    def shown(self, view: View, before: View, done: str = "") -> None:
        """`done` is what came of it, beside what changed."""
        self.ended()
        self._report(view)
        if view.trouble and view.trouble != before.trouble:
            click.echo(f"error: {view.trouble}", err=True)
        if not view.is_fine:
            self._say(_stands(view), "red")
        elif before.summary.phases and not before.is_fine:
            self._say("No problems any more.", "green")
        line = _line(view)
        if line:
            self._say(f"{line}{f' → {done}' if done else ''}, {_times(view.summary)}")
        if view.summary.told_age:
            self._say(view.summary.told_age)

    def say(self, text: str) -> None:
        self.ended()
        click.echo(text, err=True)

    def _say(self, text: str, colour: str = "") -> None:
        now = click.style(strftime("%H:%M:%S"), dim=True) if _has_colours() else strftime("%H:%M:%S")
        click.echo(f"{now} {click.style(text, fg=colour) if colour and _has_colours() else text}", err=True)

    def _report(self, view: View) -> None:
        """What was found wrong, unless it was said before."""
        text = report.FORMATS["text"].render(view.diagnostics, colour=_has_colours())
        if text != self._reported:
            click.echo(text, err=True, nl=False, color=_has_colours())
        self._reported = text


def _has_colours() -> bool:
    return sys.stderr.isatty() and "NO_COLOR" not in os.environ


# ---- words ----------------------------------------------------------------------------------------


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _stands(view: View) -> str:
    if not view.ids:
        return "There is no page yet."
    if has_errors(view.diagnostics) and view.kept:
        return f"{_some(sorted(view.kept))}: the last good page stands."
    return "The last good pages stand."


def _line(view: View) -> str:
    """What was saved, and what is different since; nothing where nothing is, for a reason that was told."""
    summary = view.summary
    if not summary.causes:
        queries = counted(summary.queries, "query", "queries")
        rows = counted(summary.rows, "row")
        return f"{counted(summary.dashboards, 'dashboard')} from {rows} in {queries}" if summary.dashboards else ""
    pages = {page: words for page, words in summary.changed.items() if page != INDEX or len(summary.changed) == 1}
    if not pages and not view.is_fine:
        return ""
    changed = [f"{_page(page)}{_details(words)}" for page, words in pages.items()]
    return f"{_some(summary.causes)} → {'; '.join(changed[:_FEW]) or 'nothing changed'}{_rest(changed)}"


def _page(path: str) -> str:
    return path.removesuffix("/index.html") if "/" in path else "index"


def _details(words: Sequence[str]) -> str:
    return f": {_some(words)}" if list(words) != ["page"] else ""


def _some(words: Sequence[str]) -> str:
    return f"{', '.join(words[:_FEW])}{_rest(words)}"


def _rest(words: Sequence[str]) -> str:
    return f" and {len(words) - _FEW} more" if len(words) > _FEW else ""


def _times(summary: Summary) -> str:
    parts = [f"{name} {_time(seconds)}" for name, seconds in summary.phases.items() if seconds >= 0.0005]
    return f"{_time(summary.seconds)} ({', '.join(parts)})"


def _time(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
