"""The corridor: from YAML files to a bundle, and to where it goes.

    YAML files
      │ read       text → Document                             documents.py, project.py
      │ check      JSON Schema, then names and number types    schema.py, resolve/    → diagnostics
      │ parse      Document → Dashboard                        parse.py, model.py
      │ name       what each page depends on → kept, or new    graph.py, reuse.py
      │ ask        widgets → questions with instants           plan/ask.py
      │ plan       questions → as few cubes as possible        plan/merge.py
      │ execute    cubes ← sources, the only queries           execute.py, sources/, query/
      │ evaluate   questions over cubes → rows                 evaluate/
      │ draw       rows → Vega-Lite, cards, tables             widgets/, draw.py
      │ ship       filters → cubes that answer them            shipments.py, plan/interactive.py
      │ assemble   → parts, one of each page                   making.py, bundle.py, pages.py
      │ join       parts → Bundle                              parts.py, manifest.py
      ▼ deliver    → directory, preview                        targets/, preview/

`validate` stops after parse, `metrics` and `explain` after evaluate; `build` goes all the way with what is new, and
straight to join with what is kept. What is kept along the way are cubes (`sources/kept.py`), plans (`servings.py`),
charts (`drawn.py`) and parts.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from dashgen.diagnostics import Diagnostic, Failure, has_errors
from dashgen.orders import Made, Order

if TYPE_CHECKING:
    from dashgen.answers import Answered
    from dashgen.cache import Store
    from dashgen.graph import Node
    from dashgen.images import Format
    from dashgen.manifest import Bundle
    from dashgen.metrics import Catalogue
    from dashgen.model import Dashboard, Project
    from dashgen.parts import Part
    from dashgen.plan.ask import Opened
    from dashgen.project import Checked
    from dashgen.render import Renderer
    from dashgen.reuse import Pages

    Drawing = Callable[[Store], Renderer]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build found and wrote; `files` is 0 where errors stood in the way."""

    diagnostics: tuple[Diagnostic, ...]
    dashboards: int = 0
    files: int = 0
    size: int = 0
    queries: int = 0
    rows: int = 0
    kept: int = 0
    """Dashboards that were made before, of the same files and data."""
    since: float | None = None
    """When the oldest of them was made, in seconds since the epoch."""

    @property
    def is_fine(self) -> bool:
        return not has_errors(self.diagnostics)


Paths = str | Path | Sequence[str | Path]
"""Dashboards, folders of them, or `@name` for one that ships; empty: those of the nearest `dashgen.yaml` upward."""


def validate(paths: Paths = ()) -> Checked:
    """Read, check and parse; touches no data and needs no environment variable.

    Raises `LookupError` for a path that does not exist, and where there is no project.
    """
    from dashgen import project

    return project.read([str(path) for path in ([paths] if isinstance(paths, str | Path) else paths)])


def build(
    paths: Paths = (),
    out: str | Path = "dist",
    *,
    strict: bool = False,
    cache: bool = True,
    single_file: bool = False,
    image: Format | None = None,
    phase: Callable[[str], None] = lambda _: None,
) -> Built:
    """Compile `paths` into the folder `out`. Errors leave what was there as it was; `strict` counts advice as one.

    Without `cache` nothing that was made before is reused, and nothing is kept. With `single_file` each dashboard is
    written as one `ID.html` too, which needs no other file; with `image` each widget as a picture, and as PNG or PDF
    each whole dashboard where a Chromium is installed. `phase` is told the name of each phase as it begins.
    Raises `LookupError` as `validate` does, and `DeliveryError` for a folder that cannot be written.
    """
    with _store(paths) as store:
        built, bundle = compiled(
            paths, strict=strict, cache=cache, single_file=single_file, image=image, store=store, phase=phase
        )
        if bundle is not None:
            from dashgen.targets.directory import deliver

            phase("deliver")
            deliver(bundle, Path(out))
    return built


