"""Choosing a picture: a sample, a file or the camera. A bad file keeps the old picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dl101_core import pictures
from dl101_core.pictures import BadPicture, Picture
from dl101_core.rates import TooOften
from dl101_core.ui import controls
from dl101_core.ui.markdown import escape_markdown
from dl101_core.ui.upload import read_picture

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

UPLOAD, CAMERA = "upload", "camera"
OF_0_1 = {"Your own picture": UPLOAD}
TITLES = pictures.SAMPLES | {UPLOAD: "Own picture", CAMERA: "Camera"}


def picture_select() -> str:
    """The name of a sample, ``upload`` or ``camera``."""
    return controls.select(
        "Picture", "picture", list(TITLES), "lighthouse", TITLES.__getitem__, earlier=OF_0_1
    )


def read_choice(choice: str) -> tuple[str, Picture]:
    """The picture on show and its pixels: the last sample while there is no valid file."""
    if choice in pictures.SAMPLES:
        st.session_state["filters_sample"] = choice
        return choice, pictures.sample(choice)
    own = _read(choice, _ask(choice))
    if own is not None:
        return choice, own
    before = st.session_state.get("filters_sample", "lighthouse")
    return before, pictures.sample(before)


def offer_download(picture: Picture) -> None:
    """A learner's own picture as a file, for the script of the code tab."""
    st.download_button(
        "Download picture.png as used here, for the code",
        pictures.as_png(picture),
        "picture.png",
        "image/png",
        on_click="ignore",
        icon=":material/download:",
    )


def _ask(choice: str) -> UploadedFile | None:
    # The browser asks for permission when the camera appears, so it appears only when chosen.
    if choice == CAMERA:
        photo = st.camera_input("Take a picture", key="filters_camera")
        if photo is None:
            st.caption(
                "No camera here? Browsers give it to pages by https or on this computer only, and "
                "may have been told no. Own picture takes a photo from a file, or from a phone."
            )
        return photo
    return st.file_uploader(
        "PNG, JPEG, WebP, GIF or BMP",
        ["png", "jpg", "jpeg", "webp", "gif", "bmp"],
        key="filters_file",
        help="It stays in this session and is not stored.",
    )


def _read(choice: str, file: UploadedFile | None) -> Picture | None:
    """The latest valid picture of this kind, decoded once per file."""
    kept, seen = f"filters_{choice}_picture", f"filters_{choice}_seen"
    if file is not None and st.session_state.get(seen, (None,))[0] != file.file_id:
        try:
            st.session_state[kept] = read_picture(file.getvalue())
            st.session_state[seen] = (file.file_id, "")
        except BadPicture as problem:
            st.session_state[seen] = (file.file_id, str(problem))
        except TooOften as problem:  # the next run of the page tries again
            st.warning(escape_markdown(str(problem)), icon=":material/hourglass_top:")
            return st.session_state.get(kept)
    problem_text = st.session_state.get(seen, (None, ""))[1] if file is not None else ""
    if problem_text:
        st.warning(escape_markdown(problem_text), icon=":material/broken_image:")
    return st.session_state.get(kept)
