"""The command line as people and pipelines meet it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from dashgen.cli import main
from dashgen.starter import start as start_project
from tests.program import COMMAND, run, run_in_terminal

COMMANDS = sorted(main.commands)

GOOD = "version: 1\ntitle: Good\nlayout: [{type: card, metric: requests}]\n"
BAD = """\
version: 1
title: Bad
layout:
  - {type: card, metric: reqests}
  - {type: pie, metric: latency_p95, by: model}
"""
ADVISED = "version: 1\ntitle: Advised\nlayout: [{type: card, metric: requests}, {type: card, metric: requests}]\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The starter project, which is also the working directory."""
    start_project(tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")
    return tmp_path / "shop"


def dashgen(*arguments: str) -> Result:
    """The command in this process; what would be a traceback is raised."""
    result = CliRunner().invoke(main, arguments)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


# ---- exit codes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        "validate",
        "validate dashboards",
        "validate dashboards/example.yaml @overview",
        "validate .",
        "validate dashgen.yaml prices.yaml",
        "validate --strict",
        "validate --format json",
        "build",
        "build dashboards/example.yaml -o deep/er/out",
        "explain dashboards/example.yaml",
        "metrics example",
        "metrics dashboards/example.yaml --time-range 7d -f model=gpt-5.6 -f failed=false --format json",
        "schema",
        "schema -o .dashgen/schema.json",
        "init other",
        "--version",
        "--help",
    ],
)
def test_fine(shop: Path, arguments: str) -> None:
    result = dashgen(*arguments.split())
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("frobnicate", "No such command 'frobnicate'"),
        ("validate nowhere.yaml", "nowhere.yaml does not exist"),
        ("validate nowhere", "nowhere does not exist"),
        ("validate @nowhere", "@nowhere does not exist; there are @models, @overview, @projects"),
        ("validate data", "data holds no dashboards"),
        ("validate --format xml", "'xml' is not one of 'text', 'json', 'github', 'sarif'"),
        ("validate --frobnicate", "No such option"),
        ("build nowhere.yaml", "nowhere.yaml does not exist"),
        ("build prices.yaml", "there are no dashboards"),
        ("build --out", "requires an argument"),
        ("explain", "Missing argument 'PATH'"),
        ("explain nowhere.yaml", "nowhere.yaml does not exist"),
        ("metrics", "Missing argument 'PATH_OR_ID'"),
        ("metrics nowhere", "no dashboard has the id `nowhere`; there are: example"),
        ("metrics nowhere.yaml", "nowhere.yaml does not exist"),
        ("metrics example --time-range 7x", "`7x` is not a time range"),
        ("metrics example --time-range 2026-01-05..2026-01-01", "before it begins at `2026-01-05`"),
        ("metrics example --time-range ..2026-01-01", "is not a date or time"),
        ("metrics example --time-range 2026-01-01..7d", "`7d` is not a date or time"),
        ("metrics example -f model", "`model` is no filter: write DIMENSION=VALUE"),
        ("metrics example -f model:mising", "or DIMENSION:missing"),
        ("metrics example -f colour:missing", "`colour` is no dimension; there are: model, project"),
        ("metrics example -f colour=red", "`colour` is no dimension; there are: model, project"),
        ("metrics example -f status_code=abc", "`abc` is no value of `status_code`"),
        ("metrics example -f failed=maybe", "`maybe` is no value of `failed`"),
        ("metrics example --format xml", "'xml' is not one of 'text', 'json'"),
        ("schema extra", "unexpected extra argument"),
        ("init dashgen.yaml", "is a file"),
        (
            "init .",
            "dashboards/example.yaml, dashgen.yaml, data/requests.csv, prices.yaml already; nothing was written",
        ),
    ],
)
def test_wrong_usage(shop: Path, arguments: str, words: str) -> None:
    before = files(shop)
    result = dashgen(*arguments.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert result.stderr.splitlines()[-1].startswith("error: ")
    assert "Error:" not in result.stderr
    assert files(shop) == before


@pytest.mark.parametrize("arguments", ["validate", "build", "explain @overview", "metrics example", "schema"])
def test_without_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str) -> None:
    monkeypatch.chdir(tmp_path)
    result = dashgen(*arguments.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no dashgen.yaml in" in result.stderr
    assert "`dashgen init` starts a project" in result.stderr
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("arguments", ["validate", "build", "explain dashboards/bad.yaml", "metrics bad"])
def test_broken_dashboards(shop: Path, arguments: str) -> None:
    (shop / "dashboards/bad.yaml").write_text(BAD)
    result = dashgen(*arguments.split())
    assert (result.exit_code, result.stdout) == (1, "")
    assert "dashboards/bad.yaml:4:26: error[unknown-metric]" in result.stderr
    assert not (shop / "dist").exists()


@pytest.mark.parametrize("arguments", ["validate", "build", "explain @overview", "metrics example", "schema"])
def test_a_broken_project(shop: Path, arguments: str) -> None:
    (shop / "dashgen.yaml").write_text("version: 1\nsources: {gateway: {type: flies, path: x}}\n")
    result = dashgen(*arguments.split())
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("dashgen.yaml:2:27: error[unknown-source-type]")


@pytest.mark.parametrize("arguments", ["build", "explain @overview", "metrics example"])
def test_missing_data(shop: Path, arguments: str) -> None:
    (shop / "data/requests.csv").unlink()
    result = dashgen(*arguments.split())
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("dashgen.yaml:8:11: error[missing-file]")
    assert dashgen("validate").exit_code == 0


def test_a_project_without_dashboards(shop: Path) -> None:
    (shop / "dashboards/example.yaml").unlink()
    (shop / "dashgen.yaml").write_text("version: 1\nsources: {a: {type: files, path: a.csv}}\n")
    (shop / "prices.yaml").unlink()
    assert dashgen("validate").exit_code == 0
    result = dashgen("build")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there are no dashboards; `dashboards:` in dashgen.yaml says where they lie" in result.stderr


def test_strict_makes_advice_an_error(shop: Path) -> None:
    (shop / "dashboards/advised.yaml").write_text(ADVISED)
    for command in ("validate", "build"):
        strict = dashgen(command, "--strict")
        assert strict.exit_code == 1
        assert "dashboards/advised.yaml:3:49: error[same-question]" in strict.stderr
        assert not (shop / "dist").exists()
    for command in ("validate", "build"):
        plain = dashgen(command)
        assert plain.exit_code == 0
        assert "dashboards/advised.yaml:3:49: warning[same-question]" in plain.stderr


# ---- what PATHS mean ------------------------------------------------------------------------------


def built(shop: Path) -> set[str]:
    manifest = json.loads((shop / "dist/manifest.json").read_bytes())
    return {entry["id"] for entry in manifest["dashboards"]}


def test_paths(shop: Path) -> None:
    (shop / "more/.hidden").mkdir(parents=True)
    (shop / "more/.hidden/no.yaml").write_text(BAD)
    (shop / "more/good.yml").write_text(GOOD)
    start_project(shop / "more/another project")
    for arguments, ids in {
        (): {"example"},
        (".",): {"example"},
        ("dashgen.yaml",): {"example"},
        ("more",): {"good"},
        ("more", "./more/good.yml", str(shop / "more/good.yml")): {"good"},
        ("more", "prices.yaml", ".", "data/../more"): {"good", "example"},
        ("@overview", "more"): {"good", "overview"},
    }.items():
        result = dashgen("build", *arguments)
        assert result.exit_code == 0, result.stderr
        assert built(shop) == ids


def test_paths_of_two_projects(shop: Path) -> None:
    start_project(shop / "other")
    result = dashgen("build", "dashboards/example.yaml", "other/dashboards")
    assert result.exit_code == 2
    assert "dashboards/example.yaml and other/dashboards belong to different projects" in result.stderr


def test_a_project_is_found_from_below_and_from_elsewhere(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop / "data")
    assert dashgen("validate").stdout == "1 dashboard: no problems found\n"
    monkeypatch.chdir(shop.parent)
    assert dashgen("validate", "shop").exit_code == 0
    assert dashgen("build", "shop", "-o", "out").exit_code == 0
    assert (shop.parent / "out/example/index.html").is_file()


# ---- what is printed ------------------------------------------------------------------------------


def test_text_is_plain_unwrapped_and_relative(shop: Path) -> None:
    title = "word " * 60
    (shop / "dashboards/bad.yaml").write_text(f"{GOOD}theme: {title}\n")
    (shop / "sub").mkdir()
    found = run("validate", "../dashboards", cwd=shop / "sub", env={"COLUMNS": "40", "FORCE_COLOR": "1"})
    assert (found.returncode, found.stdout) == (1, "")
    assert "\x1b" not in found.stderr
    first = found.stderr.splitlines()[0]
    assert first.startswith("../dashboards/bad.yaml:4:8: error[unknown-theme]: ")
    assert len(first) > 120


def test_github_begins_with_the_place(shop: Path) -> None:
    (shop / "dashboards/bad.yaml").write_text(BAD)
    lines = dashgen("validate", "--format", "github").stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("::error file=dashboards/bad.yaml,line=4,")
    assert "::dashboards/bad.yaml:4:26: " in lines[0]


@pytest.mark.parametrize("style", ["json", "sarif"])
def test_machine_formats_are_whole_documents(shop: Path, style: str) -> None:
    for content, code in ((GOOD, 0), (BAD, 1)):
        (shop / "dashboards/bad.yaml").write_text(content)
        result = dashgen("validate", "--format", style)
        assert (result.exit_code, result.stderr) == (code, "")
        assert json.loads(result.stdout)


def test_colour_only_in_a_terminal_and_not_against_the_users_will(shop: Path) -> None:
    (shop / "dashboards/bad.yaml").write_text(BAD)
    code, screen = run_in_terminal("validate", cwd=shop, env={"NO_COLOR": "1"})
    assert code == 1
    assert "\x1b" not in screen
    plain = screen
    code, screen = run_in_terminal("validate", cwd=shop, without="NO_COLOR")
    assert code == 1
    assert "\x1b[1;31merror[unknown-metric]\x1b[0m" in screen
    assert plain.startswith("dashboards/bad.yaml:4:26: error[unknown-metric]: No metric is called `reqests`.\n")


def test_one_broken_dashboard_hides_nothing(shop: Path) -> None:
    """All mistakes of all files, what the data lacks included."""
    (shop / "dashboards/bad.yaml").write_text(BAD)
    (shop / "dashboards/broken.yaml").write_text("version: 1\nlayout: [")
    (shop / "dashboards/lacking.yaml").write_text(GOOD.replace("requests", "cost_per_request"))
    (shop / "dashgen.yaml").write_text((shop / "dashgen.yaml").read_text().replace("prices: prices.yaml\n", ""))
    found = dashgen("build").stderr
    for place in ("bad.yaml:4:26: error[unknown-metric]", "bad.yaml:5:", "broken.yaml:2:", "lacking.yaml:3:"):
        assert f"dashboards/{place}" in found
    assert "lacking.yaml:3:31: error[missing-field]" in found


def test_the_order_is_that_of_files_and_lines(shop: Path) -> None:
    for name in ("c", "a", "b"):
        (shop / f"dashboards/{name}.yaml").write_text(BAD)
    outputs = set()
    for seed in ("1", "2", "3"):
        outputs.add(run("build", cwd=shop, env={"PYTHONHASHSEED": seed}).stderr)
    [text] = outputs
    places = [line.split(": ")[0] for line in text.splitlines() if line.startswith("dashboards/")]
    assert places == sorted(places)
    assert len(places) >= 6


def test_metrics_are_the_cards_of_the_page(shop: Path) -> None:
    names = ("requests", "error_rate", "latency_p95", "cost", "request_rate", "active_users")
    cards = "".join(f"  - {{type: card, metric: {name}, id: {name}}}\n" for name in names)
    where = "where: {model: [gpt-5.6, claude-sonnet-5-5], failed: false}\n"
    (shop / "dashboards/cards.yaml").write_text(f"version: 1\ntitle: Cards\ntime_range: 3d\n{where}layout:\n{cards}")
    assert dashgen("build").exit_code == 0
    data = json.loads((shop / "dist/cards/data.json").read_bytes())
    filters = ("-f", "model=gpt-5.6", "-f", "model=claude-sonnet-5-5", "-f", "failed=false")
    found = json.loads(dashgen("metrics", "example", "--time-range", "3d", *filters, "--format", "json").stdout)
    assert found["time_range"] == data["time_range"]
    assert data["widgets"]["requests"]["rows"][0]["requests"] > 10
    for name in names:
        assert found["metrics"][name] == data["widgets"][name]["rows"][0][name], name


def test_metrics_between_two_dates(shop: Path) -> None:
    """As `{from, to}` in a dashboard: a date `to` includes its day, an instant does not, and none is open."""

    def asked(text: str) -> dict[str, str]:
        found: dict[str, str] = json.loads(
            dashgen("metrics", "example", "--time-range", text, "--format", "json").stdout
        )["time_range"]
        return found

    days = {"from": "2026-10-20T00:00:00+00:00", "to": "2026-10-22T00:00:00+00:00"}
    assert asked("2026-10-20..2026-10-21") == days
    assert asked("2026-10-20T00:00..2026-10-22T00:00") == days
    newest = json.loads(dashgen("metrics", "example", "--format", "json").stdout)["as_of"]
    assert asked("2026-10-20..") == {"from": days["from"], "to": newest}


def test_a_shipped_dashboard_is_named_as_it_was_asked_for(shop: Path) -> None:
    text = (shop / "dashgen.yaml").read_text()
    source = "  other: {type: files, path: data/requests.csv, fields: {time: ts}}\n"
    (shop / "dashgen.yaml").write_text(text.replace("sources:\n", f"sources:\n{source}", 1))
    found = dashgen("validate", "@models")
    assert found.exit_code == 1
    assert re.match(r"@models:\d+:\d+: error\[source-not-chosen\]", found.stderr)
    github = dashgen("validate", "@models", "--format", "github").stdout
    assert github.startswith("::error file=@models,line=")


def test_metrics_of_a_value_that_never_occurs_say_so(shop: Path) -> None:
    found = dashgen("metrics", "example", "-f", "model=gpt-5.7", "-f", "project=search", "--format", "json")
    assert (found.exit_code, json.loads(found.stdout)["metrics"]["requests"]) == (0, 0)
    assert found.stderr.splitlines()[:2] == [
        "warning[absent-value]: No event of `gateway` has the model `gpt-5.7`.",
        "help: did you mean `gpt-5.6`?",
    ]
    assert dashgen("metrics", "example", "-f", "model=gpt-5.6", "-f", "user:missing").stderr == ""


def test_metrics_for_people(shop: Path) -> None:
    lines = dict(line.split(maxsplit=1) for line in dashgen("metrics", "example").stdout.splitlines()[1:])
    assert lines["cost"].startswith("$")
    assert lines["error_rate"].endswith("%")
    assert lines["latency_p95"].endswith((" s", " ms"))
    assert lines["requests"].endswith(" requests")
    assert "," in lines["tokens"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches(command: str) -> None:
    result = dashgen(command, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: main " + command)
    sentence = result.stdout.split("\n\n")[1].strip()
    assert len(sentence) > 30
    for parameter in main.commands[command].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{parameter.name} is not explained"
    assert dashgen(command, "-h").stdout == result.stdout


def test_the_help_names_every_command() -> None:
    shown = dashgen("--help").stdout
    assert all(f"\n  {name} " in shown for name in COMMANDS)
    assert "..." not in shown.partition("Commands:")[2], "a sentence was cut"


def test_the_version() -> None:
    assert dashgen("--version").stdout == "dashgen, version 0.1.0\n"


# ---- validate touches nothing ---------------------------------------------------------------------


def test_validate_needs_no_data_and_no_environment(shop: Path) -> None:
    text = (shop / "dashgen.yaml").read_text()
    (shop / "dashgen.yaml").write_text(text.replace("path: data/requests.csv", "path: '${NOWHERE}/*.parquet'"))
    (shop / "data/requests.csv").unlink()
    assert dashgen("validate").stdout == "1 dashboard: no problems found\n"


LOADED = """
import sys
from dashgen.cli import main
try:
    main(sys.argv[1:])
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


def loaded(shop: Path, *arguments: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", LOADED, *arguments], cwd=shop, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize("arguments", ["validate", "schema"])
def test_checking_loads_no_engine_and_draws_nothing(shop: Path, arguments: str) -> None:
    assert not {"altair", "duckdb", "sqlglot", "numpy", "vl_convert", "jinja2"} & loaded(shop, arguments)


def test_help_loads_nothing_heavy(shop: Path) -> None:
    assert not {"altair", "duckdb", "sqlglot", "numpy", "jsonschema", "yaml", "jinja2"} & loaded(
        shop, "build", "--help"
    )


# ---- folders and pipes ----------------------------------------------------------------------------


def test_a_folder_of_somebody_else_is_refused(shop: Path) -> None:
    (shop / "mine").mkdir()
    (shop / "mine/notes.txt").write_text("mine")
    result = dashgen("build", "-o", "mine")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "holds `notes.txt`, which dashgen did not write; name another folder or take it away" in result.stderr
    assert files(shop / "mine") == {"notes.txt"}


@pytest.mark.parametrize("arguments", ["build -o notes.txt", "build -o notes.txt/below", "schema -o notes.txt/below"])
def test_what_cannot_be_written(shop: Path, arguments: str) -> None:
    (shop / "notes.txt").write_text("mine")
    result = dashgen(*arguments.split())
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error: ")
    assert "notes.txt" in result.stderr
    assert (shop / "notes.txt").read_text() == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("arguments", ["build -o locked/dist", "schema -o locked/schema.json", "init locked/new"])
def test_a_locked_folder(shop: Path, arguments: str) -> None:
    (shop / "locked").mkdir(mode=0o500)
    result = dashgen(*arguments.split())
    assert result.exit_code == 1
    assert "Permission denied" in result.stderr


@pytest.mark.parametrize(
    ("filters", "requests"),
    [
        (["user:missing"], 3),
        (["user="], 0),
        (["user:missing", "user=ada"], 8),
        (["user:missing", "model=a"], 1),
        (["status_code:missing"], 2),
    ],
)
def test_missing_values_can_be_chosen(shop: Path, filters: list[str], requests: int) -> None:
    rows = ["a,,200", "b,,", "b,,200", *["a,ada,200"] * 4, "b,ada,", "a,eve,500"]
    lines = ["ts,model,user_id,status,latency_ms", *(f"2026-10-16T15:42:33Z,{row},5" for row in rows)]
    (shop / "data/requests.csv").write_text("\n".join([*lines, ""]), "utf-8")
    found = dashgen("metrics", "example", *(part for one in filters for part in ("-f", one)), "--format", "json")
    assert json.loads(found.stdout)["metrics"]["requests"] == requests


def test_init_writes_over_nothing(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken/dashgen.yaml").write_text("mine")
    result = dashgen("init", str(tmp_path / "taken"))
    assert result.exit_code == 2
    assert "has dashgen.yaml already; nothing was written" in result.stderr
    assert files(tmp_path / "taken") == {"dashgen.yaml"}
    assert (tmp_path / "taken/dashgen.yaml").read_text() == "mine"


def test_init_beside_other_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "README.md").write_text("mine")
    monkeypatch.chdir(tmp_path)
    result = dashgen("init")
    assert result.exit_code == 0
    assert result.stdout.endswith("Next: dashgen build\n")
    assert files(tmp_path) >= {"README.md", "dashgen.yaml", ".gitignore"}
    assert dashgen("build").exit_code == 0


@pytest.mark.parametrize("arguments", ["explain dashboards/example.yaml", "schema", "validate --format json", "--help"])
def test_a_reader_that_leaves_is_no_error_worth_a_word(shop: Path, arguments: str) -> None:
    read, write = os.pipe()
    os.close(read)
    child = subprocess.Popen([*COMMAND, *arguments.split()], cwd=shop, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert child.communicate(timeout=60)[1] == ""
    assert child.returncode in (0, 1)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_an_output_that_knows_few_characters(shop: Path, encoding: str) -> None:
    (shop / "dashboards/bad.yaml").write_text(GOOD.replace("requests", "réqüests – 数"))
    for arguments in (["validate"], ["validate", "--format", "github"], ["metrics", "example", "-f", "model=–"]):
        found = run(*arguments, cwd=shop, env={"PYTHONIOENCODING": encoding})
        assert "Traceback" not in found.stderr
        assert found.returncode in (0, 1)


# ---- never a traceback ----------------------------------------------------------------------------

Mistake = Callable[[Path], None]


def _write(name: str, content: str | bytes) -> Mistake:
    def mistake(shop: Path) -> None:
        file = shop / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)

    return mistake


def _replace(name: str, old: str, new: str) -> Mistake:
    def mistake(shop: Path) -> None:
        text = (shop / name).read_text()
        assert old in text
        (shop / name).write_text(text.replace(old, new))

    return mistake


MISTAKES: dict[str, Mistake] = {
    "an empty project": _write("dashgen.yaml", ""),
    "a project that is a list": _write("dashgen.yaml", "- 1\n"),
    "a project without sources": _write("dashgen.yaml", "version: 1\n"),
    "a newer version": _replace("dashgen.yaml", "version: 1", "version: 2"),
    "prices that are no file": _replace("dashgen.yaml", "prices: prices.yaml", "prices: nowhere.yaml"),
    "prices that are a folder": _replace("dashgen.yaml", "prices: prices.yaml", "prices: data"),
    "an empty dashboard": _write("dashboards/example.yaml", ""),
    "a dashboard that is text": _write("dashboards/example.yaml", "hello"),
    "a dashboard of bytes": _write("dashboards/example.yaml", bytes(range(256))),
    "a dashboard that is a folder": lambda shop: (shop / "dashboards/folder.yaml").mkdir(),
    "tabs": _write("dashboards/example.yaml", "version: 1\nlayout:\n\t- {}\n"),
    "a layout of nothing": _write("dashboards/example.yaml", "version: 1\ntitle: T\nlayout: []\n"),
    "a null layout": _write("dashboards/example.yaml", "version: 1\ntitle: T\nlayout:\n"),
    "the same id twice": _write("dashboards/copy.yaml", f"{GOOD}id: example\n"),
    "an unknown timezone": _replace("dashgen.yaml", "timezone: UTC", "timezone: Mars/Base"),
    "an unknown theme": _write("dashboards/example.yaml", f"{GOOD}theme: neon\n"),
    "a link to nowhere": lambda shop: (shop / "dashboards/link.yaml").symlink_to("nowhere"),
    "an unknown column": _replace("dashgen.yaml", "user: user_id", "user: userid"),
    "a column of the wrong type": _replace("dashgen.yaml", "latency: latency_ms", "latency: model"),
    "SQL that is none": _replace("dashgen.yaml", "latency: latency_ms", "latency: 'latency_ms +'"),
    "a time that is none": _replace("dashgen.yaml", "time: ts", "time: model"),
    "no time": _replace("dashgen.yaml", "time: ts", "time: null"),
    "data that is a folder": _replace("dashgen.yaml", "path: data/requests.csv", "path: data"),
    "data of an unknown kind": _replace("dashgen.yaml", "path: data/requests.csv", "path: prices.yaml"),
    "data that is broken": _write("data/requests.csv", bytes(range(256)) * 40),
    "data that is empty": _write("data/requests.csv", ""),
    "a pattern that finds nothing": _replace("dashgen.yaml", "path: data/requests.csv", "path: data/*.parquet"),
    "a source of tomorrow": _replace("dashgen.yaml", "type: files", "type: postgres"),
    "a variable that is not set": _replace("dashgen.yaml", "path: data/requests.csv", "path: '${NOWHERE}'"),
    "a dashboard pattern that finds nothing": _replace("dashgen.yaml", "dashboards/*.yaml", "boards/*.yaml"),
}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_its_place(shop: Path, mistake: Mistake) -> None:
    mistake(shop)
    (shop / "dist").mkdir()
    result = dashgen("build")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Traceback" not in result.stderr
    first = result.stderr.splitlines()[0].split(": ")
    file, line, column = first[0].split(":")
    assert (shop / file).exists() or (shop / file).is_symlink()
    assert int(line) >= 1
    assert int(column) >= 1
    assert first[1].startswith("error[")
    assert os.listdir(shop / "dist") == []


@pytest.mark.parametrize("mistake", ["an empty project", "a dashboard of bytes", "a column of the wrong type"])
def test_and_so_in_a_process_of_its_own(shop: Path, mistake: str) -> None:
    MISTAKES[mistake](shop)
    found = run("build", cwd=shop)
    assert (found.returncode, found.stdout) == (1, "")
    assert ": error[" in found.stderr.splitlines()[0]
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "a\udcff.yaml"],
        ["validate", "x" * 5000],
        ["metrics", "\udcff"],
        ["metrics", "example", "-f", "model=\udcff"],
        ["build", ""],
        ["metrics", ""],
        ["metrics", "example", "-f", "="],
        ["metrics", "example", "--time-range", ""],
    ],
    ids=ascii,
)
def test_odd_arguments(shop: Path, arguments: list[str]) -> None:
    found = run(*arguments, cwd=shop)
    assert found.returncode in (1, 2)
    assert found.stderr.splitlines()[-1].lower().startswith("error: ")


def test_a_working_directory_that_is_gone(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    code = "import os; os.rmdir(os.getcwd()); from dashgen.cli import main; main(['build'])"
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path / "gone", capture_output=True, text=True)
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("image", [[], ["--image", "png"]])
def test_a_chart_on_which_the_renderer_dies_is_pointed_at(
    shop: Path, monkeypatch: pytest.MonkeyPatch, image: list[str]
) -> None:
    monkeypatch.setattr("dashgen.render_worker.__file__", str(broken_worker(shop, "PNG" if image else "arc")))
    told = CliRunner().invoke(main, ["build", "--no-cache", *image])
    assert told.exit_code == 1
    (line,) = [line for line in told.stderr.splitlines() if line.startswith("dashboards/example.yaml:")]
    place, _, rest = line.partition(" ")
    named = (shop / "dashboards/example.yaml").read_text("utf-8").splitlines()[int(place.split(":")[1]) - 1]
    assert "undrawable-chart" in rest
    assert "the renderer ended on it, twice, with code 7." in rest
    assert ("type: pie" in named) == (not image)
    assert told.stderr.endswith("dist was left as it was.\n")
    assert not (shop / "dist").exists()


def broken_worker(folder: Path, word: str) -> Path:
    """A renderer that ends where a request has this word, or is for a PNG."""
    from dashgen import render_worker as worker

    what = f"request[0] == {worker.PNG!r}" if word == "PNG" else f"{word!r} in request"
    text = Path(worker.__file__).read_text("utf-8")
    ends = f"    if {what}:\n        sys.exit(7)\n    wanted, spec ="
    broken = text.replace("    wanted, spec =", ends, 1)
    assert broken != text
    (folder / "worker.py").write_text(broken, "utf-8")
    return folder / "worker.py"
