"""What the C allocator does with large buffers that come and go."""

from __future__ import annotations

import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # malloc.h of glibc
LARGE_BYTES = 256 * 1024
ARENAS = 2


def give_back_large_buffers() -> None:
    """Make freed bodies leave the process at once; nothing where the C library is not glibc.

    glibc raises its own threshold for separate mappings to 32 MB at the first large buffer that
    is freed. Bodies then lie in the heap among small objects that live long, and a crawl keeps
    the memory of its worst moment. A fixed threshold switches that off.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(_M_TRIM_THRESHOLD, 4 * LARGE_BYTES)
        mallopt(_M_ARENA_MAX, ARENAS)
