"""The corridor: from YAML files to a bundle, and to where it goes.

    YAML files
      │ read       text → Document                             documents.py, project.py
      │ check      JSON Schema, then names and number types    schema.py, resolve/    → diagnostics
      │ parse      Document → Dashboard                        parse.py, model.py
      │ ask        widgets → questions with instants           plan/ask.py
      │ plan       questions → as few cubes as possible        plan/merge.py
      │ execute    cubes ← sources, the only queries           execute.py, sources/, query/
      │ evaluate   questions over cubes → rows                 evaluate/
      │ draw       rows → Vega-Lite, cards, tables             widgets/, draw.py
      │ ship       filters → cubes that answer them            shipments.py, plan/interactive.py
      │ assemble   → Bundle                                    bundle.py, pages.py
      ▼ deliver    → directory                                 targets/

`validate` stops after check, `metrics` and `explain` after evaluate; `build` goes all the way.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from dashgen.diagnostics import Diagnostic, Failure, has_errors

if TYPE_CHECKING:
    from dashgen.answers import Answered
    from dashgen.bundle import Bundle
    from dashgen.cache import Store
    from dashgen.draw import DrawnDashboard
    from dashgen.images import Format
    from dashgen.metrics import Catalogue
    from dashgen.model import Dashboard, Project
    from dashgen.plan.ask import Opened
    from dashgen.project import Checked
    from dashgen.render import Renderer
    from dashgen.shipments import Cargo


@dataclass(frozen=True, slots=True)
class Built:
    """What a build found and wrote; `files` is 0 where errors stood in the way."""

    diagnostics: tuple[Diagnostic, ...]
    dashboards: int = 0
    files: int = 0
    size: int = 0
    queries: int = 0
    rows: int = 0

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
) -> Built:
    """Compile `paths` into the folder `out`. Errors leave what was there as it was; `strict` counts advice as one.

    Without `cache` no chart that was drawn before is reused, and none is kept. With `single_file` each dashboard is
    written as one `ID.html` too, which needs no other file; with `image` each widget as a picture, and as PNG or PDF
    each whole dashboard where a Chromium is installed.
    Raises `LookupError` as `validate` does, and `DeliveryError` for a folder that cannot be written.
    """
    built, bundle = compiled(paths, strict=strict, cache=cache, single_file=single_file, image=image)
    if bundle is not None:
        from dashgen.targets.directory import deliver

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
    lenient: bool = False,
    phase: Callable[[str], None] = lambda _: None,
) -> tuple[Built, Bundle | None]:
    """All but the delivery, which comes when everything else has ended and little can interrupt it any more.

    `given` may have been read already. A `renderer` that runs is used and left running. `lenient` compiles what is
    clean beside what is not. `phase` is told the name of each phase as it begins.
    """
    with _drawing(renderer, cache) as renderer:  # before all else: it takes longest to start
        from dashgen.chart_script import ChartScript

        phase("read")
        checked = _checked(given)
        phase("query")
        store = _store(checked, cache)
        with ChartScript() as chart_script, answered(checked, _import_altair, store) as (found, diagnostics):
            if found is None or (_stops(diagnostics, strict) and not lenient):
                return Built(judged(diagnostics, strict)), None
            from dashgen.shipments import shipping

            with shipping(found) as cargo:  # while charts are drawn
                phase("draw")
                begun = _begin(found, renderer)
                from dashgen import markup

                markup.load()
                try:
                    drawn = [finish() for finish in begun]
                    shipped = cargo()
                    phase("write")
                    bundle = _assemble(found, drawn, shipped, chart_script.content, renderer, single_file, image)
                except Failure as failure:
                    return Built((*diagnostics, *failure.diagnostics)), None
                return _built(found, bundle, judged(diagnostics, strict)), bundle


@contextmanager
def _drawing(renderer: Renderer | None, cache: bool) -> Iterator[Renderer]:
    """The given renderer, or one for this time only."""
    if renderer is not None:
        yield renderer
        return
    from dashgen.drawn import Drawn
    from dashgen.render import Renderer

    with Renderer(Drawn() if cache else None) as own:
        yield own


def _store(checked: Checked, cache: bool) -> Store:
    from dashgen.cache import NOTHING, Store

    return Store.of(checked.project.root) if cache and checked.project else NOTHING


def _checked(given: Paths | Checked) -> Checked:
    from dashgen.project import Checked

    return given if isinstance(given, Checked) else validate(given)


def _assemble(
    found: Answered,
    drawn: Sequence[DrawnDashboard],
    cargo: Mapping[str, Cargo],
    chart_script: Callable[[], bytes],
    renderer: Renderer,
    single_file: bool,
    image: Format | None,
) -> Bundle:
    from dashgen import browser
    from dashgen.bundle import assemble
    from dashgen.exposure import exposure
    from dashgen.facts import told

    return assemble(
        [told(one, cargo.get(one.dashboard.id)) for one in drawn],
        exposure=exposure(found, cargo),
        cubes={name: one.content for name, one in cargo.items()},
        chart_script=chart_script,
        single_file=single_file,
        images=lambda files: _images(files, drawn, image, renderer),
        pictured=image == "png" and browser.find() is not None,
        address=found.project.address,
    )


def _built(found: Answered, bundle: Bundle, diagnostics: tuple[Diagnostic, ...]) -> Built:
    return Built(
        diagnostics,
        len(found.dashboards),
        len(bundle),
        sum(len(content) for content in bundle.values()),
        len(found.served.cubes),
        sum(source.probe.rows for source in found.sources.values()),
    )


def _images(
    files: Mapping[str, bytes], drawn: Sequence[DrawnDashboard], style: Format | None, renderer: Renderer
) -> Mapping[str, bytes]:
    if style is None:
        return {}
    from dashgen import images

    names = [one.dashboard.id for one in drawn]
    return dict([*images.widgets(drawn, style, renderer), *images.pages(files, names, style)])


def _import_altair() -> None:
    """What drawing needs, while the engine scans: it does so outside Python's lock.

    No daemon: at the end of a failed build Python waits for it, as a native module that is left half loaded aborts.
    """
    Thread(target=import_module, args=("altair",)).start()


def _begin(found: Answered, renderer: Renderer) -> list[Callable[[], DrawnDashboard]]:
    """Every dashboard's charts handed to the renderer, which draws them while the caller goes on."""
    from dashgen.draw import begin
    from dashgen.facts import facts
    from dashgen.labels import labels
    from dashgen.theme import open_theme
    from dashgen.widgets.base import Context

    known, begun = labels(found.project, found.catalogue), []
    for asked in found.dashboards:
        dashboard = asked.dashboard
        look = open_theme(dashboard.theme, Path(found.project.root))
        context = Context.of(dashboard, look, found.project.currency, known)
        begun.append(begin(dashboard, found.answers[dashboard.id], context, facts(asked, found, context), renderer))
    return begun


