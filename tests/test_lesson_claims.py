"""The claims of the lessons in words and numbers, worked out with PyTorch.

Each test quotes the words that it checks, so that neither can change without the other.
"""

from __future__ import annotations

import math
import re
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.dropout_gaps import ended
from dl101_core import explain, pictures
from dl101_core.cnn import filters
from dl101_core.cnn.colour import compute as colour
from dl101_core.cnn.colour.compute import ColourConfig
from dl101_core.cnn.dropout.compute import PairConfig, gap_of
from dl101_core.cnn.dropout.example import STROKES, read_example
from dl101_core.cnn.dropout.masks import places
from dl101_core.cnn.filters import PADDING_MODES, SECONDS, FilterConfig, apply_pair
from dl101_core.cnn.pooling import compute as pooling
from dl101_core.cnn.pooling.compute import PoolConfig
from dl101_core.data import is_available, load
from dl101_core.draw.digits import Drawing, from_strokes
from dl101_core.draw.drawn import DrawnDigit, read_drawn
from dl101_core.lessons import Step, lesson_file, read_lesson
from dl101_core.models.layers import LENET, PRESETS, Conv, Linear, parse, to_text
from dl101_core.models.network import LayerRow, built, describe
from dl101_core.tasks.images.task import pixels
from dl101_core.weights import SHIPPED, accuracy, load_shipped, predict
from tests.explain.networks import IMAGE

DRAWN = Path(__file__).parent / "drawn"
NEAR = 20
"""Points of a thin curve that count as near its end."""
(LEAKY,) = parse("leaky")
UPRIGHT = 29
"""Pixels from one row of bricks to the next."""


def says(lesson: str, *words: str) -> None:
    text = " ".join(lesson_file(lesson).read_text("utf-8").split())
    for part in words:
        assert part in text, f"{lesson}.md no longer says: {part}"


# What the network sees ----------------------------------------------------------------------------


