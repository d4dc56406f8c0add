"""Two runs that differ in dropout only, their gap, and the masks, against PyTorch's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from dl101_core.cnn.dropout.compute import NETS, PairConfig, gap_of, pair_of
from dl101_core.cnn.dropout.masks import (
    PASSES,
    Masks,
    activations,
    draw_masks,
    fresh_net,
    maps_of,
    places,
)
from dl101_core.cnn.dropout.masks_view import captions
from dl101_core.cnn.dropout.maths import (
    gap_rows,
    gap_sentence,
    masks_latex,
    name_of,
    other_settings,
    pair_latex,
    stop_note,
)
from dl101_core.cnn.dropout.script import masks_script, pair_script
from dl101_core.data import load
from dl101_core.lab.gap import Gap, Score
from dl101_core.models import build_model
from dl101_core.tasks.images.config import ImageConfig
from dl101_core.training.checkpoints import trained_model
from dl101_core.training.events import Checkpointed, Evaluated
from dl101_core.training.loop import split_of, train
from tests.scripts import run_script

ROOT = Path(__file__).resolve().parents[3]
TINY = PairConfig(
    data="strokes", train_size=70, val_size=40, net="cnn", epochs=2, dropout=0.5, lr=0.002, seed=3
)


def ended(config: ImageConfig) -> tuple[bytes, Evaluated]:
    """The last checkpoint before the test set is read, and the last validation."""
    seen: list[Evaluated] = []
    for event in train(config):
        if isinstance(event, Evaluated):
            seen.append(event)
        if isinstance(event, Checkpointed):
            return event.state, seen[-1]
    raise AssertionError("the run told no checkpoint")


def test_the_runs_of_a_pair_differ_in_dropout_only() -> None:
    for net in NETS:
        without, dropped = PairConfig(data="strokes", net=net, dropout=0.4).runs
        assert without.model.dropout == 0
        assert without == replace(dropped, model=replace(dropped.model, dropout=0.0))
        first, second = (
            list(build_model(c.model, c.seed).parameters()) for c in (without, dropped)
        )
        assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def test_the_notes_pattern_is_dropout_0_4() -> None:
    model = build_model(PairConfig().runs[1].model, 0)
    drops = [layer.p for layer in model if isinstance(layer, nn.Dropout)]  # type: ignore[attr-defined]
    assert drops == pytest.approx([0.25, 0.25, 0.4, 0.3])
    assert [place.p for place in places("fashion_cnn", 0.4)] == drops
    assert [place.p for place in places("cnn", 0.4)] == [0.4]


def test_only_two_runs_that_differ_in_dropout_are_a_pair() -> None:
    without, dropped = TINY.runs
    assert pair_of([without, dropped]) == pair_of([dropped, without]) == TINY
    assert pair_of([dropped]) == TINY
    assert pair_of([without]) == replace(TINY, dropout=PairConfig.dropout)
    other = replace(dropped.model, dropout=0.3)
    for runs in (
        [],
        [without, without],
        [dropped, replace(dropped, model=other)],
        [without, replace(dropped, seed=4)],
        [without, replace(dropped, epochs=3)],
        [replace(without, batch_size=32), replace(dropped, batch_size=32)],
        [ImageConfig()],
        [replace(dropped, model=replace(dropped.model, name="gru"))],
    ):
        assert pair_of(runs) is None


@pytest.mark.parametrize(("field", "value"), [("net", "gru"), ("dropout", 0.0), ("dropout", 1.0)])
def test_an_impossible_pair_is_named(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=rf"{field} \(={value!r}\)"):
        replace(TINY, **{field: value})  # type: ignore[arg-type]


def test_scores_are_taken_with_nothing_dropped_on_the_images_of_the_run() -> None:
    for config in TINY.runs:
        state, validated = ended(config)
        told = gap_of(config, state)
        # Validation: what the trainer itself found in evaluation mode.
        assert told.val == Score(40, validated.loss, validated.measure("accuracy"))
        # Training: the network applied to the first of the seeded shuffle, by hand.
        split = load("strokes").train
        order = torch.randperm(len(split), generator=torch.Generator().manual_seed(3))[:70]
        model = trained_model(config, state)
        with torch.no_grad():
            logits = model(split.images[order][:, None].float() / 255)
        labels = split.labels[order]
        assert told.train.images == 70
        assert told.train.accuracy == (logits.argmax(1) == labels).double().mean()
        assert told.train.loss == pytest.approx(float(F.cross_entropy(logits, labels)), rel=1e-5)


def test_the_split_is_the_trainers_and_its_parts_do_not_meet() -> None:
    _, first, second = split_of(TINY.runs[0], 200)
    assert (len(first), len(second)) == (70, 40)
    assert not set(first.tolist()) & set(second.tolist())


def test_masks_are_bit_for_bit_those_of_nn_dropout() -> None:
    image = load("strokes").test.images[5]
    for net in NETS:
        for p in (0.05, 0.4, 0.9):
            for place in places(net, p):
                before = activations(fresh_net(net, p, 2), place, image)
                for seed in (0, 7, 2**31 - 1):
                    drawn = draw_masks(before, place, seed, 16)
                    with torch.random.fork_rng(devices=[]):
                        torch.manual_seed(seed)
                        layer = nn.Dropout(place.p).train()
                        passes = [layer(before) for _ in range(16)]
                    assert all(map(torch.equal, drawn.afters, passes))
                    mean = torch.stack(passes).double().mean(0)
                    assert torch.allclose(drawn.mean, mean, rtol=0, atol=1e-12)
                    assert drawn.errors[1] == pytest.approx(
                        float((mean - before).square().mean().sqrt())
                    )
                    for mask, after in zip(drawn.masks, passes, strict=False):
                        assert torch.equal(after == 0, (mask == 0) | (before == 0))


def test_torchs_own_random_state_is_left_alone() -> None:
    before = torch.get_rng_state()
    drawn = masks_for("cnn")
    assert torch.equal(torch.get_rng_state(), before)
    assert len(drawn.masks) == PASSES


def masks_for(net: str, averaged: int = 64, training: bool = True) -> Masks:
    place = places(net, 0.4)[-1]
    image = load("strokes").test.images[1]
    return draw_masks(
        activations(fresh_net(net, 0.4, 0), place, image), place, 1, averaged, training
    )


def test_evaluation_mode_passes_on_what_comes_in() -> None:
    drawn = masks_for("cnn", training=False)
    assert all(torch.equal(after, drawn.before) for after in drawn.afters)
    assert torch.equal(drawn.mean.float(), drawn.before)
    assert drawn.errors == (0.0, 0.0)
    assert (drawn.scale, drawn.expected, drawn.dropped) == (1.0, 0.0, (0, 0, 0))
    assert "y &= x" in masks_latex(drawn)


def test_what_a_mask_drops_stands_beside_what_its_layer_is_expected_to_drop() -> None:
    image = load("strokes").test.images[1]
    for place, share in zip(places("fashion_cnn", 0.4), ("25", "25", "40", "30"), strict=True):
        drawn = draw_masks(activations(fresh_net("fashion_cnn", 0.4, 0), place, image), place, 1)
        said = captions(drawn)["masks"]
        assert isinstance(said, list)
        for number, (words, count) in enumerate(zip(said, drawn.dropped, strict=True), 1):
            of_all = f"{count / drawn.units:.1%}"
            assert words == f"Mask {number}: {of_all} dropped"
        assert captions(drawn)["expected"] == f"Expected to drop here: {share}%. "
        assert rf"\text{{expected to drop}} &= 0.{share.rstrip('0')} \cdot" in masks_latex(drawn)
    assert captions(masks_for("cnn", training=False))["expected"] == ""
    assert captions(masks_for("cnn", training=False))["masks"] == [
        f"Mask {number}: nothing dropped" for number in (1, 2, 3)
    ]


def test_the_mean_of_many_masks_comes_back_to_the_original_as_theory_says() -> None:
    for place in places("fashion_cnn", 0.4):
        image = load("strokes").test.images[1]
        before = activations(fresh_net("fashion_cnn", 0.4, 0), place, image)
        for averaged in (1, 16, 256):
            drawn = draw_masks(before, place, 1, averaged)
            assert drawn.errors[1] == pytest.approx(drawn.expected, rel=0.25)
    with pytest.raises(ValueError, match=r"averaged \(=0\)"):
        draw_masks(before, place, 1, 0)


def test_a_hand_computed_unit() -> None:
    place = replace(places("cnn", 0.4)[0], p=0.5)
    drawn = draw_masks(torch.tensor([[0.25, -2.0]]), place, 0, 1)
    for mask, after in zip(drawn.masks, drawn.afters, strict=True):
        assert after.tolist() == [[0.25 * 2 * mask[0, 0], -2.0 * 2 * mask[0, 1]]]
    assert drawn.scale == 2
    # rms(x) = sqrt((0.0625 + 4) / 2), times sqrt(0.5 / 0.5 / 1)
    assert drawn.expected == pytest.approx(1.425219)


def test_activations_are_the_layers_before_it_applied_by_hand() -> None:
    image = load("strokes").test.images[0]
    weights = fresh_net("fashion_cnn", 0.4, 0).state_dict()
    features = image[None, None].float() / 255
    for place, index in zip(places("fashion_cnn", 0.4), (0, 4, 8), strict=False):
        features = F.conv2d(features, weights[f"{index}.weight"], weights[f"{index}.bias"], 1, 1)
        features = F.max_pool2d(F.leaky_relu(features, 0.1), 2, ceil_mode=True)
        found = activations(fresh_net("fashion_cnn", 0.4, 0), place, image)
        assert torch.allclose(found, features, atol=1e-5)
        assert maps_of(found).shape[0] == 16


def test_the_pairs_script_prints_the_gaps() -> None:
    done = [gap_of(config, ended(config)[0]) for config in TINY.runs]
    script = pair_script(TINY, done)
    assert run_script(script.source) == script.prints
    assert script.prints.count("gap") == 2
    assert pair_script(TINY).prints == ""


def test_the_masks_script_prints_the_errors_in_a_fresh_and_in_a_trained_net() -> None:
    drawn = masks_for("cnn")
    pair = replace(TINY, seed=0, dropout=0.4)
    script = masks_script(pair, 1, 1, drawn)
    assert run_script(script.source) == script.prints
    place = places("cnn", 0.5)[0]
    model = trained_model(TINY.runs[1], ended(TINY.runs[1])[0])
    assert isinstance(model, nn.Sequential)
    before = activations(model, place, load("strokes").test.images[4])
    for training in (True, False):
        drawn = draw_masks(before, place, 9, 4, training)
        script = masks_script(TINY, 4, 9, drawn, trained=True)
        assert run_script(script.source) == script.prints
    assert masks_script(TINY, 4, 9, drawn, trained=True, repeatable=False).prints == ""


def told(train_accuracy: float, val_accuracy: float) -> Gap:
    return Gap(Score(500, 0.1, train_accuracy), Score(250, 0.35, val_accuracy))


def test_runs_that_were_stopped_and_other_settings_are_named() -> None:
    assert stop_note({"Without dropout": (40, 40), "Dropout 0.4": (40, 40)}) == ""
    note = stop_note({"Without dropout": (1165, 2000), "Dropout 0.4": (2000, 2000)})
    assert "Without dropout at step 1,165 of 2,000, Dropout 0.4 at step 2,000" in note
    shown = PairConfig(data="strokes", train_size=1200, net="cnn", epochs=8)
    asked = replace(shown, data="mnist", epochs=9, train_size=200, lr=0.1, seed=4)
    assert other_settings(shown, asked) == (
        "data Strokes (built in), training images 1,200, epochs 8, lr 0.002, seed 0"
    )
    assert other_settings(shown, shown) == ""


def test_the_gap_is_said_in_words() -> None:
    pair = [("Without dropout", told(0.906, 0.776)), ("Dropout 0.4", told(0.838, 0.788))]
    assert gap_sentence(pair) == (
        "Without dropout the net knows its training images 13.0 points better than new ones; "
        "with dropout 0.4, 5.0 points."
    )
    assert gap_sentence([pair[0], ("Dropout 0.4", told(0.5, 0.52))]).endswith(
        "; with dropout 0.4 it knows new images 2.0 points better than its training images."
    )
    assert gap_sentence([("Dropout 0.4", told(0.5, 0.52))]) == (
        "With dropout 0.4 the net knows new images 2.0 points better than its training images."
    )
    assert "as well as" in gap_sentence([("Without dropout", told(0.5, 0.502))])
    rows = gap_rows(pair, {"Without dropout": 0.71})
    assert rows[0]["Training (500 images)"] == "90.6 % (loss 0.100)"
    assert rows[0]["Gap"] == "**13.0 points** (loss 0.25)"
    assert [row["Test"] for row in rows] == ["71.0 %", ""]
    assert r"90.6\,\% - 77.6\,\% = 13.0" in pair_latex(PairConfig(), pair)
    assert r"\lceil 200 / 64 \rceil \cdot 30 = 120" in pair_latex(PairConfig(), [])
    assert [name_of(config) for config in TINY.runs] == ["Without dropout", "Dropout 0.5"]
