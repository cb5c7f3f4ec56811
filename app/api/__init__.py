"""The REST interface, version 1: one thin router per noun."""

from fastapi import APIRouter

from app.api import (
    cells,
    colormaps,
    comparisons,
    edits,
    exemplars,
    explanations,
    layers,
    networks,
    occlusions,
    pictures,
    traces,
)

router = APIRouter(prefix="/api/v1")
for part in (
    pictures,
    networks,
    exemplars,
    traces,
    layers,
    cells,
    edits,
    comparisons,
    explanations,
    occlusions,
    colormaps,
):
    router.include_router(part.router)
