"""Run all benchmarks one after another, each in its own process, and print one markdown page: ``python -m bench``."""

from __future__ import annotations

import argparse
import subprocess
import sys

COMMANDS = ("server", "derivation", "notebook", "browser", "sliding", "cold")


def main() -> int:
    """Print every table. A benchmark that fails prints its own error and does not stop the others."""
    argparse.ArgumentParser(prog="python -m bench", description=__doc__).parse_args()
    failed = 0
    print("# ConvScope benchmarks\n", flush=True)
    for name in COMMANDS:
        failed += subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode != 0
        print(flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
