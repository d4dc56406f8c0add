"""Text of others shows as it is written: no HTML, no Markdown, no links."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dl101_core.ui.markdown import JOINER, LONGEST, escape_markdown

ROOT = Path(__file__).resolve().parents[2]
SAYS = {
    "markdown", "warning", "error", "info", "success", "toast", "caption", "write", "progress",
    "title", "header", "subheader", "button", "checkbox", "radio", "exception", "html", "badge",
}  # fmt: skip
# Names in our code that hold text of others: exceptions, messages, the address.
FOREIGN = {"problem", "error", "refusal", "why", "message", "notice", "reason", "problem_text"}


def seen(text: str) -> str:
    """The visible text of Markdown that holds only escapes and joiners."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text).replace(JOINER, "")


@pytest.mark.parametrize(
    "sentence",
    [
        "train_size (=5) must lie between 10 and 60,000.",
        "The link asks for size = -5, but it must be one of: Max, Mean. Showing Max.",
        "MNIST is not on this machine yet. Download it, or go on with Strokes.",
        "This picture has 4,001 × 2,000 pixels; at most 8 million can be read here.",
        "x.y (z) a/b 100 % − “q”",
    ],
)
def test_our_own_sentences_stay_as_they_are(sentence: str) -> None:
    assert escape_markdown(sentence) == sentence


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**bold**", r"\*\*bold\*\*"),
        ("<img src=x onerror=alert(1)>", r"\<img src=x onerror=alert(1)\>"),
        ("[x](javascript:alert(1))", "\\[x\\](javascript:\u2060alert(1))"),
        ("![x](http://a)", "!\\[x\\](http\u2060://a)"),
        ("$x^2$", r"\$x^2\$"),
        (":material/home: :red[x]", ":\u2060material/home: :\u2060red\\[x\\]"),
        ("www.evil.example", "www\u2060.evil.example"),
        ("a@b.example", "a\u2060@b.example"),
        ("# Title", r"\# Title"),
        ("- point", r"\- point"),
        ("1. point", "1\u2060. point"),
        ("&lt;b&gt;", r"\&lt;b\&gt;"),
        ("a\n\n# b\n---", "a # b ---"),
        ("_x_ snake_case", r"\_x\_ snake_case"),
        ("`code`", r"\`code\`"),
        ("a\x00b\u202ec\ud800d", "abcd"),
        ("x" * 500, "x" * (LONGEST - 1) + "…"),
        (None, "None"),
        (ValueError("a*b"), r"a\*b"),
    ],
)  # fmt: skip
def test_what_could_be_markdown_is_quoted(text: object, expected: str) -> None:
    assert escape_markdown(text) == expected


@given(st.text(st.characters(codec=None), max_size=200))
@settings(max_examples=500, deadline=None)
def test_any_text_is_one_short_line_that_a_page_can_send(text: str) -> None:
    line = escape_markdown(text)
    line.encode()
    assert "\n" not in line
    assert len(seen(line)) <= LONGEST
    assert not re.search(r"(?<!\\)[<>\[\]`*$]", line.replace("\\\\", ""))


@given(st.text("abc 123.,;()=!?/", max_size=60).map(lambda text: "x" + text))
def test_harmless_text_is_only_tidied(text: str) -> None:
    assert seen(escape_markdown(text)) == " ".join(text.split())


FILES = [path for part in ("dl101_core", "pages") for path in (ROOT / part).rglob("*.py")]
SOURCES = [path for path in FILES if "streamlit" in path.read_text("utf-8")]
assert len(SOURCES) > 50, "these are all that can write on a page"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: "/".join(path.parts[-2:]))
def test_what_others_wrote_is_shown_only_escaped(path: Path) -> None:
    wrong = [
        f"line {node.lineno}: {ast.unparse(node)[:90]}"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in SAYS
        and ast.unparse(node.func.value) != "log"
        and any(map(foreign, [*node.args, *(k.value for k in node.keywords)]))
    ]
    assert wrong == [], "wrap it in dl101_core.ui.markdown.escape_markdown()"


def foreign(node: ast.AST) -> bool:
    """Whether a part of an argument may hold text of others."""
    match node:
        case ast.Call(func=ast.Name(id="escape_markdown" | "code" | "bool")):
            return False
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in FOREIGN | {"query_params"}:
            return True
    return any(map(foreign, ast.iter_child_nodes(node)))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: "/".join(path.parts[-2:]))
def test_no_page_asks_for_html(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "unsafe_allow_html" not in text
    assert "st.html" not in text
    assert "iframe" not in text


SCRIPTS = sorted((ROOT / "assets" / "components").rglob("*.js"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.parent.name)
def test_no_component_makes_html_of_text(path: Path) -> None:
    text = path.read_text("utf-8")
    for way in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "Function(",
    ):
        assert way not in text
