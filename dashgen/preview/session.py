"""From one save to the next: compile, keep what was good last, and say what changed."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter, time
from typing import Protocol

from dashgen import compiler, timeline
from dashgen.cache import Store
from dashgen.diagnostics import Diagnostic, Misuse, WorkError, has_errors
from dashgen.documents import shown
from dashgen.images import Format
from dashgen.memo import Memo
from dashgen.preview.fingerprints import changes, fingerprints
from dashgen.preview.places import Places, is_data, places
from dashgen.preview.view import Summary, View, merged
from dashgen.preview.watching import Watcher
from dashgen.project import Checked, NoProject, WrongPath
from dashgen.render import Renderer

_GRACE = 0.15
"""Seconds that bad news wait: an editor that empties a file first, or takes it away, is about to write it."""
_SETTLED = 0.1
"""Seconds without a change after which a data file counts as written."""
_SETTLING = 2.0
"""Seconds after which one that never rests is read as it is."""
_STILL = 60 * timeline.SECOND
"""How long the clock stands still for `as_of: now`."""
_REMEMBERED = 200
"""Answers of pure functions."""
_OVERTAKEN = 3
"""Times in a row that newer changes may keep what was made from being shown."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to compile. `lenient` shows what is clean beside what is not."""

    paths: Sequence[str] = ()
    strict: bool = False
    cache: bool = True
    single_file: bool = False
    image: Format | None = None
    lenient: bool = True


class Listener(Protocol):
    """Is told how far the work is."""

    def began(self, causes: Sequence[str]) -> None: ...

    def phase(self, name: str) -> None: ...


@dataclass(slots=True)
class _Made:
    """What one compilation came to."""

    checked: Checked | None = None
    bundle: Mapping[str, bytes] | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    trouble: str = ""
    built: compiler.Built | None = None
    phases: dict[str, float] = field(default_factory=dict)

    @property
    def is_bad(self) -> bool:
        return bool(self.trouble) or has_errors(self.diagnostics)


