"""Every text of the page comes from the file of messages, and every message is said somewhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

from dashgen import formats, pages
from dashgen.draw import Facts, draw
from dashgen.model import Filter
from dashgen.render import Renderer
from dashgen.widgets.base import Label
from dashgen.words import ENGLISH, LOCALES, Words, spoken, texts
from tests.drawn import AT, END, LABELS, START, answer, context, dashboard, days, warning, widget

PACKAGE = LOCALES.parent
TEMPLATES = sorted(path for path in (PACKAGE / "templates").iterdir() if path.suffix in (".html", ".svg"))
SCRIPTS = sorted((PACKAGE / "runtime").glob("*.js"))
MESSAGES = texts(ENGLISH)
READ_ALOUD = ("aria-label", "title", "alt", "placeholder", "aria-description", "aria-valuetext", "data-none")
WORD = re.compile("[A-Za-z]{2,}")


# ---- saying -------------------------------------------------------------------------------------


def words(lang: str = "en", locale: str = "en") -> Words:
    return formats.writer(locale, "USD", lang).words


def test_values_stand_in_their_places() -> None:
    assert words()("column-of", column="Cost {widget}", widget="$&") == "Cost {widget} in $&"


def test_counts_are_written_and_choose_a_form() -> None:
    one, many = ({"count": count, "share": "8%"} for count in (1, 1200))
    assert words()("unpriced", **one) == "1 token without a price, 8% of all, is in no cost."
    assert words()("unpriced", **many) == "1,200 tokens without a price, 8% of all, are in no cost."
    assert words(locale="de")("unpriced", **many).startswith("1.200 tokens")


def test_values_cannot_turn_their_sentence_around() -> None:
    assert words()("before", value="a\u202eb\nc") == "from a\ufffdb c"


def test_where_directions_mix_every_value_keeps_its_own() -> None:
    assert words("en", "ar")("before", value="5 ms") == "from \u20685 ms\u2069"


@pytest.mark.parametrize("lang", ["ar", "he"])
def test_english_words_keep_their_direction_on_a_page_of_the_other(lang: str) -> None:
    assert words(lang, lang)("before", value="5 ms") == "\u2066from \u20685 ms\u2069\u2069"


def test_a_language_without_messages_is_answered_in_english() -> None:
    assert spoken("sv") == "en"
    assert words("sv")("all") == "All"
    assert words("sv").lang == "en"


def test_what_a_language_lacks_is_english(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("en", "pt", "pt-BR"):
        (tmp_path / f"{name}.yaml").write_text({"en": "all: All\nnone: none"}.get(name, "all: Todos"), "utf-8")
    monkeypatch.setattr("dashgen.words.LOCALES", tmp_path)
    texts.cache_clear()
    try:
        assert texts("pt") == {"all": "Todos", "none": "none"}
        assert [spoken(lang) for lang in ("pt-BR", "pt-PT", "sv")] == ["pt-BR", "pt", "en"]
    finally:
        texts.cache_clear()


# ---- every language has the same messages -------------------------------------------------------


def places(text: str | Mapping[str, str]) -> set[str]:
    forms = [text] if isinstance(text, str) else text.values()
    return {name for form in forms for name in re.findall(r"\{(\w+)\}", form)}


@pytest.mark.parametrize("file", sorted(LOCALES.glob("*.yaml")), ids=lambda file: file.stem)
def test_messages_are_well_formed(file: Path) -> None:
    categories = {"other", *formats.writer(file.stem, "USD").data["plurals"]}
    for name, text in texts(file.stem).items():
        assert name in MESSAGES
        assert re.fullmatch("[a-z]+(-[a-z]+)*", name), name
        assert places(text) == places(MESSAGES[name]), name
        if not isinstance(text, str):
            assert {"other"} <= set(text) <= categories, name
            assert "count" in places(text), name


# ---- every message is said, with its values -----------------------------------------------------


def said_in_python() -> Iterator[tuple[str, str, set[str]]]:
    """File, message and values of every call with a literal name."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _is_words(node.func) and node.args:
                given = {keyword.arg or "**" for keyword in node.keywords}
                for name in _names(node.args[0]):
                    yield path.name, name, given


