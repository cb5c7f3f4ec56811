"""Checks that run inside a container; `scripts/container check` pipes this file to the image's own Python.

Usage: ``python - ready|all``. `ready` imports only the standard library, so that it does not slow the server's start.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import socket
import sys
import time
from pathlib import Path

PORT = int(os.environ["PORT"])
TIMEOUT_SECONDS = 120.0


def request(
    path: str, body: bytes | None = None, content_type: str = "application/json"
) -> tuple[int, bytes]:
    """Send a POST if there is a body, otherwise a GET; return the response's status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=TIMEOUT_SECONDS)
    connection.request(
        "GET" if body is None else "POST", path, body, {"Content-Type": content_type} if body else {}
    )
    response = connection.getresponse()
    return response.status, response.read()


def expect(path: str) -> bytes:
    """Request a path and return the response's body; exit if the status is not 200."""
    status, body = request(path)
    if status != 200:
        sys.exit(f"{path} returned {status}: {body[:300]!r}")
    return body


def wait_until_ready() -> None:
    """Wait until /readyz returns 200."""
    end = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < end:
        try:
            if request("/readyz")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    sys.exit(f"not ready after {TIMEOUT_SECONDS:.0f} s")


def check_confinement() -> None:
    """Check that the server is not root, can write only to its data folder, and has no network."""
    server = dict(
        line.split(":\t", 1) for line in Path("/proc/1/status").read_text().splitlines() if ":\t" in line
    )
    if "0" in server["Uid"].split() or os.getuid() == 0:
        sys.exit("the server runs as root")
    for folder in ("/", str(Path(sys.prefix))):
        try:
            (Path(folder) / "written").write_bytes(b"")
        except OSError:
            continue
        sys.exit(f"{folder} is writable")
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=2)
    except OSError:
        pass
    else:
        sys.exit("the container has a network")
    print(f"Confined: uid {os.getuid()}, read-only but for {os.environ['CONVSCOPE_DATA_DIR']}, no network")


def check_page() -> None:
    """Check that Explore, every chapter of Learn, and every script and style they use can be fetched."""
    contents = expect("/learn").decode()
    chapters = sorted(set(re.findall(r'href="(/learn/[a-z-]+)"', contents)))
    links: set[str] = set()
    for path in ("/", *chapters):
        page = expect(path).decode()
        if "ConvScope" not in page:
            sys.exit(f"{path} is not a page of ConvScope")
        links |= set(re.findall(r'"(/static/[^"#?]+\.(?:js|css|svg))', page))
    if not chapters or not links:
        sys.exit("there is no chapter, or the pages load no script and no style")
    for link in sorted(links):
        expect(link)
    expect("/docs")
    print(f"Pages: Explore, {len(chapters)} of Learn, {len(links)} scripts and styles, /docs")


def check_traces() -> None:
    """Check that every network traces a sample and that its stream has every layer."""
    from safetensors.torch import load

    samples = json.loads(expect("/api/v1/samples"))
    for network in json.loads(expect("/api/v1/networks")):
        name = network["id"]
        sample = next((s for s in samples if name in s["suits"]), next(s for s in samples if not s["suits"]))
        began = time.perf_counter()
        status, body = request(
            "/api/v1/traces", json.dumps({"picture": sample["id"], "network": name}).encode()
        )
        if status not in (200, 201):
            sys.exit(f"{name}: a trace returned {status}: {body[:300]!r}")
        trace = json.loads(body)
        took = time.perf_counter() - began
        stream = load(expect(f"/api/v1/traces/{trace['id']}/maps.safetensors"))
        if missing := [layer["id"] for layer in trace["layers"] if layer["id"] not in stream]:
            sys.exit(f"{name}: the stream lacks {', '.join(missing)}")
        best = trace["prediction"][0]
        outcome = (
            f"{best['label']} {best['probability']:.3f}, {len(trace['layers'])} layers, {took * 1000:.0f} ms"
        )
        print(f"Trace: {name}, {sample['name']}: {outcome}")


def check_upload() -> None:
    """Check that an upload too large to keep in memory is written to a writable folder."""
    from io import BytesIO

    from PIL import Image

    file = BytesIO()
    Image.frombytes("RGB", (1000, 1000), secrets.token_bytes(3_000_000)).save(file, "PNG")
    boundary = secrets.token_hex(8)
    disposition = 'Content-Disposition: form-data; name="file"; filename="noise.png"'
    head = f"--{boundary}\r\n{disposition}\r\nContent-Type: image/png\r\n\r\n"
    body = head.encode() + file.getvalue() + f"\r\n--{boundary}--\r\n".encode()
    status, response = request("/api/v1/pictures", body, f"multipart/form-data; boundary={boundary}")
    if status != 201:
        sys.exit(f"an upload of {len(body):,} bytes returned {status}: {response[:300]!r}")
    print(f"Upload: {len(body):,} bytes stored")


def print_memory() -> None:
    """Print the server's current and peak memory."""
    status = dict(re.findall(r"(VmRSS|VmHWM):\s+(\d+) kB", Path("/proc/1/status").read_text()))
    now, peak = (int(status[key]) * 1024 // 10**6 for key in ("VmRSS", "VmHWM"))
    print(f"Memory: {now} MB, peak {peak} MB")


wait_until_ready()
if sys.argv[1] == "all":
    print_memory()
    check_confinement()
    check_page()
    check_traces()
    check_upload()
    print_memory()
