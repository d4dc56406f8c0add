"""How well does a network that saw only our strokes read real MNIST?

A LeNet-size CNN is trained on the shipped strokes (20,000 pictures, nothing else) and tested on
the 10,000 test pictures of MNIST and on our own 4,000. Training-time augmentation, unless
``--plain``: random affine maps (rotation, scale, shear, shift) of each minibatch. The bar is 95 %
on MNIST.

    python benchmarks/strokes_on_mnist.py [--seeds 3] [--epochs 12] [--plain]

MNIST is read from ``DL101_DATA_DIR`` (default ``../shared/data``), folder ``MNIST/raw``.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from dl101_core.data.idx import read_idx  # noqa: E402

BAR = 0.95
STROKES = ROOT / "assets" / "strokes"
DATA = Path(os.environ.get("DL101_DATA_DIR") or ROOT.parent / "shared" / "data")


def load(folder: Path, part: str) -> tuple[Tensor, Tensor]:
    """Images as float32 (n, 1, 28, 28) between 0 and 1, labels as int64 (n,)."""
    arrays = []
    for kind in ("images-idx3", "labels-idx1"):
        plain = folder / f"{part}-{kind}-ubyte"
        arrays.append(read_idx(plain if plain.exists() else plain.with_suffix(".gz")))
    images, labels = (torch.from_numpy(a) for a in arrays)
    return images[:, None].float() / 255, labels.long()


def network() -> nn.Module:
    """conv 16×5 → pool → conv 32×5 → pool → 128 → 10, with dropout."""
    return nn.Sequential(
        nn.Conv2d(1, 16, 5, padding=2),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Conv2d(16, 32, 5),
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(0.3),
        nn.Linear(32 * 5 * 5, 128),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(128, 10),
    )


def augment(x: Tensor, generator: torch.Generator) -> Tensor:
    """A random affine map of each picture: ±12 % scale, small rotation, shear and shift."""
    n = len(x)

    def normal(spread: float) -> Tensor:
        return torch.randn(n, generator=generator) * spread

    turn, shear, sx, sy = normal(0.1), normal(0.12), normal(0.08), normal(0.08)
    theta = torch.zeros(n, 2, 3)
    theta[:, 0, 0], theta[:, 0, 1] = 1 + sx, shear - turn
    theta[:, 1, 0], theta[:, 1, 1] = turn, 1 + sy
    theta[:, :, 2] = torch.stack([normal(0.04), normal(0.04)], dim=1)
    grid = F.affine_grid(theta, list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, align_corners=False)


def train(x: Tensor, y: Tensor, seed: int, epochs: int, plain: bool) -> nn.Module:
    """Adam with a one-cycle learning rate, minibatches of 64."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = network()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=1e-5)
    steps = epochs * (len(x) // 64)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=3e-3, total_steps=steps)
    model.train()
    for _ in range(epochs):
        order = torch.randperm(len(x), generator=generator)
        for rows in order[: len(x) // 64 * 64].split(64):
            batch = x[rows] if plain else augment(x[rows], generator)
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(model(batch), y[rows]).backward()
            optimizer.step()
            schedule.step()
    return model.eval()


@torch.no_grad()
def predict(model: nn.Module, x: Tensor) -> Tensor:
    return torch.cat([model(part).argmax(1) for part in x.split(1000)])


def confusion(truth: Tensor, guess: Tensor) -> npt.NDArray[np.int64]:
    """Counts, rows are true digits, columns are guesses, (10, 10)."""
    return torch.bincount(truth * 10 + guess, minlength=100).reshape(10, 10).numpy()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--plain", action="store_true", help="no augmentation")
    options = parser.parse_args()
    torch.set_num_threads(1)
    x, y = load(STROKES, "train")
    own_x, own_y = load(STROKES, "t10k")
    raw = DATA / "MNIST" / "raw"
    if not raw.is_dir():
        print(f"MNIST is not in {raw}; set DL101_DATA_DIR to the folder that holds MNIST/raw.")
        return 2
    real_x, real_y = load(raw, "t10k")
    print(f"{len(x):,} strokes, {options.epochs} epochs, augmentation: {not options.plain}")
    print("seed   MNIST   strokes   seconds")
    table = np.zeros((10, 10), dtype=np.int64)
    scores = []
    for seed in range(options.seeds):
        start = time.perf_counter()
        model = train(x, y, seed, options.epochs, options.plain)
        guess = predict(model, real_x)
        table += confusion(real_y, guess)
        scores.append((guess == real_y).double().mean().item())
        own = (predict(model, own_x) == own_y).double().mean().item()
        seconds = time.perf_counter() - start
        print(f"{seed:4d}  {scores[-1]:6.2%}   {own:6.2%}   {seconds:7.0f}", flush=True)
    print(f"mean  {np.mean(scores):6.2%}   lowest {min(scores):6.2%}   bar {BAR:.0%}\n")
    print("digit  " + "".join(f"{d:7d}" for d in range(10)))
    right = np.diag(table) / table.sum(axis=1)
    print("right  " + "".join(f"{r:7.1%}" for r in right) + "\n")
    wrong = table - np.diag(np.diag(table))
    print("worst pairs (true → guessed, share of the true digit)")
    for flat in np.argsort(wrong, axis=None)[::-1][:8]:
        a, b = divmod(int(flat), 10)
        print(f"  {a} → {b}   {wrong[a, b] / table[a].sum():5.2%}")
    return 0 if min(scores) >= BAR else 1


if __name__ == "__main__":
    raise SystemExit(main())
