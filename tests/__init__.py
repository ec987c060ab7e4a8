"""Tests, by room. This file is read before everything else of ours.

What measures which lines ran (slipcover, of `service/cli/test.py`) takes its mark out of a line that ran fifty times,
and each time looks through all that is imported: hundreds of times in a run. A mark costs little in a line that runs
some hundred times, so only what runs more often is rid of it.
"""

import sys
from typing import Any

_measuring: Any = sys.modules.get("slipcover.pytest_plugin")
if _measuring is not None and _measuring._slipcover_instance is not None:
    _measuring._slipcover_instance.d_miss_threshold = 1000
