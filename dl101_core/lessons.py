"""Reads the prose of a lesson page from ``assets/lessons/<chapter>/<name>.md``.

The file has a title, a question, and three sections::

    # Title
    > The question?
    ## Maths
    Markdown and LaTeX.
    ## Try this
    ### Predict first: what happens?
    {kernel_size=3, padding=same}
    What to do.
    - ( ) a wrong answer
    - (x) the right answer
    What the learner reads after the answer.
    ## Lecture notes say
    Markdown.

The line in braces holds the settings that an experiment starts from. Only a *predict first*
experiment has answers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

LESSONS_DIR = Path(__file__).resolve().parents[1] / "assets" / "lessons"
SECTIONS = ("Maths", "Try this", "Lecture notes say")

Setting = int | float | bool | str


@dataclass(frozen=True)
class Experiment:
    """``answers`` is empty unless the learner predicts first; ``right``: index of the right one."""

    title: str
    settings: tuple[tuple[str, Setting], ...]
    body: str
    answers: tuple[str, ...]
    right: int
    reveal: str


@dataclass(frozen=True)
class LessonText:
    title: str
    question: str
    maths: str
    experiments: tuple[Experiment, ...]
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
    tries = re.split(r"^### ", sections["Try this"], flags=re.MULTILINE)[1:]
    return LessonText(
        title[1].strip(),
        question[1].strip(),
        sections["Maths"],
        tuple(_experiment(part) for part in tries),
        sections["Lecture notes say"],
    )


def _experiment(text: str) -> Experiment:
    title, _, rest = text.partition("\n")
    settings: tuple[tuple[str, Setting], ...] = ()
    found = re.match(r"\s*\{(.*)\}\s*\n", rest)
    if found:
        pairs = (pair.partition("=") for pair in found[1].split(",") if pair.strip())
        settings = tuple((key.strip(), _value(value.strip())) for key, _, value in pairs)
        rest = rest[found.end() :]
    answer = re.compile(r"^- \(( |x)\) (.+)$", re.MULTILINE)
    answers = list(answer.finditer(rest))
    if not answers:
        return Experiment(title.strip(), settings, rest.strip(), (), -1, "")
    right = [i for i, match in enumerate(answers) if match[1] == "x"]
    if len(right) != 1:
        raise ValueError(f"{title.strip()!r} needs exactly one right answer, it has {len(right)}")
    return Experiment(
        title.strip(),
        settings,
        rest[: answers[0].start()].strip(),
        tuple(match[2].strip() for match in answers),
        right[0],
        rest[answers[-1].end() :].strip(),
    )


def _value(text: str) -> Setting:
    if text in ("true", "false"):
        return text == "true"
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text
