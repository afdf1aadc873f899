"""Who may import whom: a room knows only the rooms before it on the corridor."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "dashgen"

LAYERS = (
    {"memo"},
    {"cache", "diagnostics", "digest", "kinds", "yaml_scalars", "positions", "resources"},
    {"interrupts", "cldr", "colour", "logo"},
    {"model", "messages", "program", "orders"},
    {"parts"},
    {"manifest"},
    {"yaml_tree", "yaml_syntax", "values"},
    {"documents", "report"},
    {"timeline", "fields", "schema", "schema_errors", "structure", "node", "editor"},
    {"digits", "plurals", "names"},
    {"numerals", "dates", "words"},
    {"metrics", "cube", "plan.views", "formats", "theme", "markup", "compiled", "pseudonyms"},
    {"hues"},
    {
        "contrast",
        "widgets.base",
        "aggregate",
        "render_worker",
        "leaves",
        "plot",
        "svg",
        "chart_script_worker",
        "runtime",
        "packed",
        "compressed",
        "cells",
        "registers",
        "sketches",
    },
    {"categories", "clock", "figures", "ticks", "measure", "layout", "marks"},
    {"axes"},
    {"channels", "charts", "rules", "summaries", "ends"},
    {"markers"},
    {"line_chart", "bar_chart", "histogram_chart", "heatmap_chart"},
    {
        "styles",
        "standalone",
        "labels",
        "titles",
        "states",
        "legends",
        "markdown",
        "tables",
        "sparkline",
        "drawn",
        "render",
        "chart_script",
        "browser",
    },
    {"widgets", "query", "sources"},
    {"parse", "plan", "newest"},
    {"partition"},
    {"servings"},
    {"resolve", "evaluate", "execute", "environment", "presence", "privacy"},
    {"merging"},
    {"draw", "project", "ladders", "packed_cubes", "shipped"},
    {"fold"},
    {"captions", "previews", "toolbar"},
    {"portraits"},
    {"images"},
    {"advise", "pages", "live"},
    {"bundle"},
    {"answers"},
    {"minimum_group"},
    {"shipments"},
    {"exposure", "facts", "numbers", "targets"},
    {"graph"},
    {"reuse"},
    {"explain", "making"},
    {"compiler", "sdk"},
    {"preview"},
    {"cli", "starter"},
)


def _room(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _layer(module: str) -> int | None:
    """The most particular entry wins: `widgets.base` lies before `widgets`."""
    places = [(len(name), level) for level, names in enumerate(LAYERS) for name in names if _inside(module, name)]
    return max(places)[1] if places else None


def _inside(module: str, name: str) -> bool:
    return module == name or module.startswith(name + ".")


def _imports(path: Path) -> list[str]:
    """Modules of dashgen that are imported when this one runs; imports for types do not count."""
    tree = ast.parse(path.read_text("utf-8"))
    hidden = {id(inner) for node in ast.walk(tree) if _is_for_types(node) for inner in ast.walk(node)}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and id(node) not in hidden:
            if node.module == "dashgen":
                found += [alias.name for alias in node.names]
            elif node.module.startswith("dashgen."):
                found.append(node.module.removeprefix("dashgen."))
    return found


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


MODULES = sorted(
    path for path in ROOT.rglob("*.py") if path.parent != ROOT or path.stem not in ("__init__", "__main__")
)


@pytest.mark.parametrize("path", MODULES, ids=_room)
def test_imports_only_what_comes_before(path: Path) -> None:
    module = _room(path)
    level = _layer(module)
    assert level is not None, f"{module} has no place on the corridor: add it to LAYERS"
    late = [name for name in _imports(path) if (_layer(name) or 0) > level]
    assert not late, f"{module} imports {late}, which come later"


def test_widgets_and_sources_do_not_know_each_other() -> None:
    for path in MODULES:
        module, found = _room(path), _imports(path)
        if _inside(module, "widgets"):
            assert not [name for name in found if _inside(name, "sources") or _inside(name, "query")], module
        if _inside(module, "sources") or _inside(module, "query"):
            assert not [name for name in found if _inside(name, "widgets")], module
