"""The command line: ``convscope serve | trace | networks | train | evaluate | exemplars``.

PyTorch takes seconds to import, so each command imports what it needs, after it has said that it is starting.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from app.services.allocator import exempt_loaded_objects, keep_freed_memory

if TYPE_CHECKING:
    from app.settings import Settings

app = typer.Typer(
    name="convscope",
    help="See, touch and check by hand every number between a picture and a CNN's prediction.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
console = Console()
errors = Console(stderr=True)

Host = Annotated[str, typer.Option(help="Address to listen on.", envvar="CONVSCOPE_HOST")]
Port = Annotated[int, typer.Option(help="Port to listen on.", envvar="PORT", min=1, max=65535)]
NetworkName = Annotated[str, typer.Argument(metavar="NAME", help="A network's id; see `convscope networks`.")]


def main() -> None:
    """Run the command line."""
    app()


@app.command()
def serve(host: Host = "127.0.0.1", port: Port = 8000, *, log_requests: bool = False) -> None:
    """Serve the page and the REST interface."""
    console.print("ConvScope is starting …")
    keep_freed_memory()
    import uvicorn

    from app.http.connections import ConnectionBounds, Connections, guarded_protocol
    from app.http.logs import configure
    from app.main import create_app

    configure(requests=log_requests)
    settings = _settings()

    def announce() -> None:
        exempt_loaded_objects()
        console.print(f"ConvScope is ready at {_address(host, port)}")

    server = create_app(
        settings,
        host=host,
        on_ready=announce,
        on_loaded=exempt_loaded_objects,
    )
    bounds = ConnectionBounds(
        settings.connections,
        settings.connections_per_address,
        settings.header_timeout,
        settings.stall_timeout,
    )
    uvicorn.run(
        server,
        host=host,
        port=port,
        http=guarded_protocol(Connections(bounds, server.state.metrics)),
        ws="none",
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=3,
    )


@app.command()
def trace(
    photo: Annotated[Path, typer.Argument(help="A picture: PNG, JPEG, WebP, GIF, BMP or TIFF.")],
    out: Annotated[Path, typer.Option(help="Folder to write into; made if need be.")],
    network: Annotated[str, typer.Option(help="A network's id.")] = "tiny-vgg",
    checkpoint: Annotated[str, typer.Option(help="One of its checkpoints.")] = "trained",
) -> None:
    """Put a picture through a network and write every layer's maps as PNG atlases and .npy files."""
    from app.api.schemas.traces import TraceAnswer
    from app.imaging.decode import PictureError, decode
    from app.services.export import files
    from app.services.networks import Networks, UnusableCheckpoint
    from app.services.pictures import picture_digest, picture_limits
    from app.services.trace import TraceSpec, compute, compute_trace_id
    from model.registry import UnknownCheckpoint, UnknownNetwork

    try:
        settings = _settings()
        networks = Networks(settings)
        picture = decode(photo.read_bytes(), limits=picture_limits(settings))
        spec = TraceSpec(picture_digest(picture), network, checkpoint)
        layers = len(networks.graph(network).layers)
        with _progress() as progress:
            running = progress.add_task("layers", total=layers)
            done = compute(
                networks,
                lambda: picture,
                spec,
                compute_trace_id(networks, spec),
                on_layer=lambda _layer, _values: progress.advance(running),
            )
            writing = progress.add_task("files", total=2 + 2 * layers)
            for name, parts in files(done, TraceAnswer.of(done).model_dump_json(indent=1).encode()):
                target = out / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(b"".join(parts))
                progress.advance(writing)
    except (OSError, PictureError, UnknownNetwork, UnknownCheckpoint, UnusableCheckpoint) as error:
        errors.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from error
    best = done.prediction[0]
    console.print(f"{best.label}: {best.probability:.3g}. {layers} layers are in {out}.", markup=False)


@app.command()
def networks() -> None:
    """List the networks."""
    from model import registry

    headers = ("network", "input", "parameters", "accuracy", "data", "checkpoints")
    table = Table(
        *(Column(name, min_width=len(name), no_wrap=name == "network") for name in headers), box=None
    )
    for network in registry.NETWORKS.values():
        card = network.card
        channels, height, width = card.input_shape
        accuracy = (
            f"{card.accuracy.value:.2%} of {card.accuracy.count:,}" if card.accuracy else "not measured here"
        )
        table.add_row(
            card.id,
            f"{height}×{width}×{channels}",
            f"{registry.parameters(network):,}",
            accuracy,
            card.dataset,
            ", ".join(card.checkpoints),
        )
    console.print(table)


