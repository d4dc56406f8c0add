"""The dropout page as plain PyTorch: the two trainings, and the masks of one layer."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from torch import nn

from dl101_core.cnn.dropout.compute import SCORED, PairConfig
from dl101_core.cnn.dropout.masks import PASSES, Masks, rms
from dl101_core.export import Script
from dl101_core.lab.gap import Gap
from dl101_core.models import build_model
from dl101_core.tasks.images.script import data_source, head, layer_source
from dl101_core.tasks.scripts import optimizer_source
from dl101_core.tasks.task import EVAL_BATCH

NET = """
def net(dropout):
    torch.manual_seed({seed})
    return nn.Sequential(
{layers}
    ).to(memory_format=torch.channels_last)


def prepare(images):
    \"\"\"Bytes (N, 28, 28) -> numbers from 0 to 1, (N, 1, 28, 28).\"\"\"
    return images.unsqueeze(1).float() / 255
"""

TRAIN = """
def train(dropout):
    shuffle = torch.Generator().manual_seed({seed})
    order = torch.randperm(len(images), generator=shuffle)
    train_index, val_index = order[:{train_size}], order[{train_size}:{train_and_val}]
    model = net(dropout)
{optimizer}
    torch.manual_seed({seed} + 1)  # from here on, only dropout draws from it
    for epoch in range({epochs}):
        permutation = torch.randperm({train_size}, generator=shuffle)
        for batch in train_index[permutation].split({batch_size}):
            loss = F.cross_entropy(model(prepare(images[batch])), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model.eval(), train_index, val_index  # nothing is dropped any more
"""

PAIR = """
def accuracy(model, index):
    with torch.no_grad():
        logits = torch.cat([model(prepare(images[part])) for part in index.split({eval_batch})])
    return (logits.argmax(1) == labels[index]).double().mean().item()


for dropout in (False, True):
    model, train_index, val_index = train(dropout)
    known, new = accuracy(model, train_index[:{scored}]), accuracy(model, val_index)
    print(f"dropout {{dropout}}: training {{known:.4f}}, validation {{new:.4f}}, "
          f"gap {{100 * (known - new):.1f}} points")
"""

MASKS = """
with torch.no_grad():
    before = model[:{index}](prepare(test_images[{image}:{after}]))
    drop = nn.Dropout({p})
    drop.{mode}()
    torch.manual_seed({seed})
    passes = [drop(before) for _ in range({passes})]

mean = torch.stack(passes[:{averaged}]).double().mean(0)


def rms(values):
    return values.double().square().mean().sqrt().item()


print("before:", tuple(before.shape), f"rms {{rms(before):.4f}}")
for number, after in enumerate(passes[:{shown}], 1):
    print(f"pass {{number}}: off by {{rms(after - before):.4f}}")
print(f"mean of {averaged}: off by {{rms(mean - before):.4f}}")
"""


def pair_script(pair: PairConfig, done: Sequence[Gap] = ()) -> Script:
    """Both trainings. ``done``: the gaps without and with dropout, for the output."""
    ending = PAIR.format(eval_batch=EVAL_BATCH, scored=SCORED)
    lines = (
        [
            f"dropout {dropout}: training {told.train.accuracy:.4f}, "
            f"validation {told.val.accuracy:.4f}, gap {told.points:.1f} points"
            for dropout, told in zip((False, True), done, strict=True)
        ]
        if done
        else []
    )
    source = _joined(_begin(pair), _train_source(pair), ending)
    return Script("dropout", source, "\n".join(lines))


def masks_script(
    pair: PairConfig,
    image: int,
    seed: int,
    masks: Masks,
    trained: bool = False,
    repeatable: bool = True,
) -> Script:
    """``masks`` drawn after ``seed`` for test image ``image``, with ``nn.Dropout`` itself.

    ``trained``: in the network that ``pair`` trains with dropout, else in a fresh one.
    ``repeatable``: whether that training went to its end; otherwise the output is unknown.
    """
    got = "model, _, _ = train(dropout=True)" if trained else "model = net(dropout=True).eval()"
    ending = MASKS.format(
        index=masks.place.index,
        image=image,
        after=image + 1,
        p=masks.place.p,
        mode="train" if masks.training else "eval",
        seed=seed,
        passes=max(PASSES, masks.averaged),
        averaged=masks.averaged,
        shown=PASSES,
    )
    training = _train_source(pair) if trained else ""
    lines = [f"before: {tuple(masks.before.shape)} rms {rms(masks.before):.4f}"]
    for number, after in enumerate(masks.afters, 1):
        lines.append(f"pass {number}: off by {rms(after - masks.before):.4f}")
    lines.append(f"mean of {masks.averaged}: off by {masks.errors[1]:.4f}")
    source = _joined(_begin(pair), training, f"\n{got}\n{ending}")
    return Script("dropout_masks", source, "\n".join(lines) if repeatable else "")


def _begin(pair: PairConfig) -> str:
    """Imports, data and the network."""
    config = pair.runs[1]
    model = build_model(config.model, config.seed)
    layers = "\n".join(f"        {_layer(layer)}," for layer in model.children())
    data = data_source(config).rstrip("\n")
    return f"{head(config)}\n{data}\n\n{NET.format(seed=config.seed, layers=layers)}"


def _layer(layer: nn.Module) -> str:
    if isinstance(layer, nn.Dropout):
        return f"nn.Dropout({layer.p} if dropout else 0)"
    return layer_source(layer)


def _train_source(pair: PairConfig) -> str:
    config = pair.runs[1]
    return TRAIN.format(
        seed=config.seed,
        train_size=config.train_size,
        train_and_val=config.train_size + config.val_size,
        optimizer=textwrap.indent(optimizer_source(config.optimizer), "    "),
        epochs=config.epochs,
        batch_size=config.batch_size,
    )


def _joined(*parts: str) -> str:
    return "\n".join(part.rstrip("\n") + "\n" for part in parts if part)
