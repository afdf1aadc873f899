"""A project changed at random, again and again: what builds keep never shows."""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from dashgen import compiler
from dashgen.cache import Store
from dashgen.diagnostics import Diagnostic
from dashgen.manifest import Bundle
from dashgen.memo import Memo
from dashgen.render import Renderer

FULL = os.environ.get("DASHGEN_FULL") == "1"
SEEDS = range(20) if FULL else range(2)
STEPS = 40 if FULL else 6
NOW = 1_768_900_000_000_000

CHOICES: Mapping[str, tuple[str, ...]] = {
    # the project
    "timezone": ("UTC", "Europe/Rome"),
    "week_start": ("monday", "sunday"),
    "currency": ("USD", "EUR"),
    "spent": ("cost / requests", "cost / (requests + 1)", "edge.requests / requests"),
    "spent_title": ("Spent", "Paid"),
    "builtin": ("", "  tokens: {title: Tokens of all, sum: tokens, where: {project: x}}\n"),
    "price": ("3", "30"),
    "address": ("", "targets: {web: {type: directory, path: out, url: 'https://example.com/a'}}\n"),
    "description": ("", ", description: From the edge"),
    "on_error": ("", ", on_error: show"),
    "variable": ("edge", "other"),
    "secret": ("a-secret-of-sixteen-bytes", "another-secret-of-sixteen"),
    # a theme, and what it extends
    "base": ("light", "high-contrast"),
    "accent": ("#0b5fff", "#0b4fdd"),
    "radius": ("4", "8"),
    "logo": ("circle r='4'", "rect width='4' height='4'"),
    # dashboards
    "title": ("Board", "Another"),
    "theme": ("themes/own.yaml", "light", "high-contrast"),
    "lang": ("en", "de", "en-GB"),
    "as_of": ("latest", "now", "2026-01-15T12:00:00Z"),
    "range": ("7d", "14d", "3d"),
    "budget": ("10", "0.004"),
    "filters": ("[time_range, model]", "[time_range, {dimension: model, default: [a]}, project]", "[project]"),
    "group": ("model", "project", "user"),
    "chart": ("bar", "pie"),
    "card": ("cost", "spent", "active_users", "latency_p95", "tokens"),
    "compare": (", compare: previous", ", spark: true", ""),
    "where": ("", ", where: {model: a}", ", where: {model: nobody}"),
    "text": ("Some *words*.", "Other words."),
    "note": ("", "annotations: [{text: Release, at: 2026-01-14}]\n"),
    "mask": ("", "privacy: {mask: [user]}\n", "privacy: {mask: [user, model]}\n"),
    "refresh": ("", "refresh: 1h\n"),
    "second": ("error", "hide"),
    "third": ("", "third", "renamed"),
    # data
    "rows": ("300", "301", "260"),
    "more": ("", "events-2.csv", "events-3.csv"),
    "edges": ("120", "121"),
    "untimed": ("", ",a,x,u1,200,1,1,1,1\n"),
}


