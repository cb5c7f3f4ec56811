"""What the log says, and what it keeps to itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import structlog
from app.http.logs import configure
configure(requests={requests})
log = structlog.get_logger("convscope")
log.info("request", path="/")
try:
    secret = "a picture of a person"
    raise ValueError("broken")
except ValueError:
    log.exception("a job failed", job="j")
"""


def lines(*, requests: bool) -> list[str]:
    """What a process of its own logs: the configuration holds for a whole process."""
    command = [sys.executable, "-c", PROGRAM.format(requests=requests)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert done.stdout == ""
    return done.stderr.splitlines()


@pytest.mark.parametrize(("requests", "events"), [(True, 2), (False, 1)])
def test_requests_are_told_where_they_are_asked_for_and_failures_always(requests: bool, events: int) -> None:
    events_logged = lines(requests=requests)
    assert len(events_logged) == events
    assert '"level": "error"' in events_logged[-1]
    assert '"event": "a job failed"' in events_logged[-1]
    assert "ValueError" in events_logged[-1]
    assert "broken" in events_logged[-1]


def test_variables_of_the_program_are_not_in_the_log() -> None:
    assert "a picture of a person" not in "".join(lines(requests=True))
