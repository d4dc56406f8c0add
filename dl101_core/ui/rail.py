"""The rail beside the stage. Its two faces are the story, step by step, and all settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from dl101_core.curriculum import page_of
from dl101_core.ui import controls
from dl101_core.ui.address import here
from dl101_core.ui.component import component
from dl101_core.ui.lesson_bar import place_of
from dl101_core.ui.story import FACE, FACES, Phase, Story

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


def draw_rail(story: Story, settings: bool = True) -> DeltaGenerator:
    """Draws the rail; gives the container of the page's controls.

    Without ``settings`` it has no second face: the page's controls stand on the stage.

    The story shows only the controls of its open step: the page draws all of them, and the
    part ``ui/rail`` hides the others. So the page's settings never depend on the face.
    """
    with st.container(key="rail"):
        with st.container(key="rail_faces", horizontal=True, vertical_alignment="center"):
            face = _face(story) if settings else "story"
            st.caption(f"{len(story.steps)} steps")
        with st.container(key="rail_body"):
            place = _story(story) if face == "story" else st.container(key="rail_controls")
        with st.container(key="rail_foot", horizontal=True):
            if face == "story":
                _story_foot(story)
            else:
                _settings_foot(story)
    return place


def _face(story: Story) -> str:
    titles = FACES.__getitem__
    return controls.segments("Rail", FACE, list(FACES), story.first_face, titles)


def more() -> Any:
    """The place of the settings that matter less: folded on the face *Settings*.

    On the story's face it is open, so that a step can show any of them.
    """
    if here().values.get(FACE) == "settings":
        return st.expander("More settings")
    return st.container()


def _story(story: Story) -> DeltaGenerator:
    for number in range(story.number):
        _title(story, number)
    with st.container(key="step_open"):
        st.header(f"**{story.number + 1}** {story.step.title}", anchor=False)
        if story.step.answers:
            _prediction(story)
        else:
            st.markdown(story.step.body)
    place = st.container(key="rail_inline")
    _set_up_line(story)
    for number in range(story.number + 1, len(story.steps)):
        _title(story, number)
    component("ui/rail", isolate_styles=False)(
        key="rail_part",
        data={
            "page": here().name,
            "step": story.number,
            "steps": len(story.steps),
            "done": story.done,
            "look": story.step.look,
            "controls": list(story.controls),
            "phase": int(story.phase),
        },
    )
    return place


def _title(story: Story, number: int) -> None:
    """A step that is not open: one press opens it."""
    st.button(
        f"**{number + 1}** {story.steps[number].title}",
        key=f"step_{number + 1}",
        type="tertiary",
        on_click=story.enter,
        args=(number,),
    )


def _prediction(story: Story) -> None:
    """The question, then what to look at, then the answer: one after the other."""
    step, answer = story.step, story.answer
    if story.phase == Phase.ASKED or answer is None:
        st.markdown(step.body)
        st.radio(
            "Your prediction",
            range(len(step.answers)),
            index=None,
            format_func=lambda i: step.answers[i],
            key=story.answer_key(),
            persist_state="page",
        )
        return
    said = f"You said: {step.answers[answer]}"
    if story.phase == Phase.SEEN:
        st.markdown(f"{said}  \nIs it so? Look [here](#look-{step.look}).")
    else:
        word = "Right." if answer == step.right else "Not quite."
        st.markdown(f"{said}  \n**{word}** {step.reveal}")


def _set_up_line(story: Story) -> None:
    """Says that the step changed settings, and offers to undo it."""
    if story.changed:
        with st.container(key="rail_set_up", horizontal=True, vertical_alignment="center"):
            st.caption("This step set the stage up.")
            st.button("Undo", key="rail_undo", type="tertiary", on_click=story.undo)
    elif story.undone:
        with st.container(key="rail_set_up", horizontal=True, vertical_alignment="center"):
            st.caption("Your own settings are back.")
            st.button("Set up again", key="rail_redo", type="tertiary", on_click=story.redo)


def _story_foot(story: Story) -> None:
    st.button(
        "Back",
        key="rail_back",
        icon=":material/chevron_left:",
        disabled=not story.number,
        on_click=story.enter,
        args=(story.number - 1,),
    )
    if story.phase == Phase.ASKED and story.answer is not None:
        _main("Show me", story.show)
    elif story.phase == Phase.SEEN:
        _main("Explain", story.explain)
    elif not story.last:
        _main("Next", story.enter, story.number + 1)
    else:
        _next_lesson()


def _next_lesson() -> None:
    lesson = place_of(page_of(here().name).url).after
    if lesson and controls.pressed(
        f"Next: {lesson.title}", key="rail_next", type="primary", width="stretch"
    ):
        st.switch_page(lesson.path)


def _main(label: str, act: Any, *args: int) -> None:
    """The button that leads on. Its place, and so its focus, stays while its words change."""
    st.button(label, key="rail_next", type="primary", width="stretch", on_click=act, args=args)


def _settings_foot(story: Story) -> None:
    st.button("Reset", key="rail_reset", on_click=story.reset, help="All settings as at the start.")
    st.button(
        "Back to the story",
        key="rail_next",
        type="primary",
        width="stretch",
        on_click=controls.choose,
        args=(FACE, "story"),
    )
