"""What people install: the wheel and the sdist, each in an environment of its own, away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import venv
from concurrent.futures import Future, ThreadPoolExecutor
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.conftest import unavailable
from tests.program import check_whole, tree

ROOT = Path(__file__).resolve().parent.parent
DATA = ("schemas", "themes")
SPOKEN = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SEMANTICS.md", "LICENSE", "Makefile", "pyproject.toml")

pytestmark = pytest.mark.heavy

Dists = dict[str, Path]


def run(*command: str | Path, cwd: Path) -> str:
    """Standard output of a command that must succeed, away from the checkout and its environment."""
    hidden = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dists(tmp_path_factory: pytest.TempPathFactory) -> Dists:
    """An sdist of the checkout, and the wheel made of that sdist."""
    folder = tmp_path_factory.mktemp("dists")
    asked = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), "hatchling"]
    if subprocess.run(asked, capture_output=True).returncode:
        unavailable("the package index cannot be reached", could_be_here=True)
    run(sys.executable, "-m", "build", "--outdir", folder / "made", ROOT, cwd=folder)
    [wheel], [sdist] = (list((folder / "made").glob(form)) for form in ("*.whl", "*.tar.gz"))
    return {"wheel": wheel, "sdist": sdist}


@pytest.fixture(scope="module")
def installed(dists: Dists, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Future[Path]]:
    """For each the folder of programs of an environment that holds it and what it needs, nothing else."""

    def install(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        venv.create(folder / "env", with_pip=True, symlinks=True)
        programs = folder / "env/bin"
        run(programs / "python", "-m", "pip", "install", "--quiet", "--no-input", dists[name], cwd=folder)
        return programs

    with ThreadPoolExecutor() as threads:
        return {name: threads.submit(install, name) for name in dists}


# ---- what is in them ------------------------------------------------------------------------------


def shipped() -> set[str]:
    """Every file of the package, and the folders that lie beside it in a checkout."""
    found = {path.relative_to(ROOT).as_posix() for path in (ROOT / "dashgen").rglob("*") if path.is_file()}
    for name in DATA:
        found |= {f"dashgen/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / name).rglob("*") if path.is_file()}
    return {path for path in found if "__pycache__" not in path and not path.endswith(".actual")}


def test_the_wheel_has_every_file_and_no_other(dists: Dists) -> None:
    with ZipFile(dists["wheel"]) as wheel:
        names = set(wheel.namelist())
    inside = {name for name in names if ".dist-info/" not in name}
    assert inside == shipped()
    for needed in (
        "py.typed",
        "schemas/dashboard.json",
        "schemas/widgets/card.json",
        "themes/light.yaml",
        "dashboards/overview.yaml",
        "templates/page.html",
        "metrics/catalogue.yaml",
        "starter/project/gitignore",
        "starter/project/data/requests.csv",
    ):
        assert f"dashgen/{needed}" in inside


def test_the_wheel_says_what_it_is(dists: Dists) -> None:
    assert dists["wheel"].name.startswith("dashgen_compiler-")
    with ZipFile(dists["wheel"]) as wheel:
        [info] = {name.split("/")[0] for name in wheel.namelist() if ".dist-info/" in name}
        metadata = Parser().parsestr(wheel.read(f"{info}/METADATA").decode())
        points = wheel.read(f"{info}/entry_points.txt").decode()
        licence = wheel.read(f"{info}/licenses/LICENSE").decode()
    assert metadata["Name"] == "dashgen-compiler"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert "Typing :: Typed" in metadata.get_all("Classifier", [])
    assert "[console_scripts]\ndashgen = dashgen.__main__:run" in points
    assert "Apache License" in licence


def test_the_sdist_has_what_a_checkout_has(dists: Dists) -> None:
    with tarfile.open(dists["sdist"]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert names >= set(SPOKEN)
    assert names >= {"examples/dashgen.yaml", "examples/data/requests.parquet", "tests/conftest.py", "dashgen/py.typed"}
    strangers = {
        name for name in names if name.startswith((".venv", "dist", "examples/dist")) or "node_modules" in name
    }
    assert not strangers


# ---- what they do ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["wheel", "sdist"])
def test_it_starts_and_builds_a_project(installed: dict[str, Future[Path]], tmp_path: Path, name: str) -> None:
    programs = installed[name].result()
    where = run(programs / "python", "-c", "import dashgen; print(dashgen.__file__)", cwd=tmp_path).strip()
    assert Path(where).is_relative_to(programs.parent)
    run(programs / "dashgen", "init", "proj", cwd=tmp_path)
    run(programs / "dashgen", "validate", cwd=tmp_path / "proj")
    assert "1 dashboard from " in run(programs / "dashgen", "build", cwd=tmp_path / "proj")
    check_whole(tmp_path / "proj/dist")
    json.loads(run(programs / "dashgen", "schema", cwd=tmp_path / "proj"))
    run(
        programs / "python",
        "-m",
        "dashgen",
        "build",
        "@overview",
        "@models",
        "@projects",
        "-o",
        "ship",
        cwd=tmp_path / "proj",
    )
    check_whole(tmp_path / "proj/ship")
    assert {"overview", "models", "projects"} <= {path.name for path in (tmp_path / "proj/ship").iterdir()}


def test_the_sdist_builds_the_demo(dists: Dists, installed: dict[str, Future[Path]], tmp_path: Path) -> None:
    programs = installed["sdist"].result()
    with tarfile.open(dists["sdist"]) as sdist:
        sdist.extractall(tmp_path, filter="data")
    [folder] = tmp_path.iterdir()
    run(programs / "dashgen", "build", "examples/dashboards", "-o", tmp_path / "out", cwd=folder)
    check_whole(tmp_path / "out")
    pages = [path for path in tree(tmp_path / "out") if path.endswith("/index.html")]
    assert len(pages) == 6
