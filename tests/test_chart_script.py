from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest

from dashgen import chart_script, chart_script_worker
from dashgen.chart_script import ChartScript, ChartScriptError

KEPT = b'"kept";\n'


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/dashgen"


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands in for the process that makes the script, and notes how often it ran."""
    place = tmp_path / "worker.py"
    place.write_text(f"open({str(tmp_path / 'runs')!r}, 'a').write('1'); print('\"made\";')")
    monkeypatch.setattr(chart_script_worker, "__file__", str(place))
    return tmp_path / "runs"


def runs(worker: Path) -> int:
    return len(worker.read_text()) if worker.exists() else 0


def test_the_real_one_is_the_same_each_time_and_small(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = chart_script.content()
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/nobody")
    assert chart_script.content() == first
    assert len(gzip.compress(first, 6, mtime=0)) <= 310_000
    assert first.startswith(b"(()=>{")
    assert b"import " not in first[:2000]


def test_it_is_made_once(cache: Path, worker: Path) -> None:
    assert chart_script.content() == b'"made";\n'
    assert chart_script.content() == b'"made";\n'
    assert runs(worker) == 1
    assert len(list(cache.iterdir())) == 1, "nothing half written is left"


@pytest.mark.parametrize("damage", [b"", b"// 00", KEPT])
def test_a_damaged_entry_is_made_again(cache: Path, worker: Path, damage: bytes) -> None:
    chart_script.content()
    (entry,) = cache.iterdir()
    entry.write_bytes(damage)
    assert chart_script.content() == b'"made";\n'
    assert runs(worker) == 2
    chart_script.content()
    assert runs(worker) == 2


def test_another_version_of_vl_convert_has_another_one(
    cache: Path, worker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart_script.content()
    monkeypatch.setattr(chart_script, "_version", lambda: "9.9")
    chart_script.content()
    assert runs(worker) == 2


def test_a_cache_that_cannot_be_written_is_done_without(
    worker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert chart_script.content() == b'"made";\n'


def test_a_machine_without_a_home_is_done_without_a_cache(worker: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("no home")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert chart_script.content() == b'"made";\n'


def test_a_vl_convert_that_gives_none_is_told_in_one_line(cache: Path, worker: Path) -> None:
    Path(chart_script_worker.__file__).write_text("raise KeyError('vega-view')")
    with pytest.raises(ChartScriptError, match=r"vl-convert .* gives no chart script: KeyError: 'vega-view'"):
        chart_script.content()


def test_leaving_early_ends_the_process(cache: Path, worker: Path) -> None:
    Path(chart_script_worker.__file__).write_text("import time; time.sleep(60)")
    begun = time.monotonic()
    with ChartScript() as script:
        process = script._process
    assert time.monotonic() - begun < 5
    assert process is not None
    assert process.returncode is not None
