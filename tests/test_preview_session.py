"""One state after another: what is shown while files come, break, are mended, move and go."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from dashgen import compiler
from tests.previewed import cards, project, replace, running

BROKEN = "version: 1\ntitle: Broken\nlayout: [{type: card, metric: reqests}]\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(project(tmp_path / "shop", one=cards("One"), two=cards("Two")))
    return tmp_path / "shop"


def fresh() -> dict[str, bytes]:
    built, bundle = compiler.compiled(cache=False)
    assert built.is_fine
    assert bundle is not None
    return dict(bundle)


def test_what_is_shown_is_what_a_build_makes(shop: Path) -> None:
    with running() as session:
        assert session.next().files == fresh()
        replace(shop / "dashboards/one.yaml", cards("Uno", "cost"))
        view = session.next()
        assert view.files == fresh()
        assert view.summary.changed["one/index.html"] == ["new card-cost", "without card-tokens", "page", "filters"]
        assert "two/index.html" not in view.summary.changed
        assert view.summary.causes == ["dashboards/one.yaml"]


def test_a_title_changes_the_page_around_its_widgets_only(shop: Path) -> None:
    with running() as session:
        session.next()
        replace(shop / "dashboards/one.yaml", cards("Uno"))
        assert session.next().summary.changed == {"one/index.html": ["page"], "index.html": ["page"]}


def test_a_broken_dashboard_keeps_its_last_good_page_while_others_go_on(shop: Path) -> None:
    with running() as session:
        good = session.next()
        replace(shop / "dashboards/one.yaml", BROKEN)
        broken = session.next()
        assert [d.code for d in broken.diagnostics] == ["unknown-metric"]
        assert broken.kept == {"one"}
        assert broken.files["one/index.html"] == good.files["one/index.html"]
        assert broken.files["index.html"] == good.files["index.html"]
        replace(shop / "dashboards/two.yaml", cards("Zwei"))
        beside = session.next()
        assert beside.kept == {"one"}
        assert b"<title>Zwei</title>" in beside.files["two/index.html"]
        assert [text in beside.files["index.html"] for text in (b">One<", b">Zwei<", b">Two<")] == [True, True, False]
        replace(shop / "dashboards/one.yaml", cards("Uno"))
        mended = session.next()
        assert (mended.diagnostics, mended.kept) == ((), frozenset())
        assert mended.files == fresh()


def test_a_broken_project_keeps_all_pages(shop: Path) -> None:
    written = (shop / "dashgen.yaml").read_text()
    with running() as session:
        good = session.next()
        replace(shop / "dashgen.yaml", "version: [")
        broken = session.next()
        assert not broken.is_fine
        assert broken.kept == {"one", "two"}
        assert broken.pages == good.pages
        (shop / "dashgen.yaml").unlink()
        gone = session.next()
        assert gone.trouble.startswith("no dashgen.yaml in")
        assert gone.kept == {"one", "two"}
        replace(shop / "dashgen.yaml", written)
        assert session.next().files == good.files


def test_what_is_broken_at_first_is_shown_once_it_is_mended(shop: Path) -> None:
    for name in ("one", "two"):
        replace(shop / f"dashboards/{name}.yaml", BROKEN)
    with running() as session:
        broken = session.next()
        assert len(broken.diagnostics) == 2
        assert not broken.ids
        replace(shop / "dashboards/one.yaml", cards("One"))
        half = session.next()
        assert half.ids == ["one"]
        assert not half.is_fine
        replace(shop / "dashboards/two.yaml", cards("Two"))
        assert session.next().files == fresh()


def test_dashboards_come_move_and_go_without_a_start(shop: Path) -> None:
    with running() as session:
        assert session.next().ids == ["one", "two"]
        (shop / "dashboards/three.yaml").write_text(cards("Three"))
        assert session.until(">Three<").ids == ["one", "three", "two"]
        os.rename(shop / "dashboards/three.yaml", shop / "dashboards/four.yaml")
        moved = session.next()
        assert moved.ids == ["four", "one", "two"]
        assert moved.summary.changed["three/index.html"] == ["gone"]
        (shop / "dashboards/four.yaml").unlink()
        assert session.next().ids == ["one", "two"]
        (shop / "dashboards/team").mkdir()
        (shop / "dashboards/team/five.yaml").write_text(cards("Five"))
        assert session.until(">Five<").files == fresh()


def test_a_dashboard_with_another_id_is_another_one(shop: Path) -> None:
    with running() as session:
        session.next()
        replace(shop / "dashboards/one.yaml", cards("One") + "id: uno\n")
        assert session.next().ids == ["two", "uno"]
        replace(shop / "dashboards/two.yaml", BROKEN)
        assert session.next().ids == ["two", "uno"]


def test_a_file_that_is_emptied_first_is_never_told_to_be_empty(shop: Path) -> None:
    with running() as session:
        session.next()
        with open(shop / "dashboards/one.yaml", "w") as file:
            file.flush()
            file.write(cards("Cut short")[:30])
            file.flush()
            os.fsync(file.fileno())
            file.write(cards("Cut short")[30:])
        view = session.until("<title>Cut short<")
        assert view.is_fine
        assert session.is_idle


def test_data_that_are_appended_are_shown(shop: Path) -> None:
    with running() as session:
        before = session.next()
        rows = (shop / "data/requests.csv").read_text().splitlines()
        with open(shop / "data/requests.csv", "a") as file:
            file.write(rows[-1] + "\n")
        view = session.next()
        assert view.summary.rows == before.summary.rows + 1
        assert view.files == fresh()
        assert "filters" in view.summary.changed["one/index.html"]


def test_prices_and_metrics_are_followed(shop: Path) -> None:
    with running() as session:
        session.next()
        project_file = shop / "dashgen.yaml"
        own = "metrics:\n  tokens: {title: Words, expr: input_tokens}\n"
        replace(project_file, project_file.read_text() + own)
        session.until(">Words<")


def test_whatever_was_edited_in_the_end_it_is_what_a_build_makes(shop: Path) -> None:
    chance, folder, rows = random.Random(5), shop / "dashboards", (shop / "data/requests.csv").read_text().splitlines()

    def edit() -> None:
        file = folder / f"{chance.choice('abc')}.yaml"
        text = cards(f"{chance.random()}", chance.choice(["tokens", "cost", "errors"]))
        match chance.randrange(6):
            case 0:
                file.unlink(missing_ok=True)
            case 1:
                replace(file, BROKEN)
            case 2:
                replace(file, text[: chance.randrange(len(text))])
            case 3:
                os.replace(chance.choice([*sorted(folder.iterdir()), file]), file) if file.exists() else None
            case 4:
                with open(shop / "data/requests.csv", "a") as data:
                    data.write(f"{chance.choice(rows[1:])}\n")
            case _:
                file.write_text(text)

    with running() as session:
        session.next()
        for turn in range(30 if os.environ.get("DASHGEN_FULL") else 5):
            for _ in range(chance.randrange(1, 6)):
                edit()
            for file in folder.iterdir():
                file.unlink()
            (folder / "end.yaml").write_text(cards(f"End {turn}"))
            view = session.until(f"<title>End {turn}</title>")
            while not view.is_fine or view.ids != ["end"]:
                view = session.next()
            assert view.files == fresh()


def test_a_build_that_is_watched_has_no_half_of_a_project(shop: Path) -> None:
    with running(lenient=False) as session:
        good = session.next()
        replace(shop / "dashboards/one.yaml", BROKEN)
        broken = session.next()
        assert not broken.is_fine
        assert broken.files == good.files
