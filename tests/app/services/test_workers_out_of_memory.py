"""A server that has no memory left says so, and goes on."""

from __future__ import annotations

import subprocess
import sys

import pytest

# The limit is set when all is loaded, with less above it than a pass of the deep network takes.
SERVER = """
import ctypes, resource, time
from pathlib import Path
from tempfile import TemporaryDirectory
from fastapi.testclient import TestClient
from app.main import create_app
from app.settings import Settings

def used():
    return int(Path("/proc/self/status").read_text().split("VmData:")[1].split()[0]) * 1024

with TemporaryDirectory() as folder:
    with TestClient(create_app(Settings(data_dir=folder, device="cpu", workers=1))) as client:
        sample = client.get("/api/v1/samples").json()[0]["id"]

        def trace(network):
            answer = client.post("/api/v1/traces", json={"picture": sample, "network": network})
            print(answer.is_success, answer.status_code, answer.json().get("detail", ""))

        for network in ("efficientnet-lite0", "lenet"):
            client.app.state.services.networks.fingerprint(network, "trained")
        while client.get("/readyz").status_code != 200:
            time.sleep(0.1)
        trace("tiny-vgg")
        ctypes.CDLL(None).malloc_trim(0)
        limit = used() + (8 << 20)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, resource.RLIM_INFINITY))
        trace("efficientnet-lite0")
        trace("lenet")
        print(client.get("/healthz").is_success)
        resource.setrlimit(resource.RLIMIT_DATA, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        trace("efficientnet-lite0")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux limits a process's memory so")
def test_a_pass_that_runs_out_of_memory_is_answered_503_and_the_server_goes_on() -> None:
    run = subprocess.run([sys.executable, "-c", SERVER], capture_output=True, text=True, check=False)
    answers = [line for line in run.stdout.splitlines() if "[info" not in line]
    refusal = "False 503 The server has no memory left for this now. Try again later, or with fewer cells."
    assert [answer.removesuffix(" 200 ").removesuffix(" 201 ") for answer in answers] == [
        "True",
        refusal,
        "True",
        "True",
        "True",
    ], run.stderr
