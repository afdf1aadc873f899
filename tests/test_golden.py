from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import golden_forms
from tests.conftest import pytest_configure
from tests.golden import Golden


def test_a_difference_fails_and_leaves_what_was_made(tmp_path: Path) -> None:
    kept = tmp_path / "page.html"
    kept.write_text("one\ntwo\n")
    with pytest.raises(pytest.fail.Exception, match=r"-two\n\+three"):
        Golden().check(kept, "one\nthree\n")
    assert (tmp_path / "page.html.actual").read_text() == "one\nthree\n"
    assert kept.read_text() == "one\ntwo\n"


def test_a_file_that_is_missing_fails(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception):
        Golden().check(tmp_path / "new.txt", "text")


def test_update_accepts_and_cleans_up(tmp_path: Path) -> None:
    kept = tmp_path / "new" / "page.html"
    Golden(update=True).check(kept, "text")
    with pytest.raises(pytest.fail.Exception):
        Golden().check(kept, "other")
    Golden().check(kept, "text")
    assert [path.name for path in kept.parent.iterdir()] == ["page.html"]


class _Config:
    def __init__(self, update: bool) -> None:
        self.update = update

    def getoption(self, name: str) -> bool:
        assert name == "--update-golden"
        return self.update


@pytest.mark.parametrize("name", ["CI", "DASHGEN_CI"])
def test_goldens_are_never_rewritten_in_ci(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("CI", "DASHGEN_CI"):
        monkeypatch.delenv(variable, raising=False)
    refused = _Config(True)
    pytest_configure(refused)
    monkeypatch.setenv(name, "1")
    pytest_configure(_Config(False))
    with pytest.raises(pytest.UsageError):
        pytest_configure(refused)


# ---- forms ----------------------------------------------------------------------------------------

PAGE = """\
<!doctype html>
<link href="assets/light.0123456789ab.css">
<p class='a &amp; b'>1 &lt; 2</p>
<div id=x><svg viewBox="0 0 1 1"><g><path d="M0"/><text>gone</text></g></svg>
<svg></svg><script>let secret = "<p>"</script></div>
"""


def test_a_page_is_a_tag_per_line() -> None:
    assert golden_forms.page(PAGE).splitlines() == [
        "<!doctype html>",
        '<link href="assets/light.HASH.css">',
        '<p class="a &amp; b">1 &lt; 2</p>',
        '<div id="x">',
        ' <svg viewbox="0 0 1 1">…</svg>',
        " <svg></svg>",
        " <script>…</script>",
        "</div>",
    ]


def test_text_that_is_not_escaped_shows() -> None:
    assert golden_forms.page("<p>a&lt;b&gt;</p>") != golden_forms.page("<p>a<b></b></p>")


def test_of_a_table_the_first_rows_are_kept() -> None:
    rows = "".join(f"<tr><td>{n}<svg><path/></svg></td></tr>" for n in range(5))
    lines = golden_forms.page(f"<table><tbody>{rows}</tbody></table><p>after</p>").splitlines()
    assert [line.strip() for line in lines if "<td>" in line] == ["<td>0", "<td>1", "<td>2"]
    assert lines[-4:] == ["  and 2 more rows", " </tbody>", "</table>", "<p>after</p>"]


def test_tags_that_do_not_match_are_an_error() -> None:
    with pytest.raises(AssertionError, match="line 2"):
        golden_forms.page("<div><p>a\n</div></p>")


def test_of_a_chart_the_first_rows_are_kept() -> None:
    data = {"values": [{"v": n} for n in range(5)]}
    spec = {"mark": "bar", "data": data, "layer": [{"data": {"values": [{}]}, "description": "x" * 120}]}
    shown = json.loads(golden_forms.charts({"w": spec}))["w"]
    assert shown["data"]["values"] == [{"v": 0}, {"v": 1}, {"v": 2}, "and 2 more"]
    assert {**shown, "data": data} == spec


def test_a_plan_names_no_place() -> None:
    assert (
        golden_forms.plan("FROM '/somewhere/else/data/a.parquet'", Path("/somewhere/else")) == "FROM 'data/a.parquet'\n"
    )
