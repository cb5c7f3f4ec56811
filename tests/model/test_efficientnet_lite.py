from __future__ import annotations

from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import nn
from torch.nn import functional

from model import efficientnet_lite, registry

pytestmark = pytest.mark.numbers

SAMPLES = Path(__file__).parents[2] / "static" / "samples"


def test_state_dict_has_the_published_names_and_shapes() -> None:
    published = efficientnet_lite.published_weights()
    ours = efficientnet_lite.EfficientNetLite0().state_dict()
    assert {name: value.shape for name, value in ours.items()} == {
        name: value.shape for name, value in published.items()
    }


def same_padding(x: torch.Tensor, conv: nn.Conv2d) -> torch.Tensor:
    """Pad by TensorFlow's rule: as many cells as give ⌈side / stride⌉ outputs, the odd one at the end."""
    pads: list[int] = []
    for axis in (1, 0):
        side, k, s = x.shape[2 + axis], conv.kernel_size[axis], conv.stride[axis]
        total = max((-(-side // s) - 1) * s + k - side, 0)
        pads += [total // 2, total - total // 2]
    return functional.pad(x, pads)


def test_convolutions_pad_as_tensorflow_did_when_the_weights_were_trained() -> None:
    module = registry.load("efficientnet-lite0")
    strided = []

    def check(conv: nn.Conv2d, inputs: tuple[torch.Tensor], output: torch.Tensor) -> None:
        raw = before.pop() if conv.stride == (2, 2) else inputs[0]
        expected = functional.conv2d(
            same_padding(raw, conv), conv.weight, stride=conv.stride, groups=conv.groups
        )
        torch.testing.assert_close(output, expected)
        strided.append(conv.stride == (2, 2))

    before: list[torch.Tensor] = []
    for part in module.modules():
        if isinstance(part, nn.ZeroPad2d):
            part.register_forward_hook(lambda _module, inputs, _output: before.append(inputs[0]))
        if isinstance(part, nn.Conv2d):
            part.register_forward_hook(check)
    module(torch.rand(1, 3, 224, 224))
    assert len(strided) == 1 + 2 + 15 * 3 + 1
    assert sum(strided) == 5


@pytest.mark.parametrize(
    ("sample", "names"),
    [("chelsea", {"tabby", "tiger cat", "Egyptian cat"}), ("coffee", {"espresso", "cup"})],
)
def test_names_what_is_in_a_photograph(sample: str, names: set[str]) -> None:
    card = registry.get("efficientnet-lite0").card
    (path,) = SAMPLES.glob(f"{sample}.*")
    with Image.open(path) as image:
        batch = card.preprocessing.apply(image.convert("RGB"))[None]
    probabilities = registry.load("efficientnet-lite0")(batch)[0]
    first = card.labels[int(probabilities.argmax())]
    assert first in names
    assert sum(float(probabilities[card.labels.index(name)]) for name in names) > 0.8


def test_card_states_the_published_figure_as_not_ours() -> None:
    card = registry.get("efficientnet-lite0").card
    assert card.accuracy is None
    assert any("75.1 %" in note and "not measured" in note.replace("\n", " ") for note in card.notes)
