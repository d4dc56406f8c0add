"""Recurrent networks that read an image row by row: 28 time steps of 28 features."""

from __future__ import annotations

from torch import Tensor, nn


class RowReader(nn.Module):
    """``rnn``: the recurrent layers. ``head``: last state -> ten logits."""

    def __init__(
        self, cell: type[nn.RNNBase], hidden_size: int, num_layers: int, dropout: float
    ) -> None:
        super().__init__()
        self.rnn = cell(28, hidden_size, num_layers, batch_first=True)  # type: ignore
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(hidden_size, 10)

    def states(self, images: Tensor) -> Tensor:
        """The top layer's state after each row: ``(N, 1, 28, 28) -> (N, 28, hidden_size)``."""
        rows = images.reshape(-1, 28, 28)  # (N, time, features)
        return self.rnn(rows)[0]  # type: ignore[no-any-return]

    def forward(self, images: Tensor) -> Tensor:
        return self.head(self.dropout(self.states(images)[:, -1]))  # type: ignore[no-any-return]
