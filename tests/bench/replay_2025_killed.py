"""The same as replay-2025, the worker killed (-9) twenty times at instants that the seed draws: the same outcome."""

from tests.bench.replay_2025 import run as main

KILLS = 20


def run(words: list[str]) -> int:
    """Run what the command line asks for. Returns the exit code."""
    return main(words, "replay-2025-killed", KILLS)