def compiled(
    given: Paths | Checked = (),
    *,
    strict: bool = False,
    cache: bool = True,
    single_file: bool = False,
    image: Format | None = None,
    renderer: Renderer | None = None,
    store: Store | None = None,
    now: int | None = None,
    lenient: bool = False,
    phase: Callable[[str], None] = lambda _: None,
) -> tuple[Built, Bundle | None]:
    """All but the delivery, which comes when everything else has ended and little can interrupt it any more.

    `given` may have been read already. A `renderer` is used and left running, a `store` is used and left open; without
    one what the project's has is not made again. `now` is what `as_of: now` means, in microseconds since the epoch.
    `lenient` compiles what is clean beside what is not. `phase` is told the name of each phase as it begins.
    """
    with _opened(given, store, cache) as store, _drawing(renderer, early=not store.is_there) as drawing:
        phase("read")
        checked, now = _checked(given), _now() if now is None else now
        order, before = Order(strict, lenient, single_file, image, phase), store.queries
        pages = _pages(checked, store, now, order)
        new = tuple(one for one in checked.dashboards if one.id not in pages.known)
        made = Made(checked.diagnostics, ())
        if new or not checked.dashboards:
            phase("query")
            made = _made(replace(checked, dashboards=new), drawing, _Known(store, now, pages.numbers), order)
        told = judged(tuple(dict.fromkeys((*made.diagnostics, *pages.diagnostics))), strict)
        if made.parts is None or (has_errors(told) and not lenient):
            return Built(told), None
        phase("write")
        pages.keep(made.parts, made.advice, made.rows)
        try:
            bundle = _joined(checked, [*made.parts, *pages.parts], made, store)
        except Failure as failure:
            return Built((*told, *failure.diagnostics)), None
        rows = sum({**pages.rows, **made.rows}.values())
        size = sum(len(content) for content in bundle.values())
        count = len(made.parts) + len(pages.known)
        queries = store.queries - before if store else made.queries
        return Built(told, count, len(bundle), size, queries, rows, len(pages.known), pages.since), bundle


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known before anything is asked: of earlier times, of the clock, and how the numbers are named."""

    store: Store
    now: int
    numbers: Mapping[str, str]


def _made(checked: Checked, drawing: Drawing, known: _Known, order: Order) -> Made:
    """What is new: answered, drawn, and made into parts."""
    from dashgen.chart_script import ChartScript

    with ChartScript() as chart_script, answered(checked, _import_altair, known) as (found, diagnostics):
        if found is None or (has_errors(judged(diagnostics, order.strict)) and not order.lenient):
            return Made(diagnostics)
        from dashgen import making

        try:
            return making.made(found, diagnostics, drawing(known.store), chart_script.content, order)
        except Failure as failure:
            return Made((*diagnostics, *failure.diagnostics))


@contextmanager
def _drawing(renderer: Renderer | None, early: bool) -> Iterator[Drawing]:
    """What gives a renderer that knows what a store has: the given one, or one for this time only.

    That is started at once where there will be much to draw, since it takes longest of all; else when it is needed.
    """
    from dashgen.render import Renderer

    own = Renderer() if renderer is None else renderer

    def started(store: Store) -> Renderer:
        from dashgen.drawn import Drawn

        own.drawn = Drawn(store)
        own.start()
        return own

    try:
        if early:
            own.start()
        yield started
    finally:
        if renderer is None:
            own.stop()


@contextmanager
def _opened(given: Paths | Checked, store: Store | None, cache: bool) -> Iterator[Store]:
    from dashgen.cache import NOTHING

    if store is not None or not cache:
        yield store if store is not None and cache else NOTHING
        return
    with _store(given) as own:
        yield own


def _store(given: Paths | Checked) -> Store:
    """That of the project around these paths, found before anything is read."""
    from dashgen.cache import NOTHING, Store

    if not isinstance(given, str | Path | Sequence):
        return NOTHING if given.project is None else Store.of(given.project.root)
    named = [given] if isinstance(given, str | Path) else given
    start = next((Path(one) for one in named if not str(one).startswith("@")), Path()).resolve()
    root = next((folder for folder in (start, *start.parents) if (folder / "dashgen.yaml").is_file()), None)
    return NOTHING if root is None else Store.of(root)


def _pages(checked: Checked, store: Store, now: int, order: Order) -> Pages:
    """The pages that were made before of the same; none where pictures are asked for, which are made of more."""
    from dashgen.project import documents_of
    from dashgen.reuse import Pages

    if checked.project is None or not store or order.image is not None:
        return Pages()

    def look() -> dict[str, Node]:
        return {name: node for name, node in nodes(checked, now, order.single_file).items() if node is not None}

    return Pages(checked.dashboards, look, store, documents_of(checked.project))


def nodes(checked: Checked, now: int | None = None, single_file: bool = False) -> dict[str, Node | None]:
    """What the page of each dashboard depends on; None for one of which that cannot be told."""
    from dashgen.graph import Graph

    if checked.project is None:
        return {}
    graph = Graph(checked.project, checked.dashboards, _now() if now is None else now)
    return {one.id: graph.page(one, single_file=single_file) for one in checked.dashboards}


def _joined(checked: Checked, parts: Sequence[Part], made: Made, store: Store) -> Bundle:
    from dashgen import program
    from dashgen.digest import digest
    from dashgen.manifest import joined

    def index(entries: Sequence[Mapping[str, Any]], links: Mapping[str, Any]) -> bytes:
        first = checked.dashboards[0]
        name = digest("index", program.fingerprint(), entries, links, first.lang, first.locale)
        content = store.get(name)
        if content is None:
            from dashgen import making

            content = making.index(entries, links, checked)
            store.put(name, content)
        return content

    known = {part.id: part for part in parts}
    return joined([known[one.id] for one in checked.dashboards if one.id in known], index, made.images)


def _checked(given: Paths | Checked) -> Checked:
    from dashgen.project import Checked

    return given if isinstance(given, Checked) else validate(given)


def _now() -> int:
    from dashgen.timeline import now

    return now()


def _import_altair() -> None:
    """What drawing needs, while the engine scans: it does so outside Python's lock.

    No daemon: at the end of a failed build Python waits for it, as a native module that is left half loaded aborts.
    """
    Thread(target=import_module, args=("altair",)).start()


@contextmanager
def answered(
    checked: Checked,
    meanwhile: Callable[[], None] | None = None,
    known: _Known | None = None,
) -> Iterator[tuple[Answered | None, tuple[Diagnostic, ...]]]:
    """Ask, plan, execute and evaluate what is clean; every diagnostic so far comes with it.

    `meanwhile` is called when the sources have been opened and are about to be read. What is `known` of the same data
    is not asked again.
    """
    from dashgen import answers, project
    from dashgen.cache import NOTHING

    if checked.project is None or not checked.dashboards:
        if not has_errors(checked.diagnostics):
            raise project.NoDashboards(f"there are no dashboards; `dashboards:` in {project.FILE} says where they lie")
        yield None, checked.diagnostics
        return
    catalogue = answers.catalogue_of(checked.project)
    known = known or _Known(NOTHING, _now(), {})
    with answers.opened(checked.project, checked.dashboards, catalogue, store=known.store) as (sources, unopened):
        if meanwhile:
            meanwhile()
        try:
            found, failed = _answer(checked.project, checked.dashboards, catalogue, sources, unopened, known)
        except Failure as failure:
            yield None, (*checked.diagnostics, *_failures(checked.project, unopened), *failure.diagnostics)
            return
        yield found, (*checked.diagnostics, *_failures(checked.project, failed), *found.diagnostics)


def _answer(
    project: Project,
    dashboards: Sequence[Dashboard],
    catalogue: Catalogue,
    sources: Mapping[str, Opened],
    failed: Mapping[str, Failure],
    known: _Known,
) -> tuple[Answered, Mapping[str, Failure]]:
    """Every dashboard whose sources work or may fail; one that fails only when it is read is set aside likewise."""
    from dashgen import answers, privacy
    from dashgen.environment import may_fail
    from dashgen.execute import SourceFailed
    from dashgen.plan.reads import source_names

    shown = {name: failure for name, failure in failed.items() if may_fail(project.sources[name], os.environ)}
    usable = [d for d in dashboards if source_names(d, project, catalogue) <= {*sources, *shown}]
    try:
        hidden = privacy.hidden(project, usable, sources, os.environ)
        terms = answers.catalogue_of(hidden.project) if hidden.project is not project else catalogue
        asked = [answers.ask(d, hidden.project, terms, hidden.sources, shown, known.now) for d in hidden.dashboards]
        return answers.answer(
            asked, hidden.project, terms, hidden.sources, store=known.store, names=known.numbers
        ), failed
    except SourceFailed as late:
        working = {name: source for name, source in sources.items() if name != late.source}
        return _answer(project, dashboards, catalogue, working, {**failed, late.source: late}, known)


def _failures(known: Project, failed: Mapping[str, Failure]) -> Iterator[Diagnostic]:
    """What is wrong with sources: errors, or warnings for a source that is allowed to fail."""
    from dashgen.environment import may_fail

    for name, failure in failed.items():
        is_shown = may_fail(known.sources[name], os.environ)
        yield from (replace(d, severity="warning") if is_shown else d for d in failure.diagnostics)


def _stops(diagnostics: Sequence[Diagnostic], strict: bool) -> bool:
    return has_errors(diagnostics) or (strict and bool(diagnostics))


def judged(diagnostics: Sequence[Diagnostic], strict: bool) -> tuple[Diagnostic, ...]:
    """With `strict`, advice counts as errors."""
    return tuple(replace(d, severity="error") if strict else d for d in diagnostics)


def schema(paths: Paths = ()) -> str:
    """One JSON Schema for the project of these paths, or around the working directory, as text."""
    import json

    from dashgen.editor import project_schema

    checked = validate(paths)
    if checked.project is None:
        raise Failure(checked.diagnostics)
    return json.dumps(project_schema(checked.project), indent=2, ensure_ascii=False)
