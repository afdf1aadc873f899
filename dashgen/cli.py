"""The command line: thin commands over the compiler. Exit codes: 0 fine, 1 problems, 2 wrong usage."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import click

from dashgen import report
from dashgen.diagnostics import Diagnostic, Failure, Misuse, WorkError, has_errors
from dashgen.interrupts import certain_interrupts

if TYPE_CHECKING:
    from dashgen.compiler import Built

PATHS = click.argument("paths", nargs=-1, metavar="[PATHS]...")


class WrongUsage(click.UsageError):
    """Told as every other error of dashgen is."""

    def show(self, file: Any = None) -> None:
        if self.ctx is not None:
            click.echo(f"{self.ctx.get_usage()}\nTry '{self.ctx.command_path} --help' for help.\n", err=True)
        click.echo(f"error: {self.message}", err=True)


class Commands(click.Group):
    """Turns what a user can cause into messages and exit codes; a traceback is a bug of ours."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        with _in_our_words():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, context: click.Context) -> Any:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # as standard error has it: no name is unprintable
        try:
            with certain_interrupts(), _few_collections(), _in_our_words():
                return super().invoke(context)
        except Failure as failure:
            _tell(failure.diagnostics)
            context.exit(1)
        except Misuse as wrong:
            raise WrongUsage(str(wrong)) from wrong
        except WorkError as refused:
            click.echo(f"error: {refused}", err=True)
            context.exit(1)
        except BrokenPipeError:
            # The reader of our output has left: nothing more to say, and nobody to say it to.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            context.exit(1)
        except OSError as problem:
            where = f"{problem.filename}: " if problem.filename else ""
            click.echo(f"error: {where}{problem.strerror or problem}", err=True)
            context.exit(1)


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as wrong:
        raise WrongUsage(wrong.format_message(), wrong.ctx) from wrong


@contextmanager
def _few_collections() -> Iterator[None]:
    """A command is short and mostly loads modules: looking for garbage meanwhile takes a twentieth of its time."""
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="dashgen-compiler", prog_name="dashgen")
def main() -> None:
    """Dashboards as code for LLM API usage.

    YAML dashboards and metric definitions in git become a static page with the right numbers on it.

    \b
    dashgen init shop        start a project with sample data
    dashgen preview          look at its dashboards while you edit them
    dashgen build            compile them into dist/
    dashgen validate         check them without reading any data

    PATHS are dashboards or folders of them; @overview, @models and @projects ship with the program.
    Without PATHS: what the nearest dashgen.yaml upward lists under `dashboards:`.
    """


@main.command()
@click.argument("folder", default=".", metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Start a project with sample data that builds as it stands.

    In DIR, which is made; here without it. Nothing that exists is written over.
    """
    from dashgen.starter import start

    written = start(folder)
    click.echo(f"Started a project in {folder}: {', '.join(written)}")
    inside = "" if folder == Path(".") else f"cd {quote(str(folder))} && "
    click.echo(f"Next: {inside}dashgen build")


@main.command()
@PATHS
@click.option(
    "--format", "style", type=click.Choice(list(report.FORMATS)), default="text", help="How to print what was found."
)
@click.option("--strict", is_flag=True, help="Advice counts as errors.")
def validate(paths: Sequence[str], style: str, strict: bool) -> None:
    """Check dashboards, project, metrics and prices.

    Reads no data and needs no environment variable.
    """
    from dashgen import compiler

    checked = compiler.validate(paths)
    found = compiler.judged(checked.diagnostics, strict)
    _tell(found, style)
    if style == "text" and not found:
        click.echo(f"{_counted(len(checked.dashboards), 'dashboard')}: no problems found")
    sys.exit(1 if has_errors(found) else 0)


@main.command()
@PATHS
@click.option("-o", "--out", default="dist", metavar="DIST", type=click.Path(path_type=Path), help="Folder to write.")
@click.option("--single-file", is_flag=True, help="Also write each dashboard as one ID.html that needs no other file.")
@click.option(
    "--image",
    type=click.Choice(["png", "svg", "pdf"]),
    help="Also write each widget as a picture; as PNG or PDF each whole dashboard too, where a Chromium is installed.",
)
@click.option("--no-cache", is_flag=True, help="Neither use nor keep data, charts and pages that were made before.")
@click.option("--strict", is_flag=True, help="Advice counts as errors.")
@click.option("--watch", is_flag=True, help="Stay, and write again whenever a file changed, until Ctrl-C.")
def build(
    paths: Sequence[str],
    out: Path,
    single_file: bool,
    image: Literal["png", "svg", "pdf"] | None,
    no_cache: bool,
    strict: bool,
    watch: bool,
) -> None:
    """Compile dashboards into a folder of static pages.

    Any static host can serve them, and a browser opens them from disk. A failed or interrupted build leaves the
    folder as it was.
    """
    if watch:
        _watch(paths, out, strict=strict, cache=not no_cache, single_file=single_file, image=image)
    from time import perf_counter

    from dashgen import browser, compiler
    from dashgen.preview.bar import working

    began = perf_counter()
    with working() as phase:
        built = compiler.build(
            paths, out, strict=strict, cache=not no_cache, single_file=single_file, image=image, phase=phase
        )
    _tell(built.diagnostics)
    if not built.is_fine:
        click.echo(f"{out} was left as it was.", err=True)
        sys.exit(1)
    if image in ("png", "pdf") and not browser.find():
        click.echo(
            f"No Chromium is installed: there are {image.upper()}s of widgets, none of whole dashboards.", err=True
        )
    click.echo(f"{_told(built)}: {built.files} files, {built.size / 1e6:.1f} MB in {perf_counter() - began:.1f} s")
    click.echo(f"Open {out / 'index.html'}")


def _watch(paths: Sequence[str], out: Path, **options: Any) -> NoReturn:
    from dashgen.preview.command import rebuild
    from dashgen.preview.session import Options

    with _until_interrupted():
        rebuild(Options(paths, **options), out)
    sys.exit(0)


@main.command()
@PATHS
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Listen there; 0 is any that is free. Without it 3274, or the next that is free.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    metavar="H",
    help="Answer under this address or name too: 0.0.0.0 lets every machine in. Without it nobody but this machine.",
)
@click.option("--open", "opens", is_flag=True, help="Open it in the browser.")
def preview(paths: Sequence[str], port: int | None, host: str, opens: bool) -> None:
    """Show dashboards in the browser while you edit them.

    Builds, serves the pages on this machine, and brings each save to the open page in place: what you scrolled to,
    filtered and opened stays. While a file is broken its last good page stands, and says what is wrong and where.
    Nothing is written but what is kept in `.dashgen`; Ctrl-C ends it.

    \b
    dashgen preview                        the project around the working directory
    dashgen preview dashboards/cost.yaml   one dashboard
    dashgen preview @overview --open       one that ships with the program
    """
    from dashgen.preview.command import preview as serve
    from dashgen.preview.session import Options

    with _until_interrupted():
        serve(Options(paths), host, port, opens=opens)


@contextmanager
def _until_interrupted() -> Iterator[None]:
    """Ctrl-C is how these commands end well."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo("", err=True)


@main.command()
@click.argument("path")
def explain(path: str) -> None:
    """Show how a dashboard is computed.

    Its views, the cubes that serve them with their cells and bytes, the queries, what its page ships for its filters,
    what each part depends on, so what a change makes anew, and what a build exposes.
    """
    from dashgen import compiler
    from dashgen.explain import explanation
    from dashgen.shipments import shipments

    checked = compiler.validate([path])
    with compiler.answered(checked) as (found, diagnostics):
        _tell(diagnostics)
        if found is None or has_errors(diagnostics):
            sys.exit(1)
        click.echo(explanation(found, shipments(found), compiler.nodes(checked)))


_MISSING = ":missing"


@main.command()
@click.argument("dashboard", metavar="PATH_OR_ID")
@click.option(
    "--time-range",
    metavar="RANGE",
    help="7d, 24h, this_month, 2026-01-01..2026-01-31 (both days included), 2026-01-01.. (until the newest data); "
    "the dashboard's own unless given.",
)
@click.option(
    "-f",
    "--filter",
    "filters",
    multiple=True,
    metavar="DIMENSION=VALUE",
    help="Only these events; may be repeated. DIMENSION:missing chooses events without a value, DIMENSION= those whose "
    "text is empty.",
)
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="Table or JSON.")
def metrics(dashboard: str, time_range: str | None, filters: Sequence[str], style: str) -> None:
    """Print a dashboard's numbers, without its page.

    Every metric that its source can answer. JSON has them in full precision.
    """
    from dashgen import numbers

    found = numbers.numbers(dashboard, _range(time_range), _pairs(filters))
    _tell(found.advice)
    click.echo(numbers.as_json(found) if style == "json" else numbers.as_text(found))


