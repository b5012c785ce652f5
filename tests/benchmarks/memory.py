"""The most memory that a process has held."""

import resource
import sys
from pathlib import Path


def peak_bytes() -> int:
    """Peak resident memory of this process, since its program began.

    On Linux from the kernel's account of the present program: the usual ``ru_maxrss`` also counts what the process
    was a copy of before it became this program, which is as much as the bench that started it.
    """
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
