"""The training lab's script: plain PyTorch that repeats a run of ``train(config)`` bit for bit.

It uses randomness exactly as the trainer does: one generator, seeded with ``seed``, first splits
the training set and then shuffles every epoch; the weights are drawn after ``manual_seed(seed)``
and the dropout masks after ``manual_seed(seed + 1)``.
"""

from __future__ import annotations

from collections.abc import Iterable

from torch import nn

from dl101_core.data import DATASETS
from dl101_core.export import Script
from dl101_core.models import MODELS, model_outline
from dl101_core.models.recurrent import RowReader
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.tasks.scripts import optimizer_source
from dl101_core.tasks.task import EVAL_BATCH
from dl101_core.training.events import Evaluated, Event, Finished, LearningRateChanged

STROKES = '''
def read(part):
    """One part of the data: images (N, 28, 28) of bytes, and labels (N,)."""
    # IDX files: a header of 16 bytes (images) or 8 bytes (labels), then one byte per value.
    with gzip.open(f"assets/strokes/{part}-images-idx3-ubyte.gz") as file:
        pixels = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 28, 28)
    with gzip.open(f"assets/strokes/{part}-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    return torch.from_numpy(pixels.copy()), torch.from_numpy(labels.astype(np.int64))


images, labels = read("train")
test_images, test_labels = read("t10k")
'''

MIRRORS = {
    "MNIST": "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "FashionMNIST": "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
}
"""The sources that torchvision uses; the scripts do without torchvision and its wheels."""

FETCHED = '''
folder = Path(os.environ.get("DL101_DATA_DIR", "data")) / "{name}" / "raw"
mirror = "{mirror}"


def content(file):
    """The bytes of one file; it is fetched if it is not there yet."""
    path = folder / file
    if not path.exists():
        with urllib.request.urlopen(f"{{mirror}}{{file}}.gz") as answer:
            packed = answer.read()
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.decompress(packed))
    return path.read_bytes()


def read(part):
    """One part of the data: images (N, 28, 28) of bytes, and labels (N,)."""
    # IDX files: a header of 16 bytes (images) or 8 bytes (labels), then one byte per value.
    pixels = np.frombuffer(content(f"{{part}}-images-idx3-ubyte"), np.uint8, offset=16)
    labels = np.frombuffer(content(f"{{part}}-labels-idx1-ubyte"), np.uint8, offset=8)
    pixels = pixels.reshape(-1, 28, 28)
    return torch.from_numpy(pixels.copy()), torch.from_numpy(labels.astype(np.int64))


images, labels = read("train")
test_images, test_labels = read("t10k")
'''

READER = """
class RowReader(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.{cell}(28, {hidden}, {layers}, batch_first=True)
        self.dropout = nn.Dropout({dropout})
        self.head = nn.Linear({hidden}, 10)

    def forward(self, images):
        rows = images.reshape(-1, 28, 28)  # (N, 28 time steps, 28 features)
        states, _ = self.rnn(rows)
        return self.head(self.dropout(states[:, -1]))


torch.manual_seed({seed})
model = RowReader()
"""

SEQUENTIAL = """
torch.manual_seed({seed})
model = nn.Sequential(
{layers}
).to(memory_format=torch.channels_last)
"""

TRAINING = """
def prepare(images):
    \"\"\"Bytes (N, 28, 28) -> numbers from 0 to 1, (N, 1, 28, 28).\"\"\"
    return images.unsqueeze(1).float() / 255


def evaluate(images, labels):
    \"\"\"Mean loss and accuracy, without dropout.\"\"\"
    model.eval()
    with torch.no_grad():
        logits = torch.cat([model(prepare(part)) for part in images.split({eval_batch})])
    model.train()
    accuracy = (logits.argmax(1) == labels).double().mean()
    return F.cross_entropy(logits, labels).item(), accuracy.item()


shuffle = torch.Generator().manual_seed({seed})
order = torch.randperm(len(images), generator=shuffle)
train_index = order[:{train_size}]
val_index = order[{train_size}:{train_and_val}]
{model}
{optimizer}

torch.manual_seed({seed} + 1)  # from here on, only dropout draws from it
for epoch in range({epochs}):
    permutation = torch.randperm({train_size}, generator=shuffle)
    for batch in train_index[permutation].split({batch_size}):
        loss = F.cross_entropy(model(prepare(images[batch])), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    val_loss, val_accuracy = evaluate(images[val_index], labels[val_index])
    print(f"epoch {{epoch + 1}}: val loss {{val_loss:.4f}}, val accuracy {{val_accuracy:.4f}}")

test_loss, test_accuracy = evaluate(test_images, test_labels)
print(f"test accuracy {{test_accuracy:.4f}}")
"""