def test_a_cell_in_the_middle_sees_16_pixels_and_one_at_a_corner_14() -> None:
    says("inside", "Point at the middle", "(x) 16×16", "see 6 + 4·2 = 14 pixels", "it is 14×14")
    looks = explain.look_through(load_shipped("cnn"), IMAGE)
    settings = dict(read_lesson("inside").steps[1].settings)
    last = next(look for look in looks if look.index == settings["layer"])
    first, pooled, second = looks[0], looks[1], looks[3]
    assert (last.name, second.name) == ("5: 2×2 max pooling", "4: 5×5 convolution")

    def sides(look: explain.LayerLook, place: int) -> tuple[int, ...]:
        seen = look.seen(0, place, place)
        assert seen is not None
        return tuple(end - start for start, end in seen)

    for look, wide, corner in ((first, 5, 3), (pooled, 6, 4), (second, 14, 12), (last, 16, 14)):
        assert sides(look, look.maps.shape[1] // 2) == (wide, wide)
        assert sides(look, 0) == (corner, corner)
    neighbour = [look.seen(0, 3, place) for place in (3, 4) for look in (pooled,)]
    assert neighbour[0] is not None
    assert neighbour[1] is not None
    assert neighbour[1][1][0] - neighbour[0][1][0] == 2


def test_a_favourite_picture_excites_the_3_far_more_than_any_real_digit() -> None:
    says(
        "inside", "Sixteen filters look", "the digit 3 climbs", "far more than any real digit does"
    )
    model = load_shipped("cnn")
    settings = dict(read_lesson("inside").steps[5].settings)
    layer, unit = int(settings["layer"]), int(settings["unit"]) - 1
    looks = explain.look_through(model, IMAGE)
    assert len(looks[0].maps) == 16
    assert (looks[-1].index, unit, len(looks[-1].maps)) == (layer, 3, 10)
    climb = explain.AscentConfig(layer=layer, unit=unit, steps=96, seed=0)
    favourite = explain.ascended(model, climb)[-1].activation
    with torch.inference_mode():
        real = model(pixels(load("strokes").test.images))[:, unit].max()
    assert favourite > 2 * real


def test_covering_a_part_of_the_6_changes_the_networks_mind() -> None:
    says("inside", "a patch of paper covers that part of the 6", "Where does the network change")
    image = load("strokes").test.images[3].numpy()
    said = {}
    for fill in ("paper", "ink"):
        found = explain.occlude(load_shipped("cnn"), image, explain.OcclusionConfig(fill=fill))
        assert int(found.whole.argmax()) == 6
        said[fill] = set(found.probabilities.argmax(2).ravel().tolist())
    assert all(len(classes) > 1 for classes in said.values())


@pytest.mark.skipif(not is_available("mnist"), reason="MNIST is not on this machine")
def test_the_notes_one_picture_is_a_9_and_is_read_as_one() -> None:
    says("inside", "test image 4444 of MNIST", "It is a 9, and our networks say so")
    test = load("mnist").test
    assert int(test.labels[4444]) == 9
    assert len(test) - 1 == 9_999
    for name in SHIPPED:
        assert predict(load_shipped(name), test.images[4444:4445]).tolist() == [9], name


# Draw a digit -------------------------------------------------------------------------------------


def small_pads(drawings: list[Drawing]) -> Tensor:
    """The whole pad at 28 × 28, every pixel the mean of its place: no box, no centring, no pen."""
    pads = [Image.fromarray(from_strokes(drawing).stages[0].image) for drawing in drawings]
    return torch.from_numpy(np.stack([np.array(pad.reduce(pad.width // 28)) for pad in pads]))


def in_the_corner(drawing: Drawing) -> Drawing:
    """Half as large as the pad, ten units from its upper left corner."""
    points = np.concatenate([np.array(stroke) for stroke in drawing.strokes])
    low = points.min(axis=0)
    scale = 0.5 * drawing.size / np.ptp(points, axis=0).max()
    return Drawing(
        tuple(
            tuple((float(x), float(y)) for x, y in (np.array(stroke) - low) * scale + 10)
            for stroke in drawing.strokes
        )
    )


def test_what_networks_read_of_a_pad_that_is_only_made_small() -> None:
    says(
        "draw",
        "only made the pad small, 28×28 pixels",
        "six to nine in ten of our test drawings instead of nearly all",
        "softmax regression about half",
        "Moved to the corner, neither read more than one in four",
    )
    drawn: tuple[DrawnDigit, ...] = read_drawn(DRAWN)
    drawings = [digit.drawing for digit in drawn]
    labels = torch.tensor([digit.label for digit in drawn])
    made_ready = torch.from_numpy(np.stack([from_strokes(one).image for one in drawings]))
    as_drawn = small_pads(drawings)
    corner = small_pads([in_the_corner(one) for one in drawings])
    cnn, softmax = load_shipped("cnn"), load_shipped("softmax")
    assert accuracy(cnn, made_ready, labels) > 0.97
    assert 0.6 <= accuracy(cnn, as_drawn, labels) <= 0.9
    assert 0.35 <= accuracy(softmax, as_drawn, labels) <= 0.65
    assert max(accuracy(net, corner, labels) for net in (cnn, softmax)) <= 0.25


# Dropout ------------------------------------------------------------------------------------------


def test_the_gaps_of_the_small_net_on_strokes() -> None:
    """Seed 0; ``benchmarks/dropout_gaps.py`` measures all that the lesson names."""
    says("dropout", "17, 21 and 17 points against 12, 13 and 14")
    pair = PairConfig(data="strokes", net="cnn", dropout=0.5, epochs=80, seed=0)
    assert pair == STROKES, "what the story opens with"
    assert dict(read_lesson("dropout").steps[0].settings) == {"view": "runs", **asdict(pair)}
    for config, points, run in zip(pair.runs, (17, 12), read_example().runs, strict=True):
        told = gap_of(config, ended(config))
        assert told.points == pytest.approx(points, abs=2.5)
        assert told.points == pytest.approx(run.gap.points, abs=2.5), "the recorded one"
        assert told.val.images == 250


def test_with_dropout_new_images_are_read_better_for_every_recorded_seed() -> None:
    says("dropout", "Why does switching off half of its units help a net?")
    example = read_example()
    assert STROKES.dropout == 0.5
    assert all(dropped > without for without, dropped in (one.tests for one in example.seeds))
    assert example.smaller == len(example.seeds) == 10


def test_a_quarter_of_the_first_layer_is_dropped() -> None:
    says("dropout", "the black units, a quarter here, become 0")
    settings = dict(read_lesson("dropout").steps[2].settings)
    first = places(str(settings["net"]), float(settings["dropout"]))[0]
    assert (first.title, first.p) == (settings["layer"], 0.25)


def test_the_thin_curve_with_dropout_says_less_than_the_net_knows() -> None:
    says("dropout", "with dropout is at 95 % on average", "the same net reads 100 % right")
    _, dropped = read_example().runs
    assert round(100 * dropped.near_the_end(NEAR)) == 95
    assert dropped.gap.train.accuracy == 1


def test_with_nine_units_of_ten_dropped_a_net_learns_less_of_both_kinds_of_images() -> None:
    says("dropout", "the net then learns less of **both** kinds of")
    settings = dict(read_lesson("dropout").steps[-1].settings)
    pair = PairConfig(**{name: value for name, value in settings.items() if name != "view"})
    assert pair.dropout == 0.9
    without, dropped = (gap_of(config, ended(config)) for config in pair.runs)
    assert dropped.train.accuracy < without.train.accuracy - 0.05
    assert dropped.val.accuracy < without.val.accuracy - 0.05


# Filters on pictures ------------------------------------------------------------------------------


def test_sobel_x_on_the_joints_of_the_brick_wall() -> None:
    says(
        "filters",
        "the grain of the wall, on average 16, no more than on the face of a brick (18)",
        "On the edges of the upright joints it finds 143",
    )
    config = FilterConfig(kernel="sobel_x", padding_mode="replicate")
    found = np.abs(filters.apply(config, pictures.sample("bricks")).values).mean(axis=2)
    level, upright, face = (np.zeros((256, 256), bool) for _ in range(3))
    for row in range(9):  # as making/images.py draws it, away from the first and last bricks
        top = UPRIGHT * row
        lefts = [58 * column + (29 if row % 2 else 0) - 12 for column in range(1, 4)]
        for left in lefts:
            face[top + 7 : top + 18, left + 9 : left + 48] = True
            upright[top + 6 : top + 19, [left + 2, left + 55]] = True
            # Half of a brick's edge: no upright joint of the next row of bricks meets it.
            level[top : top + 25 : 24, left + 8 : left + 22] = True
    assert [round(float(found[where].mean())) for where in (level, face, upright)] == [16, 18, 143]


def test_the_curve_detector_tells_which_way_a_line_runs_and_hardly_which_way_it_bends() -> None:
    says(
        "filters",
        "A line that fits all six numbers would reach 105",
        "the quarter that bends its way (upper left) reaches 100",
        "the opposite one (lower right) 98, and the straight upright line 100",
        "The other two quarters reach 76, level lines at most 1",
    )
    config = FilterConfig(kernel="curve", normalise=True, bias=-150, grey=True, view="clipped")
    values = filters.apply(config, pictures.sample("curves")).values[:, :, 0]
    y, x = np.mgrid[:256, :256]
    ring = np.abs(np.hypot(x - 194, y - 62) - 50) < 3.5

    def most(where: np.ndarray) -> int:
        return round(float(values[where].max()))

    right, below = x > 194, y > 62
    quarters = [most(ring & (right == r) & (below == b)) for r in (0, 1) for b in (0, 1)]
    upper_left, lower_left, upper_right, lower_right = quarters
    assert (upper_left, lower_right, lower_left, upper_right) == (100, 98, 76, 75)
    assert most((np.abs(x - 200) < 7) & (y >= 150) & (y < 228)) == 100
    level = [(np.abs(y - 140) < 4) & (x >= 165) & (x < 195), (np.abs(y - 240) < 4) & (x < 120)]
    assert max(most(where) for where in level) == 1
    assert 255 - 150 == 105


def test_two_filters_agree_at_the_border_without_padding_or_around_a_whole_circle() -> None:
    says(
        "filters",
        "At the border the two ways can differ",
        "if nothing is padded, or if Circular keeps the size",
    )
    noise = np.random.default_rng(7).integers(0, 256, (24, 29, 3), dtype=np.uint8)
    differ = set()
    for mode in PADDING_MODES:
        for padding in ("same", 0, 1, 2, 8):
            for second in SECONDS:
                config = FilterConfig(
                    kernel="emboss", padding=padding, padding_mode=mode, dilation=2
                )
                pair = apply_pair(config, second, noise)
                rounding = 1e-5 * float(np.abs(pair.two).max())
                if padding == 0 or (mode, padding) == ("circular", "same"):
                    assert np.abs(pair.two - pair.one).max() <= rounding
                elif np.abs(pair.two - pair.one).max() > rounding:
                    differ.add((mode, padding))
    assert {("circular", 1), ("circular", 8)} <= differ, "a circle of another size is not enough"
    assert {(mode, "same") for mode in PADDING_MODES if mode != "circular"} <= differ
    black = np.zeros((24, 29, 3), np.uint8)
    black[10:14, 10:14] = 255  # zeros around zeros: padded, and yet they do not differ
    pair = apply_pair(FilterConfig(kernel="box"), "box", black)
    assert np.abs(pair.two - pair.one).max() <= 1e-3


# Convolution and colour ---------------------------------------------------------------------------


def windows_that_see(row: int, column: int, padding: int | str) -> int:
    """Cells of the output of a 3 × 3 kernel that change with one pixel of a 7 × 7 picture."""
    picture = torch.zeros(1, 1, 7, 7)
    picture[0, 0, row, column] = 1
    return int((F.conv2d(picture, torch.ones(1, 1, 3, 3), padding=padding) != 0).sum())


def test_how_often_a_corner_is_seen() -> None:
    says(
        "convolution",
        "Nine of the 25 windows see the bright pixel in the middle",
        "but only one sees the corner",
        "With 1 zero on each side four windows see the corner",
        "sees each corner pixel once, and a pixel in the middle nine times",
    )
    assert F.conv2d(torch.zeros(1, 1, 7, 7), torch.ones(1, 1, 3, 3)).numel() == 25
    assert windows_that_see(3, 3, 0) == 9
    corners = [(row, column) for row in (0, 6) for column in (0, 6)]
    for padding, count in ((0, 1), (1, 4), (2, 9)):
        assert {windows_that_see(*corner, padding) for corner in corners} == {count}
    experiment = next(e for e in read_lesson("convolution").steps if "corner" in e.title)
    assert dict(experiment.settings)["image_edits"] == "1~0000"


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
def test_same_padding_never_makes_a_picture_larger() -> None:
    says("convolution", "“same” keeps the size exactly", "a 3×3 kernel makes 9 cells of 7")
    for side in (1, 2, 5, 7, 28):
        for kernel in range(1, 9):
            for dilation in range(1, 4):
                layer = nn.Conv2d(1, 1, kernel, padding="same", dilation=dilation)
                assert layer(torch.zeros(1, 1, side, side)).shape == (1, 1, side, side)
    with pytest.raises(ValueError, match="same"):
        nn.Conv2d(1, 1, 3, stride=2, padding="same")
    assert nn.Conv2d(1, 1, 3, padding=2)(torch.zeros(1, 1, 7, 7)).shape[-1] == 9


def test_what_a_fully_connected_layer_would_need_in_place_of_six_filters() -> None:
    says(
        "colour",
        "6 · 76 = 456 parameters",
        "each of its 4,704 units needs a weight for each of the 3,072 numbers",
        "14,455,392 parameters",
        "That is one *unit* of it. A layer of 100 units has 307,200",
    )
    filters_ = nn.Conv2d(3, 6, 5)
    picture = torch.zeros(1, 3, 32, 32)
    assert sum(p.numel() for p in filters_.parameters()) == 456
    units = filters_(picture).numel()
    assert (units, picture.numel()) == (4_704, 3_072)
    with torch.device("meta"):
        dense, hundred = nn.Linear(3_072, units), nn.Linear(3_072, 100)
    assert sum(p.numel() for p in dense.parameters()) == 14_455_392
    assert hundred.weight.numel() == 307_200
    assert hundred.weight[0].numel() == 3_072


def test_what_a_filter_has_to_learn_and_where_the_notes_sum_stands() -> None:
    says("colour", "3·25 + 1 = 76", "it uses the same weights everywhere", "which count")
    one = ColourConfig(**opens("colour", "how many numbers"))
    assert one.parameters == sum(p.numel() for p in nn.Conv2d(3, 1, 5).parameters()) == 76
    six = ColourConfig(**opens("colour", "same weights"))
    part = replace(six, patch=8)
    assert part.parameters == six.parameters == 456
    assert part.multiply_adds < six.multiply_adds

    says("colour", "308 + (−498) + 164 + 1 = −25")
    notes = colour.describe(ColourConfig(**opens("colour", "by hand")))
    first = colour.explain(notes, 0, 0, 0)
    assert (*first.partial, first.bias, first.value) == (308, -498, 164, 1, -25)


def test_red_against_green_tells_the_eyes_from_the_fur() -> None:
    says("colour", "below zero in the cat’s green eyes and above zero in its orange fur")
    cat = colour.describe(ColourConfig(**opens("colour", "grey picture")))
    told = cat.output[0]
    left, right, forehead = told[14:16, 9:12], told[14:16, 18:21], told[9:12, 8:22]
    assert max(left.max(), right.max()) < 0
    assert forehead.min() > 0
    assert bool((cat.weight[0, 2] == 0).all()), "blue is always 0"


# Pooling ------------------------------------------------------------------------------------------


def opens(lesson: str, title: str) -> dict[str, Any]:
    """The settings of the step with this title."""
    step = next(step for step in read_lesson(lesson).steps if title in step.title)
    return dict(step.settings)


def test_what_pooling_leaves_of_a_picture_that_moves() -> None:
    says("pooling", "the 144 pixels of the 5 become [36 numbers]", "(x) No cell changes")
    first = pooling.describe(PoolConfig(**opens("pooling", "Keep the largest")))
    assert (first.image.numel(), first.before.numel()) == (144, 36)

    board = PoolConfig(**opens("pooling", "one pixel to the right"))
    told = pooling.describe(board)
    assert torch.equal(told.before, told.after)
    assert bool((told.image + pooling.shift(told.image, 1, 0, True) == 1).all()), "all flip"
    strided = pooling.describe(replace(board, kernel_size=1, stride=2))
    assert int(strided.kept.same[strided.at]) == 0

    says("pooling", "is the same, one cell to the right", "neither still nor followed")
    moved = PoolConfig(**opens("pooling", "A whole stride"))
    whole, half = (pooling.describe(replace(moved, right=right)) for right in (2, 1))
    assert torch.equal(whole.after[:, 1:], whole.before[:, :-1])
    assert not torch.equal(half.after[:, 1:], half.before[:, :-1])
    assert not torch.equal(half.after, half.before)


def test_how_much_a_move_by_one_pixel_changes() -> None:
    says("pooling", "one pixel up, down, left or right changes the output by up to 47 %")
    config = PoolConfig(**opens("pooling", "All moves"))
    most = []
    for kernel_size in (2, 4):
        change = pooling.describe(replace(config, kernel_size=kernel_size)).kept.change
        most.append(max(change[at].item() for at in ((2, 3), (4, 3), (3, 2), (3, 4))))
    assert most[0] == pytest.approx(0.47, abs=0.005)
    assert most[1] < most[0] - 0.1, "a larger window forgets more"


def test_the_padding_of_max_pooling_never_wins() -> None:
    says("pooling", "all its four pixels are negative, so it is −0.5")
    says("pooling", "With zeros around them it would be 0", "zeros are counted in")
    config = PoolConfig(**opens("pooling", "around the picture"))
    told = pooling.describe(config)
    assert told.before[0, -1].item() == -0.5
    assert bool((told.image[:2, -2:] < 0).all())
    zeros = F.max_pool2d(F.pad(told.image[None], (1,) * 4), 3, 2)[0]
    assert zeros[0, -1].item() == 0
    average = pooling.describe(replace(config, kind="average")).before[0, -1].item()
    assert average == pytest.approx(told.image[:2, -2:].sum().item() / 9)


# CNN builder --------------------------------------------------------------------------------------


def kept_for_the_backward_pass(text: str) -> int:
    """Bytes that autograd keeps of one image in the forward pass, without the weights."""
    network = built(text)
    weights = {p.untyped_storage().data_ptr() for p in network.parameters()}
    kept: dict[int, Tensor] = {}

    def keep(saved: Tensor) -> Tensor:
        kept[saved.untyped_storage().data_ptr()] = saved
        return saved

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda saved: saved):
        network(torch.rand(1, 1, 28, 28))
    return sum(
        tensor.untyped_storage().nbytes() for at, tensor in kept.items() if at not in weights
    )


def test_memory_is_the_size_of_the_outputs_and_not_what_autograd_keeps() -> None:
    says(
        "builder",
        "the size of the outputs, 4 bytes for each number",
        "which puts out 60.0 kB, PyTorch keeps 35.5 kB with the picture",
        "137.2 kB beside outputs of 115.1 kB",
    )
    for text, puts_out, keeps in ((LENET, 60.0, 35.5), (PRESETS["mnist"].text, 115.1, 137.2)):
        assert round(describe(parse(text)).memory / 1000, 1) == puts_out
        assert round(kept_for_the_backward_pass(text) / 1000, 1) == keeps
        sizes = [4 * math.prod(shape) for shape in describe(parse(text)).shapes[1:]]
        assert describe(parse(text)).memory == sum(sizes)


def test_softplus_is_relu_with_a_round_corner() -> None:
    says(
        "builder", r"by $\ln 2 \approx 0.69$ at $z = 0$", "by less than 0.05 below $-3$ and above 3"
    )
    z = torch.linspace(-20, 20, 40_001, dtype=torch.float64)
    above = nn.Softplus()(z) - z.relu()
    assert (above > 0).all()
    assert above[20_000].item() == pytest.approx(0.69, abs=0.005)
    assert above[z.abs() >= 3].max() < 0.05
    says("builder", "above 20 gives $z$ itself, because float32 could not tell the two apart")
    over = torch.linspace(20, 90, 7_001)[1:]
    exact = np.logaddexp(0, over.double().numpy()).astype(np.float32)
    assert np.array_equal(nn.Softplus()(over).numpy(), exact)
    assert np.array_equal(over.numpy(), exact)


def test_softplus_in_place_of_relu_changes_no_number_of_the_table() -> None:
    experiment = next(e for e in read_lesson("builder").steps if "round" in e.title)
    text = str(dict(experiment.settings)["layers"])
    soft, hard = describe(parse(text)).rows, describe(parse(text.replace("softplus", "relu"))).rows
    for one, other in zip(soft, hard, strict=True):
        assert (one.shape, one.parameters, one.multiply_adds, one.memory, one.field) == (
            other.shape, other.parameters, other.multiply_adds, other.memory, other.field
        )  # fmt: skip


def layers_of(step: str) -> tuple[str, list[LayerRow]]:
    """Text and rows of the network that this step of the builder's story sets up."""
    found = next(one for one in read_lesson("builder").steps if one.title == step)
    text = str(dict(found.settings)["layers"])
    return text, list(describe(parse(text)).rows)


def test_where_lenet_has_its_parameters_and_does_its_work() -> None:
    says(
        "builder",
        "two convolutions and three linear layers",
        "most of its 61,706 **parameters**",
        "Layer 8 joins 400 numbers to 120: that takes 48,120 parameters, each used once",
        "Layer 4 has only 2,416",
        "at 10 × 10 places: 240,000 of 416,520 multiply-adds",
    )
    _, rows = layers_of("Predict first: where do the parameters sit?")
    parameters, adds = [row.parameters for row in rows], [row.multiply_adds for row in rows]
    assert (sum(parameters), sum(adds)) == (61_706, 416_520)
    assert (parameters.index(max(parameters)), adds.index(max(adds))) == (7, 3)
    assert (parameters[7], parameters[3], adds[7], adds[3]) == (48_120, 2_416, 48_000, 240_000)
    assert (rows[6].shape, rows[7].shape, rows[3].shape) == ((400,), (120,), (16, 10, 10))
    kinds = [type(row.layer) for row in rows]
    assert (kinds.count(Conv), kinds.count(Linear)) == (2, 3)


def test_two_small_kernels_see_as_much_as_a_large_one_and_dilation_costs_nothing() -> None:
    says("builder", "widen it by 2 + 2, as one kernel of 5 × 5", "from 8 to 8 filters has 1,608")
    text, rows = layers_of("Two small kernels or a large one?")
    fields = [row.field.size for row in rows if row.field]
    assert (fields[0], fields[2], fields[4]) == (5, 7, 9)
    large = describe(parse("conv_8_k5-conv_8_k5-flatten-linear_10")).rows[1]
    assert large.field is not None
    assert (large.parameters, large.field.size) == (1_608, 9)
    assert rows[2].parameters + rows[4].parameters < large.parameters
    spread = describe(parse(text.replace("conv_8-relu-flatten", "conv_8_d4-relu-flatten")))
    assert spread.rows[4].parameters == rows[4].parameters
    assert spread.rows[4].field is not None
    assert spread.rows[4].field.size == 15
    assert to_text(spread.layers) == reached("See more for nothing")


def test_pooling_first_gives_the_same_answers_and_a_quarter_of_the_activations() -> None:
    says("builder", "The answers stay the same", "it now touches only about a quarter of them")
    text, before = layers_of("Pool first")
    after = describe(parse(reached("Pool first"))).rows
    touched = [
        sum(math.prod(row.shape) for row in rows if len(row.shape) == 3 and row.layer == LEAKY)
        for rows in (before, after)
    ]
    assert touched[1] / touched[0] == pytest.approx(0.25, abs=0.02)
    assert sum(row.memory for row in after) < sum(row.memory for row in before)
    torch.manual_seed(0)
    usual, pooled = built(text).eval(), built(reached("Pool first")).eval()
    weights = zip(usual.parameters(), pooled.parameters(), strict=True)
    with torch.no_grad():
        for here, there in weights:
            there.copy_(here)
    images = torch.rand(8, 1, 28, 28)
    assert torch.equal(usual(images), pooled(images))


def reached(step: str) -> str:
    """The network that ticks this step of the builder's story."""
    found = next(one for one in read_lesson("builder").steps if one.title == step)
    return str(dict(found.done)["layers"])


@pytest.mark.parametrize("step", read_lesson("builder").steps, ids=lambda step: step.title)
def test_each_network_that_a_step_asks_for_can_be_built(step: Step) -> None:
    for settings in filter(None, (step.settings, step.done)):
        text = str(dict(settings)["layers"])
        assert to_text(parse(text)) == text  # as the builder writes it
        assert not describe(parse(text)).problem


def test_the_code_under_cnn_code_is_a_perceptron_784_50_20_10() -> None:
    says("builder", "784-50-20-10", "most of its 40,480 parameters")
    experiment = next(e for e in read_lesson("builder").steps if "CNN" in e.title)
    network = built(str(dict(experiment.settings)["layers"]))
    dense = [layer for layer in network if isinstance(layer, nn.Linear)]
    assert [dense[0].in_features, *(layer.out_features for layer in dense)] == [784, 50, 20, 10]
    assert not any(isinstance(layer, nn.Conv2d) for layer in network)
    assert sum(p.numel() for p in network.parameters()) == 40_480
    assert len(re.findall("relu", str(dict(experiment.settings)["layers"]))) == 2
