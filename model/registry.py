"""The one list of networks. Adding a network is one file beside this one and one line in `NETWORKS`."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

import torch
from safetensors.torch import load_file
from torch import nn

from model import efficientnet_lite, lecture_cnn, lenet, small_vgg, tiny_vgg
from model.card import Network

# The generator is the whole process's: two threads that draw at once would draw different weights.
_RANDOM = Lock()

WEIGHTS = Path(__file__).resolve().parent / "weights"

NETWORKS: dict[str, Network] = {
    network.card.id: network
    for network in (
        lecture_cnn.NETWORK,
        lenet.NETWORK,
        tiny_vgg.NETWORK,
        small_vgg.NETWORK,
        efficientnet_lite.NETWORK,
    )
}


class UnknownNetwork(KeyError):
    """No network has that id; the message names those that exist."""

    def __init__(self, network_id: str) -> None:
        super().__init__(network_id)
        self.network_id = network_id

    def __str__(self) -> str:
        return f"no network {self.network_id!r}; there are {', '.join(NETWORKS)}"


class UnknownCheckpoint(KeyError):
    """The network has no such checkpoint; the message names those that it has."""

    def __init__(self, network_id: str, checkpoint: str) -> None:
        super().__init__(checkpoint)
        self.network_id = network_id
        self.checkpoint = checkpoint

    def __str__(self) -> str:
        names = ", ".join(NETWORKS[self.network_id].card.checkpoints)
        return f"{self.network_id} has no checkpoint {self.checkpoint!r}; it has {names}"


def get(network_id: str) -> Network:
    """Return the network of that id.

    Raises:
        UnknownNetwork: there is none.
    """
    try:
        return NETWORKS[network_id]
    except KeyError:
        raise UnknownNetwork(network_id) from None


def load(network_id: str, checkpoint: str = "trained") -> nn.Module:
    """Return the network with that checkpoint's weights: float32, in eval mode, without gradients.

    Weights kept in half precision are widened. A network that others published has no files of ours: its
    ``trained`` is what they published. An ``initial`` without a file is drawn from a fixed seed.

    Raises:
        UnknownNetwork: no network has that id.
        UnknownCheckpoint: the network's card does not list that checkpoint.
    """
    network = get(network_id)
    if checkpoint not in network.card.checkpoints:
        raise UnknownCheckpoint(network_id, checkpoint)
    path = weights_path(network_id, checkpoint)
    if network.published is None and (checkpoint != "initial" or path.is_file()):
        module = read(network, path)
    else:
        module = seeded(network)
        if network.published is not None and checkpoint == "trained":
            module.load_state_dict(network.published(), strict=True)
    return module.eval().requires_grad_(requires_grad=False)


def read(network: Network, path: Path) -> nn.Module:
    """Return the network with the weights of a safetensors file, each widened to the module's own type.

    Raises:
        FileNotFoundError: there is no such file.
        RuntimeError: its names or shapes are not the module's.
    """
    module = seeded(network)
    # Copying into a parameter converts to its type, which widens half precision exactly.
    module.load_state_dict(load_file(path), strict=True)
    return module


def seeded(network: Network) -> nn.Module:
    """Return the untrained network, drawn from its recipe's seed (0 without one).

    The process's own random state stays as it was.
    """
    with _RANDOM, torch.random.fork_rng(devices=[]):
        torch.manual_seed(network.recipe.seed if network.recipe else 0)
        return network.build()


def parameters(network: Network) -> int:
    """Return how many numbers the network learns: weights and biases, not batch norm's running statistics."""
    return sum(parameter.numel() for parameter in seeded(network).parameters())


def weights_path(network_id: str, checkpoint: str, folder: Path = WEIGHTS) -> Path:
    """Return the path of a checkpoint of ours; the file need not exist."""
    return folder / network_id / f"{checkpoint}.safetensors"
