from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
import torch
from safetensors import safe_open
from torch import fx, nn

import model
from model import registry
from model.card import Network

CHECKPOINTS = [
    (network_id, checkpoint)
    for network_id, network in registry.NETWORKS.items()
    for checkpoint in network.card.checkpoints
]
OURS = [network_id for network_id, network in registry.NETWORKS.items() if network.published is None]

# What `convscope evaluate NAME` printed for these very weights. Whoever trains anew measures anew, and writes
# the figure here and on the card.
MEASURED = {
    "lecture-cnn": ("8a046ba7a0dc6770c9728f42a56f50171f0ef493f28c7996c343f2263257ccc1", 1_402, 2_000),
    "lenet": ("ba5fc977201e4d904e0739a4cf7d379fe357c6b87f2a3bedcd1636ebdd9bd741", 4_939, 5_000),
    "tiny-vgg": ("c6700076b806517d154d6995a4197bd6c2e6fa0dcd32d40c9b7dc4abd618166b", 6_750, 10_000),
    "small-vgg": ("b1b82574a35badcf3d0cd7f90e4db42824d14e8086b05144329d7cce1ab61f8c", 9_043, 10_000),
}


@pytest.fixture(params=list(registry.NETWORKS))
def network(request: pytest.FixtureRequest) -> Network:
    return registry.get(request.param)


@pytest.fixture
def batch(network: Network) -> torch.Tensor:
    return torch.rand(2, *network.card.input_shape, generator=torch.Generator().manual_seed(0))


def test_every_file_of_a_network_is_in_the_list_once_and_nothing_else_is() -> None:
    modules = [import_module(f"model.{module.name}") for module in iter_modules(model.__path__)]
    networks = [module.NETWORK for module in modules if hasattr(module, "NETWORK")]
    assert sorted(registry.NETWORKS) == sorted(network.card.id for network in networks)
    assert all(registry.get(network.card.id) is network for network in networks)


def test_networks_are_listed_in_the_order_of_teaching() -> None:
    """Shallow networks come first; of equally deep ones, the one with the smaller input."""

    def difficulty(network: Network) -> tuple[int, int]:
        return len(fx.symbolic_trace(network.build()).graph.nodes), math.prod(network.card.input_shape)

    networks = list(registry.NETWORKS.values())
    assert networks == sorted(networks, key=difficulty)


def test_unknown_network_names_those_that_exist() -> None:
    with pytest.raises(
        registry.UnknownNetwork, match="no network 'vgg-16'; there are lecture-cnn, lenet"
    ) as caught:
        registry.get("vgg-16")
    assert isinstance(caught.value, KeyError)


def test_unknown_checkpoint_names_those_that_exist() -> None:
    with pytest.raises(registry.UnknownCheckpoint, match=r"'epoch-999'; it has initial, epoch-1, .*trained"):
        registry.load("lenet", "epoch-999")
    with pytest.raises(registry.UnknownCheckpoint):
        registry.load("lenet", "../lenet/trained")


@pytest.mark.parametrize(("network_id", "checkpoint"), CHECKPOINTS)
def test_every_listed_checkpoint_loads_ready_to_serve(network_id: str, checkpoint: str) -> None:
    module = registry.load(network_id, checkpoint)
    assert not any(part.training for part in module.modules())
    assert not any(parameter.requires_grad for parameter in module.parameters())
    floats = [value for value in module.state_dict().values() if value.is_floating_point()]
    assert {value.dtype for value in floats} == {torch.float32}
    assert all(torch.isfinite(value).all() for value in floats)


def test_checkpoints_run_from_initial_to_trained_and_all_differ(network: Network) -> None:
    card = network.card
    assert card.checkpoints[0] == "initial"
    assert card.checkpoints[-1] == "trained"
    epochs = [int(name.removeprefix("epoch-")) for name in card.checkpoints[1:-1]]
    assert epochs == sorted(epochs)
    first = [next(registry.load(card.id, name).parameters()) for name in card.checkpoints]
    assert all(not torch.equal(a, b) for i, a in enumerate(first) for b in first[:i])


def test_initial_is_what_the_seed_gives(network: Network) -> None:
    before = torch.random.get_rng_state()
    seeded = registry.seeded(network).state_dict()
    assert torch.equal(torch.random.get_rng_state(), before)
    saved = registry.load(network.card.id, "initial").state_dict()
    for name, value in seeded.items():
        # Half precision keeps eleven bits.
        torch.testing.assert_close(saved[name], value, rtol=2**-11, atol=1e-7)


def test_output_is_the_softmax_or_sigmoid_of_the_logits(network: Network, batch: torch.Tensor) -> None:
    module = registry.load(network.card.id)
    logits, probabilities = module.logits(batch), module(batch)
    if logits.shape == (2, 1):
        assert len(network.card.labels) == 2
        assert torch.equal(probabilities, torch.sigmoid(logits))
    else:
        assert logits.shape == (2, len(network.card.labels))
        assert torch.equal(probabilities, torch.softmax(logits, dim=1))


