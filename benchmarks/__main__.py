"""Run all benchmarks, or those named: `python -m benchmarks judging serving`."""

import importlib
import platform
import sys

NAMES = ("judging", "serving", "running", "starting")


def main() -> None:
    print(f"Python {platform.python_version()}, {platform.machine()}")
    for name in sys.argv[1:] or NAMES:
        print(*importlib.import_module(f"benchmarks.{name}").measure(), sep="\n")


if __name__ == "__main__":
    main()