def project(chosen: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Every file of the project of these choices."""
    c = dict(chosen)
    yield (
        "dashgen.yaml",
        f"""version: 1
source: events
sources:
  events: {{type: files, path: "events*.csv"}}
  edge: {{type: files, path: "${{EDGE_NAME}}.csv.gz"{c["description"]}{c["on_error"]}}}
timezone: {c["timezone"]}
week_start: {c["week_start"]}
currency: {c["currency"]}
metrics: metrics.yaml
prices: prices.yaml
{c["address"]}""".encode(),
    )
    spent = f"  spent: {{title: {c['spent_title']}, expr: {c['spent']}}}\n"
    yield "metrics.yaml", f"version: 1\nmetrics:\n{spent}{c['builtin']}".encode()
    prices = f"  - {{model: a, input: {c['price']}, output: 4}}\n  - {{model: zed, input: 1, output: 4}}\n"
    yield "prices.yaml", f"version: 1\nprices:\n{prices}".encode()
    yield (
        "themes/own.yaml",
        f"""version: 1
title: Own
extends: base.yaml
colours: {{accent: "{c["accent"]}"}}
logo: logo.svg
""".encode(),
    )
    yield (
        "themes/base.yaml",
        f"version: 1\ntitle: Base\nextends: {c['base']}\nradius: {c['radius']}\n".encode(),
    )
    yield "themes/logo.svg", f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><{c['logo']}/></svg>".encode()
    yield (
        "dashboards/board.yaml",
        f"""version: 1
title: {c["title"]}
theme: {c["theme"]}
lang: {c["lang"]}
as_of: {c["as_of"]}
time_range: {c["range"]}
budget: {c["budget"]}
filters: {c["filters"]}
{c["note"]}{c["refresh"]}layout:
  - {{type: card, metric: {c["card"]}{c["compare"]}}}
  - {{type: card, metric: requests{c["where"]}}}
  - {{type: line, metric: requests, series: model, every: day}}
  - {{type: {c["chart"]}, metric: tokens, by: {c["group"]}}}
  - {{type: table, records: [time, model, latency], newest: 5}}
  - {{type: text, text: "{c["text"]}"}}
""".encode(),
    )
    yield (
        "dashboards/second.yaml",
        f"""version: 1
title: Second
source: edge
if_missing: {c["second"]}
time_range: 14d
filters: [time_range, user]
{c["mask"]}layout:
  - {{type: card, metric: active_users}}
  - {{type: line, metric: requests, every: week}}
  - {{type: table, by: user, metrics: [requests, tokens]}}
""".encode(),
    )
    if c["third"]:
        yield (
            f"dashboards/{c['third']}.yaml",
            b"version: 1\ntitle: Third\nfilters: [time_range, model, user]\n"
            b"layout: [{type: card, metric: active_users}, {type: bar, metric: spent, by: model}]\n",
        )
    yield "events.csv", (HEADER + rows(int(c["rows"])) + c["untimed"]).encode()
    if c["more"]:
        yield c["more"], (HEADER + rows(40)).encode()
    yield f"{c['variable']}.csv.gz", gzip.compress((HEADER + rows(int(c["edges"]))).encode(), mtime=0)


HEADER = "time,model,project,user,status_code,input_tokens,output_tokens,latency,cost\n"


def rows(count: int) -> str:
    return "".join(
        f"2026-01-{1 + n % 20:02d}T{n % 24:02d}:10:00Z,{'abc'[n % 3]},{'xyz'[n % 5 // 2]},u{n % 11},"
        f"{200 + 300 * (n % 7 == 0)},{n},{n * 2},{n * 1.5 + 3},{n / 100 if n % 4 else ''}\n"
        for n in range(count)
    )


def write(root: Path, chosen: Mapping[str, str]) -> None:
    """What differs, each file in one of the ways in which programs write."""
    files = dict(project(chosen))
    for path in [*root.glob("dashboards/*"), *root.glob("*.csv*")]:
        if path.relative_to(root).as_posix() not in files:
            path.unlink()
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        if path.is_file() and path.read_bytes() == content:
            continue
        if len(content) % 2:
            path.write_bytes(content)
        else:
            (root / ".new").write_bytes(content)
            os.replace(root / ".new", path)


def changed(chosen: Mapping[str, str], chance: random.Random) -> dict[str, str]:
    """With one or two choices made anew."""
    found = dict(chosen)
    for name in chance.sample(sorted(CHOICES), chance.choice((1, 1, 1, 2))):
        found[name] = chance.choice([one for one in CHOICES[name] if one != found[name]])
    return found


def told(found: tuple[Diagnostic, ...]) -> list[tuple[str, str, str, str]]:
    return sorted(
        (one.code, one.message, one.severity, f"{one.at.document.name}:{one.at.span}" if one.at else "")
        for one in found
    )


@pytest.mark.heavy
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_kept_never_shows(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that stays, one that begins with what the folder has, and one that knows nothing: the same bytes."""
    monkeypatch.chdir(tmp_path)
    chance = random.Random(seed)
    chosen = {name: chance.choice(values) for name, values in CHOICES.items()} if seed else first()
    past, done = [chosen], 0
    with Renderer() as renderer, Store.of(tmp_path, Memo(200)) as staying:
        for step in range(STEPS):
            write(tmp_path, chosen)
            monkeypatch.setenv("EDGE_NAME", chosen["variable"])
            monkeypatch.setenv("DASHGEN_PRIVACY_KEY", chosen["secret"])
            single = chance.random() < 0.2

            def build(single: bool = single, **options: Any) -> tuple[list[tuple[str, ...]], Bundle | None]:
                built, bundle = compiler.compiled(now=NOW, renderer=renderer, single_file=single, **options)
                return [*told(built.diagnostics)], bundle

            where = f"seed {seed}, step {step}: {json.dumps(dict(set(chosen.items()) - set(past[-1].items())))}"
            wanted = build(cache=False)
            done += wanted[1] is not None
            same(build(store=staying), wanted, f"staying, {where}")
            same(build(), wanted, f"new, {where}")
            if wanted[1] is not None:
                past.append(chosen)
            back = wanted[1] is None or chance.random() < 0.25
            chosen = chance.choice(past) if back else changed(chosen, chance)
    assert done > STEPS // 2  # else little was compared


def first() -> dict[str, str]:
    return {name: values[0] for name, values in CHOICES.items()}


Result = tuple[list[tuple[str, ...]], Bundle | None]


def same(found: Result, wanted: Result, where: str) -> None:
    files, others = (dict(one[1] or {}) for one in (found, wanted))
    differ = sorted(name for name in files.keys() | others.keys() if files.get(name) != others.get(name))
    assert (found[0], differ) == (wanted[0], []), where
