"""One state after another: what is shown while files come, break, are mended, move and go."""

from __future__ import annotations

import os
import random
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from dashgen import compiler
from tests.previewed import PATIENCE, cards, project, replace, running, titles_of

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
        view = session.titled("Two", "Uno")
        assert view.files == fresh()
        assert view.summary.changed["one/index.html"] == ["new card-cost", "without card-tokens", "page", "filters"]
        assert "two/index.html" not in view.summary.changed
        assert view.summary.causes == ["dashboards/one.yaml"]


def test_a_title_changes_the_page_around_its_widgets_only(shop: Path) -> None:
    with running() as session:
        session.next()
        replace(shop / "dashboards/one.yaml", cards("Uno"))
        view = session.titled("Two", "Uno")
        assert view.summary.changed == {"one/index.html": ["page"], "index.html": ["page"]}


def test_a_broken_dashboard_keeps_its_last_good_page_while_others_go_on(shop: Path) -> None:
    with running() as session:
        good = session.next()
        replace(shop / "dashboards/one.yaml", BROKEN)
        broken = session.until(lambda view: not view.is_fine)
        assert [d.code for d in broken.diagnostics] == ["unknown-metric"]
        assert broken.kept == {"one"}
        assert broken.files["one/index.html"] == good.files["one/index.html"]
        assert broken.files["index.html"] == good.files["index.html"]
        replace(shop / "dashboards/two.yaml", cards("Zwei"))
        beside = session.until(lambda view: titles_of(view) == ["One", "Zwei"])
        assert beside.kept == {"one"}
        assert [text in beside.files["index.html"] for text in (b">One<", b">Zwei<", b">Two<")] == [True, True, False]
        replace(shop / "dashboards/one.yaml", cards("Uno"))
        mended = session.titled("Uno", "Zwei")
        assert (mended.diagnostics, mended.kept) == ((), frozenset())
        assert mended.files == fresh()


def test_a_broken_project_keeps_all_pages(shop: Path) -> None:
    written = (shop / "dashgen.yaml").read_text()
    with running() as session:
        good = session.next()
        replace(shop / "dashgen.yaml", "version: [")
        broken = session.until(lambda view: not view.is_fine)
        assert broken.kept == {"one", "two"}
        assert broken.pages == good.pages
        (shop / "dashgen.yaml").unlink()
        gone = session.until(lambda view: view.trouble)
        assert gone.trouble.startswith("no dashgen.yaml in")
        assert gone.kept == {"one", "two"}
        replace(shop / "dashgen.yaml", written)
        assert session.titled("One", "Two").files == good.files


def test_what_is_broken_at_first_is_shown_once_it_is_mended(shop: Path) -> None:
    for name in ("one", "two"):
        replace(shop / f"dashboards/{name}.yaml", BROKEN)
    with running() as session:
        broken = session.next()
        assert len(broken.diagnostics) == 2
        assert not broken.ids
        replace(shop / "dashboards/one.yaml", cards("One"))
        assert not session.until(lambda view: view.ids == ["one"]).is_fine
        replace(shop / "dashboards/two.yaml", cards("Two"))
        assert session.titled("One", "Two").files == fresh()


def test_dashboards_come_move_and_go_without_a_start(shop: Path) -> None:
    with running() as session:
        assert session.next().ids == ["one", "two"]
        (shop / "dashboards/three.yaml").write_text(cards("Three"))
        assert session.titled("One", "Three", "Two").ids == ["one", "three", "two"]
        os.rename(shop / "dashboards/three.yaml", shop / "dashboards/four.yaml")
        moved = session.until(lambda view: view.ids == ["four", "one", "two"])
        assert moved.summary.changed["three/index.html"] == ["gone"]
        (shop / "dashboards/four.yaml").unlink()
        session.until(lambda view: view.ids == ["one", "two"])
        (shop / "dashboards/team").mkdir()
        (shop / "dashboards/team/five.yaml").write_text(cards("Five"))
        assert session.titled("Five", "One", "Two").files == fresh()


def test_a_dashboard_with_another_id_is_another_one(shop: Path) -> None:
    with running() as session:
        session.next()
        replace(shop / "dashboards/one.yaml", cards("One") + "id: uno\n")
        session.until(lambda view: view.ids == ["two", "uno"])
        replace(shop / "dashboards/two.yaml", BROKEN)
        assert session.until(lambda view: not view.is_fine).ids == ["two", "uno"]


def test_bad_news_wait_for_an_editor_that_is_about_to_write(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_, board, mended = compiler.compiled, shop / "dashboards/one.yaml", list[bool]()

    def compiled(*given: Any, **options: Any) -> Any:
        found = compile_(*given, **options)
        if not found[0].is_fine and not mended:
            mended.append(True)
            board.write_text(cards("Whole"))
        return found

    monkeypatch.setattr(compiler, "compiled", compiled)
    monkeypatch.setattr("dashgen.preview.session._GRACE", PATIENCE)
    with running() as session:
        session.next()
        board.write_text("")
        seen = [session.next()]
        while titles_of(seen[-1]) != ["Two", "Whole"]:
            seen.append(session.next())
        assert all(view.is_fine for view in seen)
        assert mended


def test_what_is_saved_while_it_is_compiled_is_not_lost(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compile_, late = compiler.compiled, list[bool]()

    def compiled(*given: Any, **options: Any) -> Any:
        found = compile_(*given, **options)
        if not late:
            late.append(True)
            replace(shop / "dashboards/one.yaml", cards("Late"))
        return found

    monkeypatch.setattr(compiler, "compiled", compiled)
    with running() as session:
        session.titled("Late", "Two")


def test_data_that_are_appended_are_shown(shop: Path) -> None:
    with running() as session:
        before = session.next()
        rows = (shop / "data/requests.csv").read_text().splitlines()
        with open(shop / "data/requests.csv", "a") as file:
            file.write(rows[-1] + "\n")
        view = session.until(lambda view: view.summary.rows == before.summary.rows + 1)
        assert view.files == fresh()
        assert "filters" in view.summary.changed["one/index.html"]


def test_data_that_never_rest_are_shown_all_the_same(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashgen.preview.session._SETTLED", PATIENCE)
    monkeypatch.setattr("dashgen.preview.session._SETTLING", 0.2)
    row = (shop / "data/requests.csv").read_text().splitlines()[-1]
    with running() as session:
        rows = session.next().summary.rows
        end = Event()

        def append() -> None:
            while not end.wait(0.02):
                with open(shop / "data/requests.csv", "a") as file:
                    file.write(f"{row}\n")

        writer = Thread(target=append)
        writer.start()
        try:
            session.until(lambda view: view.summary.rows > rows)
        finally:
            end.set()
            writer.join()


def test_prices_and_metrics_are_followed(shop: Path) -> None:
    with running() as session:
        session.next()
        project_file = shop / "dashgen.yaml"
        own = "metrics:\n  tokens: {title: Words, expr: input_tokens}\n"
        replace(project_file, project_file.read_text() + own)
        session.until(lambda view: b">Words<" in view.files["one/index.html"])


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
            assert session.titled(f"End {turn}").files == fresh()


def test_a_build_that_is_watched_has_no_half_of_a_project(shop: Path) -> None:
    with running(lenient=False) as session:
        good = session.next()
        replace(shop / "dashboards/one.yaml", BROKEN)
        assert session.until(lambda view: not view.is_fine).files == good.files