def training_script(config: ImageConfig, events: Iterable[Event] = ()) -> Script:
    """The script of ``config``; ``events`` of a run with this config give what it prints."""
    training = TRAINING.format(
        eval_batch=EVAL_BATCH,
        seed=config.seed,
        train_size=config.train_size,
        train_and_val=config.train_size + config.val_size,
        model=model_source(config),
        optimizer=optimizer_source(config.optimizer),
        epochs=config.epochs,
        batch_size=config.batch_size,
    )
    source = f"{head(config)}\n{data_source(config)}\n{training}".rstrip("\n") + "\n"
    return Script(f"train_{config.model.name}", source, printed(events))


def printed(events: Iterable[Event]) -> str:
    """The script's output, from a run's events.

    Empty unless the run went to its end as configured: a stopped run, or a run with a changed
    learning rate, cannot be repeated from its config.
    """
    lines: list[str] = []
    for event in events:
        match event:
            case Evaluated():
                lines.append(
                    f"epoch {len(lines) + 1}: val loss {event.loss:.4f}, "
                    f"val accuracy {event.measure('accuracy'):.4f}"
                )
            case LearningRateChanged():
                return ""
            case Finished(stopped=False):
                return "\n".join([*lines, f"test accuracy {event.measure('accuracy'):.4f}"])
    return ""


def head(config: ImageConfig) -> str:
    built_in = DATASETS[config.data].torchvision_name is None
    title = f"{MODELS[config.model.name].title} on {DATASETS[config.data].title}"
    where = "Run it in the project's folder." if built_in else "Downloads the data if needed."
    first = (
        "import gzip\n\nimport numpy as np\nimport torch"
        if built_in
        else "import gzip\nimport os\nimport urllib.request\nfrom pathlib import Path\n\n"
        "import numpy as np\nimport torch"
    )
    return (
        f'"""{title}. {where}"""\n\n{first}\nfrom torch import nn\n'
        "from torch.nn import functional as F\n\n"
        "torch.set_num_threads(1)\n"
    )


def data_source(config: ImageConfig) -> str:
    name = DATASETS[config.data].torchvision_name
    if name is None:
        return STROKES
    return FETCHED.format(name=name, mirror=MIRRORS[name]).lstrip("\n")


def model_source(config: ImageConfig) -> str:
    model = model_outline(config.model)
    if isinstance(model, RowReader):
        return READER.format(
            cell=type(model.rnn).__name__,
            hidden=config.model.hidden_size,
            layers=config.model.num_layers,
            dropout=config.model.dropout,
            seed=config.seed,
        )
    layers = "\n".join(f"    {layer_source(layer)}," for layer in model.children())
    return SEQUENTIAL.format(seed=config.seed, layers=layers)


def layer_source(layer: nn.Module) -> str:
    """The Python that makes ``layer``, read from the layer itself so that the two cannot differ."""
    match layer:
        case nn.Conv2d():
            inputs, outputs = layer.in_channels, layer.out_channels
            options = f", kernel_size={layer.kernel_size[0]}"
            for name in ("stride", "padding", "dilation"):
                value = getattr(layer, name)
                if isinstance(value, str):
                    options += f', {name}="{value}"'
                elif value[0] != (0 if name == "padding" else 1):
                    options += f", {name}={value[0]}"
            return f"nn.Conv2d({inputs}, {outputs}{options})"
        case nn.Linear():
            return f"nn.Linear({layer.in_features}, {layer.out_features})"
        case nn.MaxPool2d() | nn.AvgPool2d():
            stride = f", stride={layer.stride}" if layer.stride != layer.kernel_size else ""
            padding = f", padding={layer.padding}" if layer.padding else ""
            ceil = ", ceil_mode=True" if layer.ceil_mode else ""
            return f"nn.{type(layer).__name__}({layer.kernel_size}{stride}{padding}{ceil})"
        case nn.BatchNorm1d() | nn.BatchNorm2d():
            return f"nn.{type(layer).__name__}({layer.num_features})"
        case nn.Dropout():
            return f"nn.Dropout({layer.p})"
        case nn.LeakyReLU():
            return f"nn.LeakyReLU({layer.negative_slope})"
        case nn.ReLU() | nn.Softplus() | nn.Tanh() | nn.Sigmoid() | nn.Flatten():
            return f"nn.{type(layer).__name__}()"
    raise ValueError(f"layer (={layer}) has no source yet; add it to layer_source.")