class Session:
    """Compiles whenever something changed. Its renderer stays alive in between."""

    def __init__(self, options: Options, watcher: Watcher, renderer: Renderer, listener: Listener) -> None:
        self._options = options
        self._watcher = watcher
        self._renderer = renderer
        self._listener = listener
        self._places: Places | None = None
        self._view = View()
        self._homes: dict[str, Path] = {}
        self._stores: dict[str, Store] = {}
        self._began = time()
        self._now = 0

    def views(self) -> Iterator[View]:
        """The first state, and then each new one, as long as it is watched; what is overtaken at once is left out."""
        causes: frozenset[str] = frozenset()
        while causes or not self._view.summary.phases:
            made = self._made(causes)
            for _ in range(_OVERTAKEN):
                more = self._watcher.wait(_GRACE) if made.is_bad and causes else self._watcher.more()
                if not more:
                    break
                causes |= self._settled(more)
                made = self._made(causes)
            self._view = self._next(made, causes)
            yield self._view
            causes = self._settled(self._watcher.wait())

    def _settled(self, causes: frozenset[str]) -> frozenset[str]:
        """With what followed at once, where data are still being written."""
        more, end = causes, perf_counter() + _SETTLING
        while any(map(is_data, more)) and perf_counter() < end:
            more = self._watcher.wait(_SETTLED)
            causes |= more
        return causes

    # ---- compiling

    def _made(self, causes: frozenset[str]) -> _Made:
        made, clock = _Made(), _Clock(self._listener.phase)
        self._listener.began(_names(causes))
        try:
            clock("read")
            made.checked = self._checked()
            made.built, made.bundle = compiler.compiled(
                made.checked,
                strict=self._options.strict,
                cache=self._options.cache,
                single_file=self._options.single_file,
                image=self._options.image,
                renderer=self._renderer,
                store=self._store(made.checked),
                now=self._instant(causes),
                lenient=self._options.lenient,
                phase=clock,
            )
            made.diagnostics = made.built.diagnostics
        except (Misuse, WorkError) as problem:
            if isinstance(problem, WrongPath | NoProject) and not causes:
                raise  # what was never there is not awaited
            made.trouble = str(problem)
        except OSError as problem:
            made.trouble = f"{problem.filename}: {problem.strerror}" if problem.filename else str(problem)
        except (
            Exception
        ):  # a mistake of ours must not end what people work with: it is told, and the next save is awaited
            made.trouble = f"dashgen failed; this is a mistake of its own:\n{traceback.format_exc()}"
        if made.checked is None:
            self._look(None)
        made.phases = dict(clock.stopped())
        return made

    def _store(self, checked: Checked) -> Store | None:
        """The project's, with what this process has in its hands already."""
        if checked.project is None or not self._options.cache:
            return None
        root = checked.project.root
        if root not in self._stores:
            self._stores[root] = Store.of(root, Memo(_REMEMBERED))
        return self._stores[root]

    def _instant(self, causes: frozenset[str]) -> int:
        """What `as_of: now` means: the same from save to save, since who edits wants to see what the edit did."""
        if timeline.now() - self._now > _STILL or any(map(is_data, causes)):
            self._now = timeline.now()
        return self._now

    def _checked(self) -> Checked:
        """What stands there, read once more where it turns out to lie in places that nobody looked at."""
        checked = compiler.validate(self._options.paths)
        return compiler.validate(self._options.paths) if self._look(checked) else checked

    def _look(self, checked: Checked | None) -> bool:
        self._places = places(self._options.paths, checked, self._places)
        return self._watcher.follow(self._places)

    # ---- what is shown

    def _next(self, made: _Made, causes: frozenset[str]) -> View:
        before, kept = self._view, frozenset(self._kept(made))
        files = merged(before, made.bundle, kept)
        view = View(files, fingerprints(files, before.pages, before.files), made.diagnostics, made.trouble, kept)
        homes = {**self._homes, **{name: home for home, name in _homes(made).items()}}
        self._homes = {name: homes[name] for name in view.ids if name in homes}
        return replace(view, summary=_summary(made, causes, before, view, self._began))

    def _kept(self, made: _Made) -> Iterator[str]:
        """Dashboards of which there are pages and no newer ones, where that is for something being wrong."""
        if not made.is_bad:
            return
        clean = _homes(made)
        for name, home in self._homes.items():
            is_made = made.bundle is not None and f"{name}/index.html" in made.bundle
            if not is_made and home.is_file() and clean.get(home, name) == name:
                yield name


def _homes(made: _Made) -> dict[Path, str]:
    """The file of each clean dashboard."""
    found = made.checked.dashboards if made.checked else ()
    return {one.at.document.file: one.id for one in found if one.at.document.file is not None}


def _names(causes: frozenset[str]) -> list[str]:
    return sorted(shown(path) for path in causes)


def _summary(made: _Made, causes: frozenset[str], before: View, after: View, began: float) -> Summary:
    changed = {page: list(changes(before.pages.get(page), after.pages[page])) for page in after.pages}
    gone = {page: ["gone"] for page in before.pages if page not in after.pages}
    built = made.built or compiler.Built(())
    return Summary(
        _names(causes),
        {page: words for page, words in {**changed, **gone}.items() if words},
        made.phases,
        built.dashboards,
        built.rows,
        built.queries,
        built.kept,
        built.since if built.since is not None and built.since < began else None,
    )


class _Clock:
    """Seconds by phase."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told
        self._spent: dict[str, float] = {}
        self._phase, self._since = "", perf_counter()

    def __call__(self, name: str) -> None:
        now = perf_counter()
        if self._phase:
            self._spent[self._phase] = self._spent.get(self._phase, 0.0) + now - self._since
        if name and name != self._phase:
            self._told(name)
        self._phase, self._since = name, now

    def stopped(self) -> Mapping[str, float]:
        self("")
        return self._spent
