"""Logging: one structured line an event; readable on a terminal, JSON elsewhere."""

from __future__ import annotations

import logging
import sys

import structlog

# Without local variables: they may hold a reader's picture, and fill a screen.
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def configure(*, requests: bool) -> None:
    """Send events to standard error; without ``requests``, errors alone are logged."""
    terminal = sys.stderr.isatty()
    renderer = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer()
    tracebacks = [] if terminal else [_TRACEBACKS]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *tracebacks,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO if requests else logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