def test_graph_can_be_traced_and_computes_the_same(network: Network, batch: torch.Tensor) -> None:
    module = registry.load(network.card.id)
    assert torch.equal(fx.symbolic_trace(module)(batch), module(batch))


def test_every_operation_is_visible(network: Network) -> None:
    graph = fx.symbolic_trace(network.build()).graph
    for node in graph.nodes:
        assert node.op in {"placeholder", "call_module", "call_function", "output"}, node
        if node.op == "call_function":
            assert node.target.__name__ == "add", node
    assert not any(getattr(part, "inplace", False) for part in network.build().modules())


def readable(names: Iterator[str]) -> bool:
    return all(re.fullmatch(r"[a-z]+\d?(_\d)?", name) for name in names)


@pytest.mark.parametrize("network_id", OURS)
def test_our_layers_have_names_for_readers_and_are_used_once_each(network_id: str) -> None:
    module = registry.get(network_id).build()
    called = [str(n.target) for n in fx.symbolic_trace(module).graph.nodes if n.op == "call_module"]
    assert called == [name for name, _ in module.named_children()]
    assert readable(iter(called))


def test_preprocessing_makes_the_stated_input(network: Network) -> None:
    from PIL import Image

    for mode in ("RGB", "L"):
        tensor = network.card.preprocessing.apply(
            Image.new(mode, (53, 37), 200 if mode == "L" else (9, 80, 255))
        )
        assert tensor.shape == network.card.input_shape
        assert tensor.dtype == torch.float32


def test_labels_are_unique_words(network: Network) -> None:
    labels = network.card.labels
    assert len(set(labels)) == len(labels)
    assert all(label == label.strip() and label for label in labels)


def test_card_states_where_all_comes_from(network: Network) -> None:
    card = network.card
    assert card.license == "Apache-2.0"
    assert card.title
    assert card.summary.endswith(".")
    assert card.dataset
    ours = network.recipe is not None
    assert (f"convscope train {card.id}" in card.source) == ours
    assert (card.accuracy is not None) == ours


def test_parameters_counts_what_is_learned() -> None:
    # Every layer's by hand: weights and biases, batch norm's scales and shifts.
    assert registry.parameters(registry.get("lenet")) == 156 + 2_416 + 48_120 + 10_164 + 850
    assert registry.parameters(registry.get("tiny-vgg")) == 280 + 3 * 910 + 2_510
    convolutions = 9 * (3 * 32 + 32 * 32 + 32 * 64 + 64 * 64 + 64 * 128 + 128 * 128)
    assert registry.parameters(registry.get("small-vgg")) == convolutions + 2 * 2 * (32 + 64 + 128) + 1_290
    assert registry.parameters(registry.get("efficientnet-lite0")) == 4_652_008


@pytest.mark.parametrize("network_id", list(MEASURED))
def test_card_states_the_accuracy_measured_with_these_weights(network_id: str) -> None:
    digest, correct, count = MEASURED[network_id]
    accuracy = registry.get(network_id).card.accuracy
    assert accuracy is not None
    assert (accuracy.value, accuracy.count) == (correct / count, count)
    assert hashlib.sha256(registry.weights_path(network_id, "trained").read_bytes()).hexdigest() == digest


def test_weights_are_small_and_cannot_run_code() -> None:
    files = [path for path in registry.WEIGHTS.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".safetensors"}
    assert sum(path.stat().st_size for path in files) <= 12_000_000
    for path in files:
        with safe_open(path, framework="pt") as opened:
            assert list(opened.keys())


def test_weights_are_those_of_the_cards_and_no_others() -> None:
    listed = {
        registry.weights_path(network_id, checkpoint)
        for network_id, checkpoint in CHECKPOINTS
        if registry.get(network_id).published is None
    }
    assert set(registry.WEIGHTS.rglob("*.safetensors")) == listed


def test_weights_of_another_network_are_refused() -> None:
    with pytest.raises(RuntimeError, match=r"Missing key|Unexpected key|size mismatch"):
        registry.read(registry.get("tiny-vgg"), registry.weights_path("small-vgg", "initial"))


def test_half_precision_is_widened_exactly() -> None:
    network = registry.get("lenet")
    path = registry.weights_path("lenet", "trained")
    with safe_open(path, framework="pt") as opened:
        half = opened.get_tensor("fc1.weight")
    module = registry.read(network, path)
    assert half.dtype == torch.float16
    assert isinstance(module, nn.Module)
    assert torch.equal(module.get_parameter("fc1.weight"), half.float())


def test_an_initial_without_a_file_is_drawn_from_its_seed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "weights_path", lambda *_: tmp_path / "none.safetensors")
    seeded = registry.load("tiny-vgg", "initial").state_dict()
    expected = registry.seeded(registry.get("tiny-vgg")).state_dict()
    assert all(torch.equal(seeded[name], expected[name]) for name in expected)
    with pytest.raises(FileNotFoundError):
        registry.load("tiny-vgg", "trained")