def _is_words(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in ("words", "_words")


def _names(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _names(node.body)
        yield from _names(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def said_in_templates() -> Iterator[tuple[str, str, set[str]]]:
    for path in TEMPLATES:
        for name, rest in re.findall(r'words\("([a-z-]+)"((?:, \w+=[^),]+)*)\)', path.read_text("utf-8")):
            yield path.name, name, set(re.findall(r"(\w+)=", rest))


def test_messages_exist_and_get_their_values() -> None:
    said = [*said_in_python(), *said_in_templates()]
    assert len(said) > 40
    wrong = [
        (file, name)
        for file, name, given in said
        if name not in MESSAGES or ("**" not in given and given != places(MESSAGES[name]))
    ]
    assert wrong == []


def test_every_message_is_said() -> None:
    sources = [path.read_text("utf-8") for path in (*PACKAGE.rglob("*.py"), *TEMPLATES, *SCRIPTS)]
    literals = {found for source in sources for found in re.findall(r"[\"']([a-z][a-z-]*)[\"']", source)}
    made = [part for source in sources for part in re.findall(r"words\(f?\"([a-z-]+-)(?:\{|\" ~)", source)]
    unused = [name for name in MESSAGES if name not in literals and not name.startswith(tuple(made) or ("\0",))]
    assert unused == []


# ---- no text stands elsewhere -------------------------------------------------------------------


class Visible(HTMLParser):
    """What is read on a page or read aloud: texts, and the attributes that are."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in ("style", "script")
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.found.append(data.strip())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_have_no_words_of_their_own(path: Path) -> None:
    tokens = Environment().lex(path.read_text("utf-8"))
    html = "".join(text if kind == "data" else "q" * (kind == "variable_begin") for _, kind, text in tokens)
    assert [text for text in Visible(html).found if WORD.search(text.replace("q", ""))] == []


_LITERAL = r"""(["'`])((?:(?!\1).)*)\1"""
_VALUE = re.compile(r"\$\{[^}]*\}")
_PROSE = re.compile(r"""["'`][A-Z][a-z]+[ .:,!?]""")
_SHOWN = re.compile(
    rf"""(?:textContent|innerText|title|placeholder) = {_LITERAL}"""
    rf"""|setAttribute\("(?:{"|".join(READ_ALOUD)})", {_LITERAL.replace("1", "3")}"""
    rf"""|element\([^(),]*,[^(),]*, {_LITERAL.replace("1", "5")}"""
    rf"""|\.(?:append|prepend|replaceChildren|before|after)\((?:[^()"'`]*, )?{_LITERAL.replace("1", "7")}"""
)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_scripts_have_no_words_of_their_own(path: Path) -> None:
    """Errors are for those who write scripts, not for readers."""
    code = re.sub(r"^\s*//.*$|Error\([^;]*\);", "", path.read_text("utf-8"), flags=re.MULTILINE)
    shown = [
        text
        for found in _SHOWN.finditer(code)
        for text in found.groups()[1::2]
        if WORD.search(_VALUE.sub("", text or ""))
    ]
    assert _PROSE.findall(code) + shown == []


def test_words_in_scripts_would_be_found() -> None:
    for code in (
        'p.textContent = "gone";',
        "p.setAttribute('x', 'y'), `No data.`",
        'element("p", "c", "none left")',
        'p.append("none left")',
        "p.append(icon, `none of ${name}`)",
    ):
        assert _PROSE.search(code) or _SHOWN.search(code)
    assert not _SHOWN.search('element("p", "state missing", words("x"))')


def test_a_page_says_nothing_that_is_no_message() -> None:
    """With messages, names and numbers in scripts other than Latin, no Latin word is left on a page."""
    board = dashboard(
        *(one for one, _ in WIDGETS),
        title="Пульт",
        description="Описание",
        lang="ja",
        locale="ja",
        timezone="UTC",
        filters=(Filter("model", ("модель",), locked=False, hidden=False, top=None, at=AT),),
    )
    labels = {name: _foreign(label) for name, label in LABELS.items()}
    known = context(board, labels)
    foreign = {name: _translated(text) for name, text in MESSAGES.items()}
    write = formats.Writer(known.write.data, Words(foreign, {}, str))
    known = type(known)(board, known.theme, labels, write, write.words)
    answers = {
        one.id: rows if not isinstance(rows, list) else answer(rows) for one, rows in WIDGETS if rows is not None
    }
    with Renderer() as renderer:
        drawn = draw(board, answers, known, FACTS, renderer)
    index = pages.index_page([pages.index_entry(drawn)], known, LINKS)
    html = pages.dashboard_page(drawn, LINKS, "../index.html") + index
    left = {word for text in Visible(html).found for word in WORD.findall(text)}
    assert left == {"UTC"}


FACTS = Facts(
    as_of="2025-06-30T23:59:29+00:00",
    start=START,
    end=END,
    catalogue="1",
    error_bounds={"latency_p95": 0.01},
    left_out=[("Имя", "причина")],
    notes=["Заметка"],
)
LINKS = pages.Links("../assets/x.css", "../assets/head.js", ())
MODELS: list[Any] = ["модель", "б", None, {"other": 3}, "в"]
WIDGETS: list[tuple[Any, Any]] = [
    (
        widget("card", compare="previous", spark=True, thresholds=warning(10)),
        [{"requests": 12, "previous": 10, "change": 0.2}],
    ),
    (widget("card", id="rate", metric="error_rate", compare="previous"), [{"error_rate": 0.1, "previous": None}]),
    (widget("card", id="share", metric="error_rate", compare="previous"), [{"error_rate": 0.1, "previous": 0.2}]),
    (widget("line", thresholds=warning(5)), [{"time": t, "cost": n} for n, t in enumerate(days(30))]),
    (
        widget("line", id="series", series="model"),
        [{"time": t, "model": m, "cost": n} for n, t in enumerate(days(5)) for m in MODELS],
    ),
    (widget("bar"), [{"model": m, "tokens": 10**6 - n} for n, m in enumerate(MODELS)]),
    (widget("bar", id="bars", horizontal=True), [{"model": m, "tokens": 10 - n} for n, m in enumerate(MODELS)]),
    (widget("pie"), [{"model": m, "tokens": 10**6 - n} for n, m in enumerate(MODELS)]),
    (widget("heatmap"), [{"weekday": d, "hour": h, "requests": d * h} for d in range(1, 8) for h in range(24)]),
    (widget("histogram"), [{"from": 2000 * 1.1**n, "to": 2000 * 1.1 ** (n + 1), "count": n} for n in range(30)]),
    (
        widget("table", records=("time", "model", "status_code", "latency")),
        [{"time": START, "model": m, "status_code": s, "latency": 2500} for m in ("а", "б") for s in (500, None)],
    ),
    (
        widget("table", id="groups", by=("model",), metrics=("cost",), compare="previous", spark=True),
        [{"model": m, "cost": 3, "previous": 2, "change": 0.5, "spark": [{"cost": 1}, {"cost": 2}]} for m in MODELS],
    ),
    (widget("table", id="empty", by=("model",), metrics=("cost",)), []),
    (widget("card", id="failed"), answer((), failure="Ошибка")),
    (widget("text", text="# Текст"), None),
]


def _foreign(label: Label) -> Label:
    unit = "шт" if label.format == "number" else label.unit
    return Label("Метрика", "Описание", unit, label.format, label.better)


def _translated(text: str | Mapping[str, str]) -> str | Mapping[str, str]:
    """Without a Latin letter, places kept."""
    if not isinstance(text, str):
        return {form: str(_translated(inner)) for form, inner in text.items()}
    pieces = re.split(r"(\{\w+\})", text)
    return "".join(piece if n % 2 else re.sub("[A-Za-z]+", "слово", piece) for n, piece in enumerate(pieces))
