"""Applies edits to a network: a program of the same layers, some of them changed, all other weights shared.

Where a change makes a later layer impossible, the program ends before it, and its graph says where and why.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace

from torch import nn

from app.tracing.capture.program import Program
from app.tracing.editing.bounds import channel_gains, check_size, check_windows
from app.tracing.editing.edits import CHANNEL_EDITS, IndexedEdit, InvalidEdit, NetworkEdit
from app.tracing.editing.replacements import replacement
from app.tracing.editing.shape_inference import infer_shapes
from app.tracing.layer_kinds.registry import kind_named


class Editor:
    """Makes edited programs of one program. Any number of threads may use it at once."""

    def __init__(self, program: Program) -> None:
        """Take the program whose weights the edited ones share."""
        self._program = program
        self._shapeless = copy.deepcopy(program.module).to("meta")

    def edit(self, edits: Mapping[int, NetworkEdit], most_bytes: int) -> Program:
        """Return a program with the edits applied, in the order of their indices.

        Raises:
            InvalidEdit: a layer does not exist, or cannot take an edit.
            TooManyCells: the layers' outputs would take more than ``most_bytes`` as float32.
        """
        base = self._program.graph
        edits_by_layer: dict[str, list[IndexedEdit]] = {}
        for index, edit in sorted(edits.items()):
            if edit.layer not in base.by_id:
                layer_ids = ", ".join(base.by_id)
                message = f"there is no layer {edit.layer!r}; there are {layer_ids}"
                raise InvalidEdit(index, "layer", message, tuple(base.by_id))
            edits_by_layer.setdefault(edit.layer, []).append((index, edit))
        replacements = {
            layer_id: module
            for layer_id, layer_edits in edits_by_layer.items()
            if (module := self._replacement(layer_id, layer_edits)) is not None
        }
        edit_texts = {
            layer_id: "\n".join(edit.model_dump_json() for _, edit in layer_edits)
            for layer_id, layer_edits in edits_by_layer.items()
        }
        graph = infer_shapes(base, replace(base, edited=edit_texts), self._shapeless, replacements)
        check_windows(base, graph, edits_by_layer, replacements)
        gains = {
            layer_id: channel_gains(base, graph, layer_id, layer_edits)
            for layer_id, layer_edits in edits_by_layer.items()
        }
        graph = replace(graph, gains={layer_id: factors for layer_id, factors in gains.items() if factors})
        check_size(graph, most_bytes)
        applied_replacements = {
            layer_id: module for layer_id, module in replacements.items() if layer_id in graph.by_id
        }
        return Program(graph, self._program.module, self._program.device, applied_replacements)

    def _replacement(self, layer_id: str, edits: Sequence[IndexedEdit]) -> nn.Module | None:
        """Return the module that takes a layer's place, or None where edits change its channels alone."""
        layer = self._program.graph.by_id[layer_id]
        kind = kind_named(layer.kind)
        changes = [(index, edit) for index, edit in edits if not isinstance(edit, CHANNEL_EDITS)]
        if not changes:
            return None
        index, _ = changes[0]
        if kind.filter_shape and layer.module:
            module = self._program.module.get_submodule(layer.module)
            if type(module) not in kind.modules:
                raise InvalidEdit(
                    index, "layer", f"{layer_id} is a {layer.name}, which computes in a way of its own"
                )
        if "activation" in kind.edits and layer_id == self._program.graph.output:
            raise InvalidEdit(index, "layer", f"{layer_id} makes the probability and stays as it is")
        return replacement(layer, self._program.parameters(layer_id), changes)
