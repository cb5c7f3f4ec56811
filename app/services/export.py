"""All of a trace as files, for export.zip and for the command line."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from app.imaging import colormap, export, png, render
from app.services.trace import Trace
from app.tracing.capture.parameters import parameters
from app.tracing.layers.layer import INPUT

_DATE = (1980, 1, 1, 0, 0, 0)


def files(trace: Trace, manifest: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content): the manifest, the preprocessed picture, each layer's atlas, values and parameters."""
    yield "manifest.json", manifest
    images = [step.image for step in trace.preprocessed.steps if step.image is not None]
    if images:
        yield "input.png", png.encode_image(images[-1])
    for layer_id, values in trace.values.items():
        colors = colormap.resolve(colormap.AUTO, picture=layer_id == INPUT)
        yield f"atlases/{layer_id}.png", render.atlas(values, colors=colors).png
        yield f"values/{layer_id}.npy", export.npy(values)
        tensors = parameters(trace.program, layer_id)
        if tensors:
            yield f"parameters/{layer_id}.safetensors", export.tensors(tensors)


def zip_file(entries: Iterator[tuple[str, bytes]], folder: Path) -> Path:
    """Write the entries into a new zip file in a folder and return its path; the caller removes it.

    Stored without compression: floats hardly shrink, and PNGs not at all.
    """
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".zip", delete=False) as target:
        path = Path(target.name)
        try:
            with zipfile.ZipFile(target, "w") as archive:
                for name, content in entries:
                    # A fixed date: the same trace is the same file, byte for byte.
                    archive.writestr(zipfile.ZipInfo(name, _DATE), content)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return path
