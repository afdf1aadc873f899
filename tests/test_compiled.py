"""Compiled templates: kept, reused, and never trusted when damaged."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from dashgen import compiled, markup
from dashgen.compiled import Compiled


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "dashgen" / "templates"


def filled(source: str, monkeypatch: pytest.MonkeyPatch, *, compiles: bool) -> str:
    """What a template gives to a fresh process, which has to compile it or not."""
    environment = jinja2.Environment(loader=jinja2.DictLoader({"t": source}), bytecode_cache=Compiled())
    made = []
    monkeypatch.setattr(environment, "_compile", lambda *given: made.append(given) or compile(*given, "exec"))
    text = environment.get_template("t").render(n=1)
    assert bool(made) == compiles
    return text


def test_a_template_is_compiled_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert filled("{{ n + 1 }}", monkeypatch, compiles=True) == "2"
    assert len(list(folder.iterdir())) == 1
    assert filled("{{ n + 1 }}", monkeypatch, compiles=False) == "2"


def test_a_template_that_changed_is_compiled_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled("{{ n + 1 }}", monkeypatch, compiles=True)
    assert filled("{{ n + 2 }}", monkeypatch, compiles=True) == "3"
    assert filled("{{ n + 2 }}", monkeypatch, compiles=False) == "3"


def test_another_compiler_compiles_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled("{{ n + 1 }}", monkeypatch, compiles=True)
    monkeypatch.setattr(compiled, "_compiler", lambda: "other")
    filled("{{ n + 1 }}", monkeypatch, compiles=True)


def test_a_damaged_one_is_compiled_anew(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled("{{ n + 1 }}", monkeypatch, compiles=True)
    (entry,) = folder.iterdir()
    entry.write_bytes(entry.read_bytes()[:-3] + b"xxx")
    assert filled("{{ n + 1 }}", monkeypatch, compiles=True) == "2"


def test_the_pages_templates_are_kept(folder: Path) -> None:
    markup.environment.cache_clear()
    markup.load()
    markup.environment.cache_clear()
    names = {path.name for path in (Path(markup.__file__).parent / "templates").iterdir()}
    assert len(list(folder.iterdir())) == len(names)