@app.command()
def train(name: NetworkName) -> None:
    """Fetch a network's data set, train it from its seeded weights, and keep its checkpoints."""
    from model import training
    from model.datasets import DatasetError
    from model.registry import UnknownNetwork

    def report(done: training.Progress) -> None:
        console.print(
            f"epoch {done.epoch}/{done.epochs}  loss {done.loss:.4f}  "
            f"training accuracy {done.accuracy:.2%}  {done.seconds:.0f} s"
        )

    try:
        training.train(name, on_epoch=report)
    except (UnknownNetwork, training.NoRecipeError, DatasetError) as error:
        errors.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from error


@app.command()
def evaluate(
    name: NetworkName,
    checkpoint: Annotated[str, typer.Option(help="One of its checkpoints.")] = "trained",
) -> None:
    """Measure a checkpoint on pictures that training never saw: the figure that the network's card states."""
    from model import evaluate as evaluation
    from model.datasets import DatasetError
    from model.registry import UnknownCheckpoint, UnknownNetwork

    try:
        with _progress() as progress:
            running = progress.add_task("pictures", total=None)
            result = evaluation.evaluate(
                name,
                checkpoint,
                on_batch=lambda done, count: progress.update(running, completed=done, total=count),
            )
    except (UnknownNetwork, UnknownCheckpoint, evaluation.NoTestSetError, DatasetError) as error:
        errors.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from error
    console.print(
        f"{name} {checkpoint}: {result.accuracy:.2%} "
        f"({result.correct:,} of {result.count:,}, {result.split})",
        highlight=False,
    )


@app.command()
def exemplars(name: NetworkName) -> None:
    """Find the pictures of a small set that excite each of a network's channels most, for the page to show."""
    from app.services.exemplars import compute
    from app.services.networks import Networks
    from model import exemplars as model_exemplars
    from model.datasets import DatasetError
    from model.registry import UnknownNetwork

    try:
        picture_set = model_exemplars.picture_set_of(name)
        if picture_set is None:
            errors.print(f"{name} was trained by others, on pictures of which we have no set.", style="red")
            raise typer.Exit(1)
        if not picture_set.path.is_file():
            model_exemplars.draw_sheet(picture_set)
        networks = Networks(_settings())
        program = networks.program(name, model_exemplars.CHECKPOINT)
        indices = model_exemplars.picture_indices(name)
        with _progress() as progress:
            running = progress.add_task("pictures", total=len(indices))
            exemplars_by_layer = compute(
                program,
                networks.card(name).preprocessing,
                model_exemplars.pictures(picture_set.name),
                indices,
                on_picture=lambda: progress.advance(running),
            )
        path = model_exemplars.write(name, exemplars_by_layer)
    except (OSError, UnknownNetwork, DatasetError) as error:
        errors.print(str(error), style="red", markup=False)
        raise typer.Exit(1) from error
    console.print(
        f"{name}: {len(exemplars_by_layer)} layers, {len(indices)} pictures, in {path}.", markup=False
    )


def _settings() -> Settings:
    """Return the settings, or end with a sentence that says which of them cannot be."""
    from pydantic import ValidationError

    from app.services.networks import choose_device
    from app.settings import Settings

    try:
        settings = Settings()
        choose_device(settings.device)
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    except ValidationError as error:
        for item in error.errors():
            name = "_".join(map(str, item["loc"])).upper()
            errors.print(f"CONVSCOPE_{name}: {item['msg']}", style="red", markup=False)
        raise typer.Exit(2) from error
    except (RuntimeError, OSError) as error:
        errors.print(str(error), style="red", markup=False)
        raise typer.Exit(2) from error
    return settings


def _address(host: str, port: int) -> str:
    """Return what to open in a browser on this machine."""
    everywhere = {"0.0.0.0", "::"}  # noqa: S104 - compared with, not bound to
    name = "localhost" if host in everywhere else f"[{host}]" if ":" in host else host
    return f"http://{name}:{port}/"


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
    )
