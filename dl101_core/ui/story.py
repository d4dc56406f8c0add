"""The story of a lesson page: which step is open, what it set up, and which steps are done.

The address holds the step, ``?step=3``. Entering a step sets the stage up; ``undo`` brings back
what was there. A *predict first* step goes through three phases: the learner answers, then sees the
stage set up, then reads the explanation.

What a page opens with: without a link, its first step set up; by a link to a step alone, that step
set up; by a link to a step with settings, that step beside the stage of the link; by a link with
settings only, the face *Settings*, because no step talks about them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import streamlit as st

from dl101_core.lessons import LessonText, Step
from dl101_core.ui import controls
from dl101_core.ui.address import (
    here,
    is_set,
    key_of,
    page_params,
    reset_fields,
    set_fields,
    value_of,
)

FIELD = "step"
FACE = "rail"
FACES = {"story": "Story", "settings": "Settings"}
ANSWER = "answer"
DONE = "done_steps"
NO_SETTINGS = {FIELD, "tab"}
"""Names in a link that say where to look, not what the stage shows."""


class Phase(IntEnum):
    """Of a *predict first* step; every other step is explained from the start."""

    ASKED, SEEN, EXPLAINED = range(3)


@dataclass
class _State:
    """Of one visit of a lesson.

    ``entered``: the step that was entered last. ``changed``: what its set-up changed; ``before``:
    what was there, without the fields that had no value. ``face``: the one that it opened with.
    ``last``: the values of the step's controls at the last run.
    """

    entered: int | None = None
    face: str = "story"
    phase: Phase = Phase.ASKED
    answer: int | None = None
    changed: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    undone: bool = False
    last: dict[str, Any] = field(default_factory=dict)


class Story:
    """The story of the page on show; make it before the page's controls are drawn."""

    def __init__(self, text: LessonText) -> None:
        self.steps = text.steps
        self._state: _State = here().others.setdefault("story", _State())
        self._done: set[int] = st.session_state.setdefault(DONE, {}).setdefault(here().name, set())
        self.number = self._open()
        self._tick()

    @property
    def first_face(self) -> str:
        """The face that the page opened with: the default of the switch."""
        return self._state.face

    @property
    def step(self) -> Step:
        return self.steps[self.number]

    @property
    def last(self) -> bool:
        return self.number == len(self.steps) - 1

    @property
    def phase(self) -> Phase:
        return self._state.phase if self.step.answers else Phase.EXPLAINED

    @property
    def controls(self) -> tuple[str, ...]:
        """The controls beside the text. Before a prediction there are none."""
        return () if self.phase == Phase.ASKED else self.step.controls

    @property
    def done(self) -> list[int]:
        """The steps that are done, in order."""
        return sorted(self._done)

    @property
    def changed(self) -> bool:
        """Whether the open step changed settings, and that was not undone."""
        return bool(self._state.changed) and not self._state.undone

    @property
    def undone(self) -> bool:
        return bool(self._state.changed) and self._state.undone

    def answer_key(self) -> str:
        """The key of the radio of this step's answers."""
        return key_of(f"{ANSWER}_{self.number}")

    @property
    def answer(self) -> int | None:
        """The index of the learner's prediction."""
        answer = st.session_state.get(self.answer_key())
        if isinstance(answer, int):
            self._state.answer = answer
        return self._state.answer

    # ------------------------------------------------------------ callbacks

    def enter(self, number: int) -> None:
        """Open another step, and set the stage up for it."""
        if not (self.step.controls or self.step.answers or self.step.done):
            self._done.add(self.number)  # it had nothing to do but to read
        self.number = number
        set_fields({FIELD: str(number + 1)})
        self._enter()

    def show(self) -> None:
        """Set the stage up for the prediction."""
        self._set_up()
        self._state.phase = Phase.SEEN

    def explain(self) -> None:
        """The learner has seen what happens."""
        self._state.phase = Phase.EXPLAINED
        self._done.add(self.number)

    def undo(self) -> None:
        """Bring back the settings that the set-up replaced."""
        self._state.undone = True
        before = self._state.before
        set_fields(before)
        reset_fields(name for name in self._state.changed if name not in before)
        self._look()

    def redo(self) -> None:
        """Set the stage up again."""
        self._state.undone = False
        set_fields(self._state.changed)
        self._look()

    def reset(self) -> None:
        """All fields of the page get their defaults; the step and the face stay."""
        reset_fields([name for name in here().values if name not in (FIELD, FACE)])
        self._look()

    # ------------------------------------------------------------

    def _open(self) -> int:
        """The step of the address, or the first."""
        asked = set(page_params())
        new = self._state.entered is None
        if new and asked - NO_SETTINGS - {FACE} and FIELD not in asked:
            self._state.face = "settings"
        if (
            value_of(FACE, self._state.face) == "story"
            and not value_of(FIELD)
            and FIELD not in asked
        ):
            set_fields({FIELD: "1"})
        text = controls.link_text(
            FIELD, self._is_step, f"a whole number from 1 to {len(self.steps)}", "step 1"
        )
        self.number = int(text) - 1 if text else 0
        if new and asked <= NO_SETTINGS:
            self._enter()
            self._state.changed = {}  # there was nothing before
        elif new:
            self._arrive()
        return self.number

    def _is_step(self, text: str) -> bool:
        return text == "" or (
            text.isascii() and text.isdecimal() and 1 <= int(text) <= len(self.steps)
        )

    def _arrive(self) -> None:
        state = self._state
        st.session_state.pop(self.answer_key(), None)
        state.entered, state.phase, state.answer = self.number, Phase.ASKED, None
        state.changed, state.before, state.undone = {}, {}, False
        self._look()

    def _enter(self) -> None:
        self._arrive()
        if not self.step.answers:
            self._set_up()

    def _set_up(self) -> None:
        """Set the step's settings; remember those that it changes."""
        wanted = dict(self.step.settings)
        state = self._state
        state.changed = {name: new for name, new in wanted.items() if value_of(name) != new}
        state.before = {name: value_of(name) for name in state.changed if is_set(name)}
        state.undone = False
        set_fields(state.changed)
        self._look()

    def _tick(self) -> None:
        """Note that the learner did what the open step asks for."""
        if self.step.answers:
            return
        if self.step.done:
            reached = all(value_of(name) == value for name, value in self.step.done)
        else:
            reached = any(map(self._moved, self.step.controls))
        if reached:
            self._done.add(self.number)
        self._look()

    def _look(self) -> None:
        """Note the values of the step's controls: what differs next time was moved since."""
        self._state.last = {name: value_of(name) for name in self.step.controls if is_set(name)}

    def _moved(self, name: str) -> bool:
        """Whether the learner moved a control, or pressed a button of this key."""
        if st.session_state.get(controls.pressed_flag(name)):
            return True
        if name in self._state.last:
            return bool(value_of(name) != self._state.last[name])
        # It is drawn for the second time: its widget may have another value than at the first.
        now, drawn = st.session_state.get(key_of(name)), here().values.get(name)
        return now is not None and drawn is not None and now != drawn
