"""Scripts of the small tasks: plain PyTorch that repeats a run of ``train(config)`` bit for bit.

They draw random numbers as the loop does: one generator, seeded with ``seed``, first splits the
examples into training and validation, and then shuffles every epoch.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable
from itertools import pairwise

from dl101_core.export import Script
from dl101_core.optim import OPTIMIZERS, OptimizerConfig
from dl101_core.tasks import adding, points
from dl101_core.tasks.adding import AddingConfig
from dl101_core.tasks.linear import LinearConfig
from dl101_core.tasks.points import ACTIVATIONS, CLOUDS, PointsConfig
from dl101_core.tasks.task import TaskConfig
from dl101_core.training.events import Evaluated, Event, Finished, LearningRateChanged, Measured

HEAD = '''"""{title}. Needs nothing but PyTorch."""

{imports}import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(1)
{body}'''

LINEAR = """
rows = torch.tensor({rows}, dtype=torch.float64)
{scaling}
inputs, targets = features.float(), rows[:, -1:].float()
test_inputs, test_targets = inputs, targets  # at the end: the error on the whole table

model = nn.Linear({columns}, 1)
for parameter in model.parameters():
    nn.init.zeros_(parameter)
"""

SCALING = {
    "none": "features = rows[:, :-1]",
    "thousand": "features = rows[:, :-1] / 1000",
    "standardise": """features = rows[:, :-1]
spread = features.std(0, correction=0)
features = (features - features.mean(0)) / torch.where(spread > 0, spread, 1)""",
}

POINTS = """
{source}

generator = torch.Generator().manual_seed({seed})
inputs, labels = {cloud}({count}, {noise}, generator)
targets = labels.float().unsqueeze(1)
test_inputs, test_labels = {cloud}({tests}, {noise}, generator)
test_targets = test_labels.float().unsqueeze(1)

torch.manual_seed({seed})
model = nn.Sequential(
{layers}
)
"""

ADDING = """
generator = torch.Generator().manual_seed({seed})
digits = torch.randint(0, 10, ({count}, {length}), generator=generator).float()
inputs, test_inputs = digits[:{available}], digits[{available}:]
targets, test_targets = inputs.sum(1), test_inputs.sum(1)


class LinearUnit(nn.Module):
    def __init__(self, w, u, b):
        super().__init__()
        self.W = nn.Parameter(torch.tensor(w))
        self.U = nn.Parameter(torch.tensor(u))
        self.b = nn.Parameter(torch.tensor(b))

    def forward(self, numbers):
        state = torch.zeros(len(numbers))
        for x in numbers.unbind(1):
            state = self.W * x + self.U * state + self.b
        return state


{start}
model = LinearUnit(*start)
"""

TRAINING = """{optimizer}


def evaluate(inputs, targets):
    \"\"\"{measured}\"\"\"
    with torch.no_grad():
        outputs = model(inputs)
{measure}


