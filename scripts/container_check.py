"""What has to be true inside a running container; `scripts/container check` feeds it to the image's own Python.

Standard library first, so that `ready` costs nothing while the server starts: ``python - ready|all``.
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
PATIENCE = 120.0


def ask(path: str, body: bytes | None = None, content_type: str = "application/json") -> tuple[int, bytes]:
    """Return the status and the body of an answer: a POST where there is a body to send, else a GET."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=PATIENCE)
    connection.request(
        "GET" if body is None else "POST", path, body, {"Content-Type": content_type} if body else {}
    )
    answer = connection.getresponse()
    return answer.status, answer.read()


def expect(path: str) -> bytes:
    """Return the body of an answer that has to be 200."""
    status, body = ask(path)
    if status != 200:
        sys.exit(f"{path} answers {status}: {body[:300]!r}")
    return body


def wait_until_ready() -> None:
    """Return once /readyz is 200."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            if ask("/readyz")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    sys.exit(f"not ready after {PATIENCE:.0f} s")


def check_confinement() -> None:
    """It runs as nobody in particular, with nothing to write on but its data, and nobody to talk to."""
    server = dict(
        line.split(":\t", 1) for line in Path("/proc/1/status").read_text().splitlines() if ":\t" in line
    )
    if "0" in server["Uid"].split() or os.getuid() == 0:
        sys.exit("it runs as root")
    for folder in ("/", str(Path(sys.prefix))):
        try:
            (Path(folder) / "written").write_bytes(b"")
        except OSError:
            continue
        sys.exit(f"{folder} can be written")
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=2)
    except OSError:
        pass
    else:
        sys.exit("there is a network")
    print(f"Confined: uid {os.getuid()}, read-only but for {os.environ['CONVSCOPE_DATA_DIR']}, no network")


def check_page() -> None:
    """Explore, every chapter of Learn, and everything that they ask for are there."""
    contents = expect("/learn").decode()
    chapters = sorted(set(re.findall(r'href="(/learn/[a-z-]+)"', contents)))
    links: set[str] = set()
    for path in ("/", *chapters):
        page = expect(path).decode()
        if "ConvScope" not in page:
            sys.exit(f"{path} is not a page of ConvScope's")
        links |= set(re.findall(r'"(/static/[^"#?]+\.(?:js|css|svg))', page))
    if not chapters or not links:
        sys.exit("there is no chapter, or the pages ask for no script and no style")
    for link in sorted(links):
        expect(link)
    expect("/docs")
    print(f"Pages: Explore, {len(chapters)} of Learn, {len(links)} scripts and styles, /docs")


def check_traces() -> None:
    """Every network traces a sample, and its stream has every layer."""
    from safetensors.torch import load

    samples = json.loads(expect("/api/v1/samples"))
    for network in json.loads(expect("/api/v1/networks")):
        name = network["id"]
        sample = next((s for s in samples if name in s["suits"]), next(s for s in samples if not s["suits"]))
        began = time.perf_counter()
        status, body = ask("/api/v1/traces", json.dumps({"picture": sample["id"], "network": name}).encode())
        if status not in (200, 201):
            sys.exit(f"{name}: a trace answers {status}: {body[:300]!r}")
        trace = json.loads(body)
        took = time.perf_counter() - began
        stream = load(expect(f"/api/v1/traces/{trace['id']}/maps.safetensors"))
        if missing := [layer["id"] for layer in trace["layers"] if layer["id"] not in stream]:
            sys.exit(f"{name}: the stream lacks {', '.join(missing)}")
        best = trace["prediction"][0]
        said = (
            f"{best['label']} {best['probability']:.3f}, {len(trace['layers'])} layers, {took * 1000:.0f} ms"
        )
        print(f"Trace: {name}, {sample['name']}: {said}")


def check_upload() -> None:
    """An upload that is too large for memory is written to where writing is allowed."""
    from io import BytesIO

    from PIL import Image

    file = BytesIO()
    Image.frombytes("RGB", (1000, 1000), secrets.token_bytes(3_000_000)).save(file, "PNG")
    border = secrets.token_hex(8)
    disposition = 'Content-Disposition: form-data; name="file"; filename="noise.png"'
    head = f"--{border}\r\n{disposition}\r\nContent-Type: image/png\r\n\r\n"
    body = head.encode() + file.getvalue() + f"\r\n--{border}--\r\n".encode()
    status, answer = ask("/api/v1/pictures", body, f"multipart/form-data; boundary={border}")
    if status != 201:
        sys.exit(f"an upload of {len(body):,} bytes answers {status}: {answer[:300]!r}")
    print(f"Upload: {len(body):,} bytes kept")


def tell_memory() -> None:
    """Print what the server holds and the most that it held."""
    status = dict(re.findall(r"(VmRSS|VmHWM):\s+(\d+) kB", Path("/proc/1/status").read_text()))
    now, most = (int(status[key]) * 1024 // 10**6 for key in ("VmRSS", "VmHWM"))
    print(f"Memory: {now} MB, at most {most} MB")


wait_until_ready()
if sys.argv[1] == "all":
    tell_memory()
    check_confinement()
    check_page()
    check_traces()
    check_upload()
    tell_memory()
