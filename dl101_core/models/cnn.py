"""Convolutional networks.

Max pooling comes before the activation: ReLU is monotone, so ``relu(pool(x)) == pool(relu(x))``,
and the activation then touches a quarter of the numbers.
"""

from __future__ import annotations

from torch import nn


def cnn(channels: int, hidden_size: int, dropout: float) -> nn.Sequential:
    """A network of LeNet's size; LeCun et al. (1998) with ReLU and max pooling."""
    c = channels
    layers: list[nn.Module] = [
        nn.Conv2d(1, c, kernel_size=5, padding=2),  # (N, c, 28, 28)
        nn.MaxPool2d(2),  # (N, c, 14, 14)
        nn.ReLU(),
        nn.Conv2d(c, 2 * c, kernel_size=5),  # (N, 2c, 10, 10)
        nn.MaxPool2d(2),  # (N, 2c, 5, 5)
        nn.ReLU(),
        nn.Flatten(),  # (N, 50c)
        nn.Linear(50 * c, hidden_size),
        nn.ReLU(),
    ]
    if dropout:
        layers.append(nn.Dropout(dropout))
    return nn.Sequential(*layers, nn.Linear(hidden_size, 10))


def fashion_cnn(dropout: float) -> nn.Sequential:
    """The lecture's Fashion-MNIST network: 32-64-128 filters of 3×3, leaky ReLU 0.1, dense 128.

    With ``dropout`` p, the lecture's pattern .25 .25 .4 .3 is scaled so that its largest is p.
    """
    layers: list[nn.Module] = []
    in_channels = 1
    for out_channels, share in ((32, 0.625), (64, 0.625), (128, 1.0)):
        layers += [
            nn.Conv2d(in_channels, out_channels, kernel_size=3, padding=1),
            nn.MaxPool2d(2, ceil_mode=True),  # 28 -> 14 -> 7 -> 4
            nn.LeakyReLU(0.1),
        ]
        if dropout:
            layers.append(nn.Dropout(share * dropout))
        in_channels = out_channels
    layers += [nn.Flatten(), nn.Linear(128 * 4 * 4, 128), nn.LeakyReLU(0.1)]
    if dropout:
        layers.append(nn.Dropout(0.75 * dropout))
    return nn.Sequential(*layers, nn.Linear(128, 10))
