"""Reads the prose of a lesson page from ``assets/lessons/<chapter>/<name>.md``.

The file has a title, a question, and three sections::

    # Title
    > The question?
    ## Story
    ### Predict first: what happens?
    {kernel_size=3, padding=same}
    controls: kernel_size, stride
    done: stride=2
    One to three sentences that point at [the output](#look-output).
    - ( ) a wrong answer
    - (x) the right answer
    What the learner reads after the answer.
    ## Maths
    Markdown and LaTeX.
    ## Lecture notes say
    Markdown.

A step of the story sets up the settings in braces. It shows the ``controls`` it talks about, by
their names in the address, and is ticked when one of them was moved, or when the settings of
``done`` are reached. ``#look-output`` points at the part of the stage with this mark
(``data-spot``). Only a *predict first* step has answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

LESSONS_DIR = Path(__file__).resolve().parents[1] / "assets" / "lessons"
SECTIONS = ("Story", "Maths", "Lecture notes say")
LOOK = re.compile(r"\(#look-([a-z0-9_-]+)\)")

Setting = int | float | bool | str
Settings = tuple[tuple[str, Setting], ...]


@dataclass(frozen=True)
class Step:
    """One step of a story. ``right``: index of the right answer, −1 without answers.

    ``settings``: what entering it sets up. ``controls``: fields shown beside the text. ``done``:
    settings that tick it; without them, any change of a control does.
    """

    title: str
    body: str
    settings: Settings = ()
    controls: tuple[str, ...] = ()
    done: Settings = ()
    answers: tuple[str, ...] = ()
    right: int = -1
    reveal: str = ""

    @property
    def look(self) -> str:
        """The mark of the part of the stage that the step talks about, or an empty string."""
        found = LOOK.search(self.body) or LOOK.search(self.reveal)
        return found[1] if found else ""


@dataclass(frozen=True)
class LessonText:
    title: str
    question: str
    steps: tuple[Step, ...]
    maths: str
    notes: str


def lesson_file(name: str) -> Path:
    """The file of the lesson ``name``; no two chapters have a lesson of the same name."""
    (file,) = LESSONS_DIR.glob(f"*/{name}.md")
    return file


@lru_cache(maxsize=64)
def read_lesson(name: str) -> LessonText:
    """The lesson ``name``; ``ValueError`` says which part is missing."""
    return parse_lesson(lesson_file(name).read_text("utf-8"))


def parse_lesson(text: str) -> LessonText:
    head, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    title = re.search(r"^# (.+)$", head, re.MULTILINE)
    question = re.search(r"^> (.+)$", head, re.MULTILINE)
    sections = {part.partition("\n")[0].strip(): part.partition("\n")[2].strip() for part in parts}
    missing = [name for name in SECTIONS if not sections.get(name)]
    if not title or not question or missing:
        raise ValueError(f"a lesson needs a title, a question and: {', '.join(missing)}")
    steps = re.split(r"^### ", sections["Story"], flags=re.MULTILINE)[1:]
    return LessonText(
        title[1].strip(),
        question[1].strip(),
        tuple(_step(part) for part in steps),
        sections["Maths"],
        sections["Lecture notes say"],
    )


HEADS = {
    "{": re.compile(r"\{(.*)\}"),
    "controls": re.compile(r"controls:(.*)"),
    "done": re.compile(r"done:(.*)"),
}


def _step(text: str) -> Step:
    title, _, rest = text.partition("\n")
    heads = dict.fromkeys(HEADS, "")
    while found := _head(rest):
        name, value, rest = found
        heads[name] = value
    body, answers, reveal = _answers(rest)
    right = [i for i, (mark, _) in enumerate(answers) if mark == "x"]
    if answers and len(right) != 1:
        raise ValueError(f"{title.strip()!r} needs exactly one right answer, it has {len(right)}")
    return Step(
        title.strip(),
        body,
        _settings(heads["{"]),
        tuple(name.strip() for name in heads["controls"].split(",") if name.strip()),
        _settings(heads["done"]),
        tuple(words.strip() for _, words in answers),
        right[0] if right else -1,
        reveal,
    )


def _head(text: str) -> tuple[str, str, str] | None:
    """The name and value of the step's first line, if it is none of the text; and the rest."""
    line, _, rest = text.lstrip().partition("\n")
    for name, head in HEADS.items():
        if found := head.fullmatch(line.strip()):
            return name, found[1], rest
    return None


def _answers(text: str) -> tuple[str, list[tuple[str, str]], str]:
    """The text before the answers, the answers with their marks, and the text after them."""
    found = list(re.finditer(r"^- \(( |x)\) (.+)$", text, re.MULTILINE))
    if not found:
        return text.strip(), [], ""
    body, reveal = text[: found[0].start()], text[found[-1].end() :]
    return body.strip(), [(match[1], match[2]) for match in found], reveal.strip()


def _settings(text: str) -> Settings:
    pairs = (pair.partition("=") for pair in text.split(",") if pair.strip())
    return tuple((name.strip(), _value(value.strip())) for name, _, value in pairs)


def _value(text: str) -> Setting:
    if text in ("true", "false"):
        return text == "true"
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text
