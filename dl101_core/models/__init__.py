"""Models: every one maps ``(N, 1, 28, 28)`` floats in [0, 1] to ``(N, 10)`` logits."""

from dl101_core.models.catalogue import MODELS, ModelConfig, ModelInfo, build_model, model_outline
from dl101_core.models.summary import LayerSummary, summarise

__all__ = [
    "MODELS",
    "LayerSummary",
    "ModelConfig",
    "ModelInfo",
    "build_model",
    "model_outline",
    "summarise",
]
