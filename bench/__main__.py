"""All measurements one after another, each in a process of its own: ``python -m bench``, one markdown page."""

from __future__ import annotations

import argparse
import subprocess
import sys

COMMANDS = ("server", "derivation", "notebook", "browser", "sliding", "cold")


def main() -> int:
    """Print every table; a benchmark that fails says so on its own and does not keep the others."""
    argparse.ArgumentParser(prog="python -m bench", description=__doc__).parse_args()
    failed = 0
    print("# ConvScope, measured\n", flush=True)
    for name in COMMANDS:
        failed += subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode != 0
        print(flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
