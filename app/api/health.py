"""Liveness, readiness and metrics. They have no version, and never wait for a computation."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app import __version__
from app.api.dependencies import ServicesDep
from app.api.schemas.health import HealthAnswer, Status

router = APIRouter(tags=["operation"])


@router.get("/healthz", operation_id="healthz")
async def healthz(services: ServicesDep) -> HealthAnswer:
    """Answer as long as the process lives."""
    return HealthAnswer(status="ok", version=__version__, device=services.networks.device.type)


@router.get("/readyz", operation_id="readyz", responses={503: {"model": HealthAnswer}})
async def readyz(request: Request, response: Response, services: ServicesDep) -> HealthAnswer:
    """Answer 200 once the first network is loaded and the page has maps to show; `failed` if it cannot be."""
    state = request.app.state
    response.status_code = 200 if state.ready.is_set() else 503
    status: Status = "ok" if state.ready.is_set() else "failed" if state.failed else "starting"
    return HealthAnswer(status=status, version=__version__, device=services.networks.device.type)


@router.get("/metrics", operation_id="metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """Return the metrics that Prometheus collects."""
    return Response(generate_latest(request.app.state.metrics.registry), media_type=CONTENT_TYPE_LATEST)