shuffle = torch.Generator().manual_seed({seed})
order = torch.randperm(len(inputs), generator=shuffle)
train_index = order[:{train_size}]
val_index = order[{train_size}:{train_and_val}]
for epoch in range({epochs}):
    permutation = torch.randperm({train_size}, generator=shuffle)
    for batch in train_index[permutation].split({batch_size}):
        loss = {loss}(model(inputs[batch]), targets[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
{validation}
print(f"at the end: {{evaluate(test_inputs, test_targets)}}")
"""

VALIDATION = """\
    print(f"epoch {epoch + 1}: {evaluate(inputs[val_index], targets[val_index])}")
"""

ERROR = ("The mean squared error.", '    return f"loss {F.mse_loss(outputs, targets).item():.4g}"')
RIGHT = (
    "Mean loss and accuracy.",
    """    loss = F.binary_cross_entropy_with_logits(outputs, targets)
    accuracy = ((outputs > 0) == (targets > 0.5)).double().mean()
    return f"loss {loss.item():.4g}, accuracy {accuracy.item():.4g}\"""",
)


def linear_script(config: LinearConfig, events: Iterable[Event] = ()) -> Script:
    rows = ", ".join(f"[{', '.join(map(repr, row))}]" for row in config.rows)
    body = LINEAR.format(
        rows=f"[{rows}]", scaling=SCALING[config.scaling], columns=len(config.rows[0]) - 1
    )
    return script(config, "train_linear", body, "F.mse_loss", ERROR, events)


def points_script(config: PointsConfig, events: Iterable[Event] = ()) -> Script:
    widths = (2, *config.hidden, 1)
    activation = f"    nn.{ACTIVATIONS[config.activation].__name__}(),"
    linear = [f"    nn.Linear({a}, {b})," for a, b in pairwise(widths)]
    body = POINTS.format(
        source=plain_source(CLOUDS[config.data]),
        cloud=config.data,
        seed=config.seed,
        count=config.train_size + config.val_size,
        noise=config.noise,
        tests=points.TESTS,
        layers=f"\n{activation}\n".join(linear),
    )
    loss = "F.binary_cross_entropy_with_logits"
    return script(config, "train_points", body, loss, RIGHT, events)


def adding_script(config: AddingConfig, events: Iterable[Event] = ()) -> Script:
    drawn = f"start = (torch.rand(3, generator=torch.Generator().manual_seed({config.seed})) * 2"
    body = ADDING.format(
        seed=config.seed,
        count=adding.AVAILABLE + adding.TESTS,
        length=config.length,
        available=adding.AVAILABLE,
        start=f"start = {config.start}" if config.start else f"{drawn} - 1).tolist()",
    )
    return script(config, "train_adding", body, "F.mse_loss", ERROR, events)


def script(
    config: TaskConfig,
    name: str,
    body: str,
    loss: str,
    measures: tuple[str, str],
    events: Iterable[Event],
) -> Script:
    """The whole script around ``body``, which makes inputs, targets and the model."""
    measured, measure = measures
    training = TRAINING.format(
        optimizer=optimizer_source(config.optimizer),
        measured=measured,
        measure=measure,
        seed=config.seed,
        train_size=config.train_size,
        train_and_val=config.train_size + config.val_size,
        epochs=config.epochs,
        batch_size=config.batch_size,
        loss=loss,
        validation=VALIDATION if config.val_size else "",
    )
    imports = "import math\n\n" if "math." in body else ""
    source = HEAD.format(title=config.title, imports=imports, body=body + training)
    return Script(name, source, printed(events))


def printed(events: Iterable[Event]) -> str:
    """What a script prints, from the events of a run that went to its end as configured."""
    lines: list[str] = []
    for event in events:
        match event:
            case Evaluated():
                lines.append(f"epoch {len(lines) + 1}: {in_words(event)}")
            case LearningRateChanged():
                return ""
            case Finished(stopped=False):
                return "\n".join([*lines, f"at the end: {in_words(event)}"])
    return ""


def in_words(event: Measured) -> str:
    return ", ".join(f"{name} {value:.4g}" for name, value in event.measures)


def plain_source(function: Callable[..., object]) -> str:
    """The source of a function without its annotations, which need names of ours."""
    tree = ast.parse(inspect.getsource(function)).body[0]
    assert isinstance(tree, ast.FunctionDef)
    tree.returns = None
    for argument in tree.args.args:
        argument.annotation = None
    return ast.unparse(tree)


def optimizer_source(config: OptimizerConfig) -> str:
    """The line that makes the optimizer, with every setting that it uses."""
    info = OPTIMIZERS[config.name]
    arguments = ", ".join(f"{k}={v!r}" for k, v in info.arguments(config).items())
    name = info.cls.__name__  # type: ignore[attr-defined]
    one_line = f"optimizer = torch.optim.{name}(model.parameters(), {arguments})"
    if len(one_line) <= 100:
        return one_line
    return f"optimizer = torch.optim.{name}(\n    model.parameters(), {arguments}\n)"
