"""All of a trace as files, for export.zip and for the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from math import prod

from app.imaging import colormap, export, png, render
from app.services.memory_budget import MemoryBudget
from app.services.readers import Reader
from app.services.trace import Trace
from app.services.workers import Workers
from app.services.zip_stream import Buffer, ZipStream
from app.tracing.capture.parameters import parameters
from app.tracing.layers.layer import INPUT

_PART_BYTES = 256 * 1024
_BYTES_PER_CELL = 7  # of a layer while its atlas is drawn: a float and two codes

File = tuple[str, Sequence[Buffer]]
"""A name, and the content in parts, which need not be copied into one."""


def files(trace: Trace, manifest: bytes) -> Iterator[File]:
    """Yield the manifest, the preprocessed picture, and each layer's atlas, values and parameters."""
    yield "manifest.json", [manifest]
    images = [step.image for step in trace.preprocessed.steps if step.image is not None]
    if images:
        yield "input.png", [png.encode_image(images[-1])]
    for layer_id, values in trace.values.items():
        colors = colormap.resolve(colormap.AUTO, picture=layer_id == INPUT)
        yield f"atlases/{layer_id}.png", [render.atlas(values, colors=colors).png]
        yield f"values/{layer_id}.npy", export.npy_parts(values)
        tensors = parameters(trace.program, layer_id)
        if tensors:
            yield f"parameters/{layer_id}.safetensors", [export.tensors(tensors)]


async def zip_parts(
    trace: Trace, manifest: bytes, reader: Reader, workers: Workers, budget: MemoryBudget
) -> AsyncIterator[bytes]:
    """Yield a zip file of all files part by part, each made on a worker when the one before has been sent.

    The same trace is the same file, byte for byte.

    Raises:
        PictureDeleted: the picture was deleted meanwhile.
        Busy: there was no memory for the next layer in time.
    """
    archive, waiting = ZipStream(), files(trace, manifest)
    largest = max(prod(layer.shape) for layer in trace.graph.layers)
    ended = False
    while not ended:
        reader.check()
        with await budget.reserve(_BYTES_PER_CELL * largest) as reserved:
            buffers, ended = await workers.run_admitted(_add_files, archive, waiting)
            # The others are the trace's own values.
            reserved.resize(sum(len(buffer) for buffer in buffers if isinstance(buffer, bytes)))
            for buffer in buffers:
                for start in range(0, len(buffer), _PART_BYTES):
                    reader.check()
                    yield bytes(buffer[start : start + _PART_BYTES])
            buffers, buffer = [], b""


def _add_files(archive: ZipStream, waiting: Iterator[File]) -> tuple[list[Buffer], bool]:
    """Return the next bytes of an archive, as many files as are worth sending at once, and whether it has ended."""
    buffers: list[Buffer] = []
    size = 0
    for name, content in waiting:
        added = archive.add(name, content)
        small = all(isinstance(buffer, bytes) for buffer in added)
        buffers += [b"".join(added)] if small else added
        size += sum(map(len, added))
        if size >= _PART_BYTES:
            return buffers, False
    return [*buffers, archive.end()], True
