"""The training lab's controls: widgets bound to the URL -> a frozen ``ImageConfig``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from dl101_core.jobs.runner import RunStatus
from dl101_core.lab.layers_controls import IN_LAB, builder_link, layers_text
from dl101_core.lab.session_runs import image_config
from dl101_core.models import MODELS, ModelConfig
from dl101_core.optim import OPTIMIZERS, OptimizerConfig
from dl101_core.settings import limits
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.ui.address import is_set, page_params, set_fields, value_of
from dl101_core.ui.markdown import escape_markdown
from dl101_core.ui.settings import row, widget, widget_rows, widgets

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

VAL_SIZE = 1000
MOST_IMAGES = limits(ImageConfig, "train_size")[1] - VAL_SIZE
PLACES = {"run", "tab", "result", "step", "rail"}
"""Query parameters besides the settings."""


def train_controls() -> ImageConfig:
    """Draw the controls. Raises the ``ValueError`` of the config for an impossible combination."""
    with _wide_choice("wide_model"):
        model_name = widget(ModelConfig, "name")
        network = st.popover("Network")
    with _wide_choice("wide_optimizer"):
        optimizer_name = widget(OptimizerConfig, "name", on_change=_use_default_lr)
        tuning = st.popover("Optimizer")
    suits = OPTIMIZERS[optimizer_name].default_lr
    with row():
        lr = widget(OptimizerConfig, "lr", suits, step=suits / 2)
        own = widgets(ImageConfig, "epochs")
    with st.expander("More settings"):
        own |= _more_settings()
    with network:
        model, problem = _model_settings(model_name)
    with tuning:
        optimizer = _optimizer_settings(optimizer_name, lr)
    if problem:
        st.warning(f"{escape_markdown(problem)} Showing LeNet-5 instead.")
    return ImageConfig(**own, val_size=VAL_SIZE, model=model, optimizer=optimizer)


def _more_settings() -> dict[str, Any]:
    with row():
        own = widgets(ImageConfig, "batch_size")
        own["train_size"] = widget(ImageConfig, "train_size", high=MOST_IMAGES)
    return own | widget_rows(ImageConfig, ("data", "seed"))


def _wide_choice(key: str) -> DeltaGenerator:
    """A row for a select box, with room for its longest title, and for its settings."""
    return st.container(key=key, horizontal=True, vertical_alignment="bottom")


def adopt_settings(run: RunStatus | None) -> None:
    """A link that names only a run opens with the settings of that run."""
    if run and not is_set("lr") and set(page_params()) <= PLACES:
        use_settings(image_config(run))


def use_settings(config: ImageConfig) -> None:
    """Set every control to ``config``; call it in a callback, before the widgets are drawn."""
    settings = config.settings()
    settings.pop("val_size")
    settings.pop("eps", None)
    if "layers" in settings:
        settings[IN_LAB] = settings.pop("layers")
    set_fields(settings)


def _use_default_lr() -> None:
    # Streamlit calls this before it has validated the new value.
    chosen = OPTIMIZERS.get(value_of("optimizer"))
    if chosen:
        set_fields({"lr": chosen.default_lr})


def _model_settings(name: str) -> tuple[ModelConfig, str]:
    """The network, and the problem of a built network's text, or an empty string."""
    used = MODELS[name].settings
    st.markdown(f"**{MODELS[name].title}**  \n{MODELS[name].about}")
    if "layers" in used:
        return _built(name, layers_text(IN_LAB))
    return ModelConfig(name=name, **widgets(ModelConfig, *used)), ""


def _built(name: str, text: str) -> tuple[ModelConfig, str]:
    try:
        model, problem = ModelConfig(name=name, layers=text), ""
    except ValueError as why:
        model, problem = ModelConfig(name=name), str(why)
    builder_link(model.layers)
    return model, problem


def _optimizer_settings(name: str, lr: float) -> OptimizerConfig:
    info = OPTIMIZERS[name]
    st.markdown(f"**{info.title}**")
    st.latex(info.formula)
    tuned = (one for one in info.settings if one not in ("lr", "eps"))
    return OptimizerConfig(name=name, lr=lr, **widgets(OptimizerConfig, *tuned))