@main.command()
@click.option("-o", "--out", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write it there.")
def schema(out: Path | None) -> None:
    """Print the JSON Schema of this project, for editors.

    For the project's file, dashboards, metrics, prices and themes; it completes the names that this project has.

    In VS Code: "yaml.schemas": {".dashgen/schema.json": ["dashgen.yaml", "dashboards/*.yaml"]}
    """
    from dashgen import compiler

    text = compiler.schema()
    if out is None:
        click.echo(text)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text + "\n", encoding="utf-8")
    click.echo(f"Wrote {out}")


def _told(built: Built) -> str:
    """`3 dashboards (2 as of 14:02:11, 5 minutes ago) from 1,000 rows in 2 queries`."""
    from dashgen.report.ages import since

    dashboards, rows = _counted(built.dashboards, "dashboard"), _counted(built.rows, "row")
    if built.since is None:
        return f"{dashboards} from {rows} in {_counted(built.queries, 'query', 'queries')}"
    if built.kept == built.dashboards:
        return f"{dashboards} from {rows}, unchanged since {since(built.since)}"
    kept = f"{built.kept} unchanged since {since(built.since)}"
    return f"{dashboards} ({kept}) from {rows} in {_counted(built.queries, 'query', 'queries')}"


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def _range(text: str | None) -> str | dict[str, str] | None:
    """`a..b` as `{"from": "a", "to": "b"}`."""
    start, dots, end = (text or "").partition("..")
    if not dots:
        return text
    return {"from": start} | ({"to": end} if end else {})


def _pairs(filters: Sequence[str]) -> dict[str, list[str | None]]:
    """`model=a` and `model:missing` as `{"model": ["a", None]}`."""
    found: dict[str, list[str | None]] = {}
    for text in filters:
        name, equals, value = text.partition("=")
        if not equals and not text.endswith(_MISSING):
            forms = "DIMENSION=VALUE, for example model=gpt-4o, or DIMENSION:missing"
            raise click.UsageError(f"`{text}` is no filter: write {forms}")
        found.setdefault(name.removesuffix("" if equals else _MISSING), []).append(value if equals else None)
    return found


def _tell(diagnostics: Sequence[Diagnostic], style: str = "text") -> None:
    """Print a report: text on standard error, the machine's formats on standard output."""
    if style == "text" and not diagnostics:
        return
    is_text = style == "text"
    colour = is_text and sys.stderr.isatty() and "NO_COLOR" not in os.environ
    click.echo(report.FORMATS[style].render(diagnostics, colour=colour), err=is_text, nl=False, color=colour)
