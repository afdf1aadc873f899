"""The wheel and the sdist hold all that the program needs, outside of the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT


def run(command: list[str], folder: Path, **environment: str) -> str:
    known = {name: os.environ[name] for name in ("PATH", "HOME")}
    ran = subprocess.run(command, cwd=folder, env=known | environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def wheel(source: Path, folder: Path) -> Path:
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], source)
    [made] = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module", params=["wheel", "wheel of the sdist"])
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that an installation would put on the path."""
    folder = tmp_path_factory.mktemp("package")
    source = ROOT
    if "sdist" in request.param:
        run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder)], ROOT)
        [packed] = folder.glob("*.tar.gz")
        with tarfile.open(packed) as archive:
            archive.extractall(folder, filter="data")
        source = folder / packed.name.removesuffix(".tar.gz")
    with zipfile.ZipFile(wheel(source, folder)) as archive:
        archive.extractall(folder / "installed")
    return folder / "installed"


def test_it_builds_a_project_and_what_ships(package: Path, tmp_path: Path) -> None:
    dashgen = [sys.executable, "-m", "dashgen"]
    run([*dashgen, "init", "shop"], tmp_path, PYTHONPATH=str(package))
    shop = tmp_path / "shop"
    where = run([sys.executable, "-c", "import dashgen; print(dashgen.__file__)"], shop, PYTHONPATH=str(package))
    assert where.startswith(str(package))
    run([*dashgen, "build"], shop, PYTHONPATH=str(package))
    run([*dashgen, "build", "@overview", "@models", "@projects", "-o", "shipped"], shop, PYTHONPATH=str(package))
    run([*dashgen, "schema", "-o", ".dashgen/schema.json"], shop, PYTHONPATH=str(package))
    pages = {str(path.relative_to(shop)) for path in shop.rglob("*/*/index.html")}
    assert pages == {
        "dist/example/index.html",
        *(f"shipped/{n}/index.html" for n in ("overview", "models", "projects")),
    }


def test_it_holds_no_tests_and_its_licence(package: Path) -> None:
    assert {path.name for path in package.iterdir() if not path.name.endswith(".dist-info")} == {"dashgen"}
    assert list(package.glob("*.dist-info/licenses/LICENSE"))
