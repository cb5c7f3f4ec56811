"""The application: everything is wired here. Read this first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from app import __version__, api, resources
from app.api import health
from app.api.schemas.problems import ProblemAnswer
from app.api.schemas.traces import TraceRequest
from app.http import errors, openapi
from app.http.assets import Assets
from app.http.bodies import BodyBounds, BodyBudget, BodyLimit
from app.http.hosts import HostCheck, own_names
from app.http.middleware import AnswerHead, CompressPages, Metrics, Observe, SafeHeaders
from app.pages import explore, learn
from app.pages.catalog import Catalog
from app.services.container import Services
from app.settings import Settings
from app.tracing.editing.shape_inference import load_shape_functions

log = structlog.get_logger("convscope")

_UPLOADS = {
    ("POST", "/api/v1/pictures"): ("multipart/form-data", "image/"),
    ("POST", "/api/v1/traces"): ("multipart/form-data",),
}
"""The routes that take files, with the types of body that are files; every other body is small."""


def create_app(
    settings: Settings | None = None,
    *,
    host: str | None = None,
    on_ready: Callable[[], None] = lambda: None,
    on_loaded: Callable[[], None] = lambda: None,
) -> FastAPI:
    """Return the application.

    ``on_ready`` is called once it can show its first maps, ``on_loaded`` once nothing is left to be loaded.

    ``host`` is the name or address that it is told to listen on, one more that it answers for.
    """
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        services = app.state.services = Services.start(settings)
        app.state.catalog = Catalog(services)
        app.state.metrics.watch(services.workers, services.traces, services.budget, services.readers)
        warming = asyncio.create_task(_warm_up(app, services, on_ready, on_loaded))
        sweeping = asyncio.create_task(services.sweep_periodically())
        returning = asyncio.create_task(services.return_memory_periodically())
        yield
        for task in (warming, sweeping, returning):
            task.cancel()
        await services.close()

    app = FastAPIOffline(
        title="ConvScope",
        version=__version__,
        summary="Every number between a picture and a convolutional network's prediction.",
        lifespan=lifespan,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.metrics = Metrics()
    app.state.ready = asyncio.Event()
    app.state.failed = False
    app.include_router(api.router)
    app.include_router(health.router)
    app.include_router(learn.router)
    app.include_router(explore.router)
    app.state.assets = Assets(resources.static_dir())
    app.mount("/static", app.state.assets, name="static")
    errors.install(app)
    openapi.install(app, ProblemAnswer, [TraceRequest])
    bounds = BodyBounds(
        settings.max_upload_bytes, settings.bodies_bytes, settings.body_timeout, settings.stall_timeout
    )
    budget = BodyBudget(bounds.bodies_bytes, bounds.max_form_bytes)
    app.state.metrics.watch_bodies(budget)
    app.add_middleware(BodyLimit, bounds=bounds, budget=budget, uploads=_UPLOADS)
    app.add_middleware(CompressPages)
    app.add_middleware(HostCheck, hosts=own_names(host) | set(settings.hosts), origins=settings.origins)
    app.add_middleware(SafeHeaders)
    app.add_middleware(AnswerHead)  # around what reads the body to write a header
    app.add_middleware(Observe, metrics=app.state.metrics)
    return app


async def _warm_up(
    app: FastAPI, services: Services, on_ready: Callable[[], None], on_loaded: Callable[[], None]
) -> None:
    """Trace what the page shows first, so that its first reader does not wait for weights."""
    try:
        await explore.warm_up(services)
    except Exception:
        log.exception("the first trace failed; the server goes on, but is not ready")
        app.state.failed = True
        return
    app.state.ready.set()
    on_ready()
    # The page is there; what only an edit needs is loaded now, before somebody edits.
    await services.workers.run_admitted(load_shape_functions)
    on_loaded()
