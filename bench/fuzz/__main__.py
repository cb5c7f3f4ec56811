"""Fuzz what strangers send, for a bounded time: ``python -m bench.fuzz --seconds 60``.

Needs atheris, of the extra ``fuzz``. Each reader is fuzzed in a process of its own, with a bound on its memory. An
input that leads to anything but the documented errors, takes more than ten seconds or too much memory is kept in a
temporary folder, whose name is printed.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from random import Random

from bench.report import Report
from scripts.hostile_pictures import hostile_pictures

ROOT = Path(__file__).resolve().parents[2]
_READERS = {"decode": "app.imaging.decode.decode", "edits": "app.services.edits.parse_edits and TraceRequest"}
_MEMORY_MB = 1500
_LONGEST = {"decode": 65_536, "edits": 4096}


def main() -> int:
    """Print the table; return 1 if something was found."""
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument(
        "readers", nargs="*", choices=[*_READERS, []], metavar="READER", help="decode, edits; both"
    )
    parser.add_argument("--seconds", type=int, default=30, help="for each reader; 30")
    arguments = parser.parse_args()
    if find_spec("atheris") is None:
        print('atheris is missing: pip install ".[fuzz]"', file=sys.stderr)
        return 2
    rows = [_fuzz(reader, arguments.seconds) for reader in arguments.readers or _READERS]
    columns = ["reader", "files to begin with", "files tried", "edges reached", "found"]
    notes = [f"{arguments.seconds} s each, at most {_MEMORY_MB} MB and 10 s for a file."]
    print(Report("Fuzzing", columns, rows, notes).markdown())
    return int(any(row[-1] != "nothing" for row in rows))


def _fuzz(reader: str, seconds: int) -> list[str]:
    """Fuzz one reader in a process of its own; return its row."""
    folder = Path(tempfile.mkdtemp(prefix=f"convscope-fuzz-{reader}-"))
    seeds, grown, kept = (folder / name for name in ("seeds", "grown", "kept"))
    for each in (seeds, grown, kept):
        each.mkdir()
    count = 0
    for count, data in enumerate(_seeds(reader), 1):
        (seeds / f"{count:04}").write_bytes(data)
    command = [
        sys.executable, "-m", f"bench.fuzz.{reader}", str(grown), str(seeds), f"-max_total_time={seconds}",
        "-timeout=10", f"-rss_limit_mb={_MEMORY_MB}", f"-max_len={_LONGEST[reader]}", f"-artifact_prefix={kept}/",
        "-print_final_stats=1", "-close_fd_mask=1", "-seed=1",
    ]  # fmt: skip
    with (folder / "log.txt").open("wb") as log:
        status = subprocess.run(
            command, cwd=ROOT, stdout=log, stderr=log, check=False, timeout=seconds * 2 + 300
        )
    text = (folder / "log.txt").read_text("utf-8", errors="replace")
    tried = re.findall(r"stat::number_of_executed_units: (\d+)", text)
    edges = re.findall(r"cov: (\d+)", text)
    failed = bool(status.returncode or any(kept.iterdir()))
    if failed:
        print("\n".join(text.splitlines()[-40:]), file=sys.stderr)
    row = [_READERS[reader], f"{count:,}", f"{int(tried[-1]) if tried else 0:,}", edges[-1] if edges else "–"]
    row.append(f"see {folder}" if failed else "nothing")
    if not failed:
        shutil.rmtree(folder)
    return row


def _seeds(reader: str) -> Iterator[bytes]:
    if reader == "decode":
        yield from (data for _, data in hostile_pictures() if len(data) <= _LONGEST[reader])
        return
    random = Random(0)
    yield from (random.randbytes(length) for length in (16, 64, 256, 1024) * 8)


if __name__ == "__main__":
    sys.exit(main())
