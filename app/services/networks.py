"""The networks as this server runs them: traced once, weights loaded when first asked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from threading import Lock
from typing import Any, TypeVar

import torch
from cachetools import LRUCache
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

T = TypeVar("T")

# Edited programs are kept for whoever asks next: each holds the weights that its edits changed, and its layers.
_EDITED_BYTES = 64 * MEBIBYTE
_PROGRAM_BYTES = 256 * 1024  # about what a program of 150 layers takes without its weights


def choose_device(wanted: str) -> torch.device:
    """Return the device that a setting means: ``auto`` is CUDA where there is one, else the CPU.

    Raises:
        RuntimeError: the device that is asked for by name is not there.
    """
    available = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    chosen = ("cuda" if available["cuda"] else "cpu") if wanted == "auto" else wanted
    if not available[chosen]:
        have = ", ".join(name for name, there in available.items() if there)
        raise RuntimeError(f"CONVSCOPE_DEVICE is {wanted!r}, but this machine has {have}")
    # Full float32 on a GPU too: with TF32 the numbers on screen would not add up.
    torch.backends.cudnn.allow_tf32 = False
    return torch.device(chosen)


class UnusableCheckpoint(RuntimeError):
    """The card lists a checkpoint whose weights are missing or damaged here."""

    def __init__(self, network_id: str, checkpoint: str) -> None:
        super().__init__(
            f"The weights of {network_id}, {checkpoint}, cannot be read on this server. Other checkpoints may work."
        )


class Networks:
    """Cards, layer graphs and programs, each made once. Every method may be called from any thread."""

    def __init__(self, settings: Settings) -> None:
        """Choose the device and the threads within a pass; nothing is loaded yet."""
        self.device = choose_device(settings.device)
        torch.set_num_threads(settings.thread_count)
        # The last bits of a sum depend on all of these, so a trace is named by them too.
        self.arithmetic = f"torch {torch.__version__} {self.device.type} {settings.thread_count}"
        self._made: dict[Hashable, Any] = {}
        self._locks: dict[Hashable, Lock] = {}
        self._edited: LRUCache[Hashable, Program] = LRUCache(
            _EDITED_BYTES, getsizeof=lambda program: program.nbytes + _PROGRAM_BYTES
        )
        self._trace_bytes = settings.trace_bytes
        self._lock = Lock()

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

    def parameters(self, network_id: str) -> int:
        """Return how many numbers the network learns.

        Raises:
            UnknownNetwork: there is none of that id.
        """
        network = registry.get(network_id)
        return self._once(("parameters", network_id), lambda: registry.parameters(network))

    def graph(self, network_id: str) -> LayerGraph:
        """Return a network's layer graph.

        Raises:
            UnknownNetwork: there is none of that id.
        """
        network = registry.get(network_id)
        return self._once(
            ("graph", network_id), lambda: build(registry.seeded(network), network.card.input_shape)
        )

    def program(self, network_id: str, checkpoint: str) -> Program:
        """Return the network with a checkpoint's weights, ready to run.

        Raises:
            UnknownNetwork: there is none of that id.
            UnknownCheckpoint: the network has none of that name.
            UnusableCheckpoint: its weights cannot be read.
        """
        self.check(network_id, checkpoint)  # what there is not leaves no lock behind
        graph = self.graph(network_id)
        return self._once(
            ("program", network_id, checkpoint),
            lambda: Program(graph, _load(network_id, checkpoint), self.device),
        )

    def edited(self, network_id: str, checkpoint: str, edits: Mapping[int, NetworkEdit]) -> Program:
        """Return a checkpoint's program with edits applied; without any it is the program itself.

        Raises:
            UnknownNetwork, UnknownCheckpoint, UnusableCheckpoint: as for `program`.
            UnfitEdit: a layer does not exist, or cannot take an edit.
            TooManyCells: the layers would take more memory than one trace may.
        """
        program = self.program(network_id, checkpoint)
        if not edits:
            return program
        key = (network_id, checkpoint, tuple(edit for _, edit in sorted(edits.items())))
        with self._lock:
            known = self._edited.get(key)
        if known is None:
            editor = self._once(("editor", network_id, checkpoint), lambda: Editor(program))
            known = editor.edit(edits, self._trace_bytes)
            with self._lock, suppress(ValueError):  # larger than all that is kept
                self._edited[key] = known
        return known

    def fingerprint(self, network_id: str, checkpoint: str) -> str:
        """Return a digest of a checkpoint's weights, so that a trace's id changes when they do."""
        program = self.program(network_id, checkpoint)
        return self._once(("fingerprint", network_id, checkpoint), lambda: _fingerprint(program.module))

    def _once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made under a key; of several callers one makes it and the others wait."""
        with self._lock:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            if key not in self._made:
                self._made[key] = make()
            made: T = self._made[key]
            return made


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
