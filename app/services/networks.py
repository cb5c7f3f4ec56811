"""The networks as this server runs them: traced once, weights loaded when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import partial
from operator import attrgetter
from threading import Condition, Lock
from typing import Any, ParamSpec, TypeVar

import torch
from cachetools import LRUCache, cachedmethod
from cachetools.keys import hashkey, methodkey
from safetensors import SafetensorError
from torch import nn

from app.services.content_id import digest
from app.settings import MEBIBYTE, Settings
from app.tracing.capture.graph import LayerGraph
from app.tracing.capture.graph_builder import build
from app.tracing.capture.program import Program
from app.tracing.editing.editor import Editor
from app.tracing.editing.edits import NetworkEdit
from model import registry
from model.card import Card

P = ParamSpec("P")
R = TypeVar("R")

# Edited programs are kept for whoever asks next: each holds the weights that its edits changed, and its layers.
_EDITED_BYTES = 64 * MEBIBYTE
_PROGRAM_BYTES = 256 * 1024  # about what a program of 150 layers takes without its weights


def choose_device(setting: str) -> torch.device:
    """Return the device that a setting means: ``auto`` is CUDA where there is one, else the CPU.

    Raises:
        RuntimeError: this machine lacks the device that the setting names.
    """
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    name = ("cuda" if available["cuda"] else "cpu") if setting == "auto" else setting
    if not available[name]:
        names = ", ".join(name for name, there in available.items() if there)
        raise RuntimeError(f"CONVSCOPE_DEVICE is {setting!r}, but this machine has {names}")
    # Full float32 on a GPU too: with TF32 the numbers on screen would not add up.
    torch.backends.cudnn.allow_tf32 = False
    return torch.device(name)


class UnusableCheckpoint(RuntimeError):
    """The card lists a checkpoint whose weights are missing or damaged here."""

    def __init__(self, network_id: str, checkpoint: str) -> None:
        super().__init__(
            f"The weights of {network_id}, {checkpoint}, cannot be read on this server. Other checkpoints may work."
        )


def _once(method: Callable[P, R]) -> Callable[P, R]:
    """Keep what a method of `Networks` returns; of several callers with equal arguments one makes it, the rest wait."""
    key = partial(methodkey, method=method.__name__)
    return cachedmethod(attrgetter("_results"), key, condition=attrgetter("_results_condition"))(method)


def _edited_key(
    _networks: Networks, network_id: str, checkpoint: str, edits: Mapping[int, NetworkEdit]
) -> Hashable:
    """The edits in their order: at which places in the list they stand makes no difference to the program."""
    return hashkey(network_id, checkpoint, *(edit for _, edit in sorted(edits.items())))


class Networks:
    """Cards, layer graphs and programs, each made once. Every method may be called from any thread."""

    def __init__(self, settings: Settings) -> None:
        """Choose the device and the threads within a pass; nothing is loaded yet."""
        self.device = choose_device(settings.device)
        torch.set_num_threads(settings.thread_count)
        # The last bits of a sum depend on all of these, so a trace is named by them too.
        self.arithmetic = f"torch {torch.__version__} {self.device.type} {settings.thread_count}"
        self._results: dict[Hashable, Any] = {}
        self._results_condition = Condition()
        self._edited: LRUCache[Hashable, Program] = LRUCache(
            _EDITED_BYTES, getsizeof=lambda program: program.nbytes + _PROGRAM_BYTES
        )
        self._edited_lock = Lock()
        self._trace_bytes = settings.trace_bytes

    @property
    def cards(self) -> list[Card]:
        """All cards, in the order in which they are offered."""
        return [network.card for network in registry.NETWORKS.values()]

    def card(self, network_id: str) -> Card:
        """Return a network's card.

        Raises:
            UnknownNetwork: there is none of that id.
        """
        return registry.get(network_id).card

    def check(self, network_id: str, checkpoint: str) -> None:
        """Make sure that a network has a checkpoint, without loading it.

        Raises:
            UnknownNetwork: there is none of that id.
            UnknownCheckpoint: the network has none of that name.
        """
        if checkpoint not in self.card(network_id).checkpoints:
            raise registry.UnknownCheckpoint(network_id, checkpoint)

    @_once
    def parameters(self, network_id: str) -> int:
        """Return how many numbers the network learns.

        Raises:
            UnknownNetwork: there is none of that id.
        """
        return registry.parameters(registry.get(network_id))

    @_once
    def graph(self, network_id: str) -> LayerGraph:
        """Return a network's layer graph.

        Raises:
            UnknownNetwork: there is none of that id.
        """
        network = registry.get(network_id)
        return build(registry.seeded(network), network.card.input_shape)

    @_once
    def program(self, network_id: str, checkpoint: str) -> Program:
        """Return the network with a checkpoint's weights, ready to run.

        Raises:
            UnknownNetwork: there is none of that id.
            UnknownCheckpoint: the network has none of that name.
            UnusableCheckpoint: its weights cannot be read.
        """
        self.check(network_id, checkpoint)
        return Program(self.graph(network_id), _load(network_id, checkpoint), self.device)

    def edited(self, network_id: str, checkpoint: str, edits: Mapping[int, NetworkEdit]) -> Program:
        """Return a checkpoint's program with edits applied; without any it is the program itself.

        Raises:
            UnknownNetwork, UnknownCheckpoint, UnusableCheckpoint: as for `program`.
            InvalidEdit: a layer does not exist, or cannot take an edit.
            TooManyCells: the layers would take more memory than one trace may.
        """
        if not edits:
            return self.program(network_id, checkpoint)
        return self._edit(network_id, checkpoint, edits)

    @cachedmethod(attrgetter("_edited"), _edited_key, attrgetter("_edited_lock"))
    def _edit(self, network_id: str, checkpoint: str, edits: Mapping[int, NetworkEdit]) -> Program:
        return self._editor(network_id, checkpoint).edit(edits, self._trace_bytes)

    @_once
    def _editor(self, network_id: str, checkpoint: str) -> Editor:
        return Editor(self.program(network_id, checkpoint))

    @_once
    def fingerprint(self, network_id: str, checkpoint: str) -> str:
        """Return a digest of a checkpoint's weights, so that a trace's id changes when they do."""
        return _fingerprint(self.program(network_id, checkpoint).module)


def _load(network_id: str, checkpoint: str) -> nn.Module:
    try:
        return registry.load(network_id, checkpoint)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise UnusableCheckpoint(network_id, checkpoint) from error


def _fingerprint(module: nn.Module) -> str:
    parts: list[bytes] = []
    for name, tensor in module.state_dict().items():
        parts += [name.encode(), tensor.contiguous().cpu().numpy().tobytes()]
    return digest(*parts)