@contextmanager
def answered(
    checked: Checked, meanwhile: Callable[[], None] | None = None, store: Store | None = None
) -> Iterator[tuple[Answered | None, tuple[Diagnostic, ...]]]:
    """Ask, plan, execute and evaluate what is clean; every diagnostic so far comes with it.

    `meanwhile` is called when the sources have been opened and are about to be read. What `store` has of the same data
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
    store = store or NOTHING
    with answers.opened(checked.project, checked.dashboards, catalogue, store=store) as (sources, unopened):
        if meanwhile:
            meanwhile()
        try:
            found, failed = _answer(checked.project, checked.dashboards, catalogue, sources, unopened)
        except Failure as failure:
            yield None, (*checked.diagnostics, *_failures(checked.project, unopened), *failure.diagnostics)
            return
        yield found, (*checked.diagnostics, *_failures(checked.project, failed), *found.diagnostics)


def _answer(
    known: Project,
    dashboards: Sequence[Dashboard],
    catalogue: Catalogue,
    sources: Mapping[str, Opened],
    failed: Mapping[str, Failure],
) -> tuple[Answered, Mapping[str, Failure]]:
    """Every dashboard whose sources work or may fail; one that fails only when it is read is set aside likewise."""
    from dashgen import answers, privacy
    from dashgen.environment import may_fail
    from dashgen.execute import SourceFailed

    shown = {name: failure for name, failure in failed.items() if may_fail(known.sources[name], os.environ)}
    usable = [d for d in dashboards if answers.source_names(d, known, catalogue) <= {*sources, *shown}]
    try:
        hidden = privacy.hidden(known, usable, sources, os.environ)
        terms = answers.catalogue_of(hidden.project) if hidden.project is not known else catalogue
        asked = [answers.ask(d, hidden.project, terms, hidden.sources, shown) for d in hidden.dashboards]
        return answers.answer(asked, hidden.project, terms, hidden.sources), failed
    except SourceFailed as late:
        working = {name: source for name, source in sources.items() if name != late.source}
        return _answer(known, dashboards, catalogue, working, {**failed, late.source: late})


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
