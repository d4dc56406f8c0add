"""The training lab's controls: widgets bound to the URL -> a frozen ``ImageConfig``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dl101_core.data import DATASETS
from dl101_core.jobs.runner import RunStatus
from dl101_core.lab.layers_controls import IN_LAB, builder_link, layers_text
from dl101_core.lab.session_runs import image_config
from dl101_core.models import MODELS, ModelConfig
from dl101_core.optim import OPTIMIZERS, OptimizerConfig
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.ui import controls
from dl101_core.ui.address import is_set, set_fields, value_of
from dl101_core.ui.plain import plain

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

VAL_SIZE = 1000
DEFAULT = ImageConfig(val_size=VAL_SIZE)
AS_TYPED = "%g"
PLACES = {"run", "tab", "result"}
"""What stands in the address beside the settings."""


def train_controls() -> ImageConfig:
    """Draw the controls. Raises the ``ValueError`` of the config for an impossible combination."""
    with _wide_choice("wide_model"):
        model_name = controls.select(
            "Model", "model", list(MODELS), DEFAULT.model.name, lambda name: MODELS[name].title
        )
        network = st.popover("Network")
    with _wide_choice("wide_optimizer"):
        optimizer_name = controls.select(
            "Optimizer",
            "optimizer",
            list(OPTIMIZERS),
            DEFAULT.optimizer.name,
            lambda name: OPTIMIZERS[name].title,
            on_change=_use_default_lr,
        )
        tuning = st.popover("Optimizer")
    with _row():
        lr = controls.number(
            "Learning rate",
            "lr",
            1e-6,
            100.0,
            OPTIMIZERS[optimizer_name].default_lr,
            AS_TYPED,
            "The step size. It starts at a value that suits the optimizer.",
            step=OPTIMIZERS[optimizer_name].default_lr / 2,
        )
        epochs = controls.whole_number("Epochs", "epochs", 1, 100, DEFAULT.epochs)
    with _row():
        batch_size = controls.whole_number(
            "Batch size", "batch_size", 1, 1024, DEFAULT.batch_size, 16
        )
        train_size = controls.whole_number(
            "Training images",
            "train_size",
            10,
            59_000,
            DEFAULT.train_size,
            1000,
            "Taken from a shuffle of the training set; 1,000 others validate.",
        )
    with _row():
        data = controls.select(
            "Data", "data", list(DATASETS), DEFAULT.data, lambda name: DATASETS[name].title
        )
        seed = controls.whole_number("Seed", "seed", 0, 2**31 - 1, DEFAULT.seed)
    with network:
        model, problem = _model_settings(model_name)
    with tuning:
        optimizer = _optimizer_settings(optimizer_name, lr)
    if problem:
        st.warning(f"{plain(problem)} Showing LeNet-5 instead.")
    return ImageConfig(
        data=data,
        train_size=train_size,
        val_size=VAL_SIZE,
        model=model,
        optimizer=optimizer,
        batch_size=batch_size,
        epochs=epochs,
        seed=seed,
    )


def _row() -> DeltaGenerator:
    """Two controls side by side, on a phone too (``st.columns`` would stack them there)."""
    return st.container(horizontal=True, vertical_alignment="bottom")


def _wide_choice(key: str) -> DeltaGenerator:
    """A select box with room for its longest title, and what belongs to it."""
    return st.container(key=key, horizontal=True, vertical_alignment="bottom")


def adopt_settings(run: RunStatus | None) -> None:
    """A link that names only a run opens with the settings of that run."""
    if run and not is_set("lr") and set(st.query_params) <= PLACES:
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
    # Streamlit calls this before it has checked what came in.
    chosen = OPTIMIZERS.get(value_of("optimizer"))
    if chosen:
        set_fields({"lr": chosen.default_lr})


def _model_settings(name: str) -> tuple[ModelConfig, str]:
    """The network, and why it is not the one that the text of a built network asks for."""
    used = MODELS[name].settings
    values: dict[str, int | float] = {}
    st.markdown(f"**{MODELS[name].title}**  \n{MODELS[name].about}")
    if "channels" in used:
        values["channels"] = controls.slider(
            "Filters of the first convolution", "channels", 1, 64, DEFAULT.model.channels
        )
    if "hidden_size" in used:
        values["hidden_size"] = controls.slider(
            "Hidden units", "hidden_size", 1, 512, DEFAULT.model.hidden_size
        )
    if "num_layers" in used:
        values["num_layers"] = controls.slider(
            "Hidden layers", "num_layers", 1, 4, DEFAULT.model.num_layers
        )
    if "dropout" in used:
        values["dropout"] = controls.decimal_slider(
            "Dropout", "dropout", 0.0, 0.9, DEFAULT.model.dropout, 0.05
        )
    if "layers" in used:
        return _built(name, layers_text(IN_LAB))
    return ModelConfig(name, **values), ""  # type: ignore[arg-type]


def _built(name: str, text: str) -> tuple[ModelConfig, str]:
    try:
        model, problem = ModelConfig(name, layers=text), ""
    except ValueError as why:
        model, problem = ModelConfig(name), str(why)
    builder_link(model.layers)
    return model, problem


def _optimizer_settings(name: str, lr: float) -> OptimizerConfig:
    info = OPTIMIZERS[name]
    default = DEFAULT.optimizer
    values: dict[str, float | tuple[float, float]] = {}
    st.markdown(f"**{info.title}**")
    st.latex(info.formula)
    if "momentum" in info.settings:
        values["momentum"] = controls.decimal_slider(
            "Momentum (mu)", "momentum", 0.0, 0.99, default.momentum, 0.01
        )
    if "betas" in info.settings:
        values["betas"] = (
            controls.decimal_slider("beta 1", "beta1", 0.0, 0.99, default.betas[0], 0.01),
            controls.number("beta 2", "beta2", 0.0, 0.99999, default.betas[1], AS_TYPED),
        )
    if "alpha" in info.settings:
        values["alpha"] = controls.number("alpha", "alpha", 0.0, 0.9999, default.alpha, AS_TYPED)
    values["weight_decay"] = controls.number(
        "Weight decay", "weight_decay", 0.0, 1.0, default.weight_decay, AS_TYPED
    )
    return OptimizerConfig(name, lr, **values)  # type: ignore[arg-type]
