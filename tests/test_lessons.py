"""The lesson format, by one lesson worked out by hand and by its errors."""

from __future__ import annotations

import pytest

from dl101_core.lessons import LESSONS_DIR, Step, lesson_file, parse_lesson

LESSON = """# Shrinking
> Why does it shrink?
## Maths
$$o = n - k + 1$$
## Story
### Predict first: which size?
{kernel_size=5, lr=0.5, padding=same, normalise=true}
controls: padding, lr
done: padding=same
Think of the border of [the output](#look-output).
- ( ) 7
- (x) 3
Two pixels are lost on each side.
### Look
Just look.
## Lecture notes say
Nothing wrong here.
"""


def test_a_lesson_is_read_into_its_parts() -> None:
    text = parse_lesson(LESSON)
    assert (text.title, text.question) == ("Shrinking", "Why does it shrink?")
    assert text.maths == "$$o = n - k + 1$$"
    assert text.notes == "Nothing wrong here."
    first, second = text.steps
    assert first == Step(
        "Predict first: which size?",
        "Think of the border of [the output](#look-output).",
        settings=(("kernel_size", 5), ("lr", 0.5), ("padding", "same"), ("normalise", True)),
        controls=("padding", "lr"),
        done=(("padding", "same"),),
        answers=("7", "3"),
        right=1,
        reveal="Two pixels are lost on each side.",
    )
    assert first.look == "output"
    assert second == Step("Look", "Just look.")
    assert second.look == ""


def test_a_missing_section_is_named() -> None:
    with pytest.raises(ValueError, match="Lecture notes say"):
        parse_lesson(LESSON.partition("## Lecture")[0])


def test_two_right_answers_are_refused() -> None:
    with pytest.raises(ValueError, match="exactly one right answer, it has 2"):
        parse_lesson(LESSON.replace("( ) 7", "(x) 7"))


def test_every_lesson_has_a_name_of_its_own() -> None:
    names = [file.stem for file in LESSONS_DIR.glob("*/*.md")]
    assert len(set(names)) == len(names) > 0
    assert sorted(LESSONS_DIR.rglob("*.md")) == sorted(map(lesson_file, names))
