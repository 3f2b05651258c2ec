"""Small disks: tmpfs mounts that fill up, where mounting is allowed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class CannotMountError(Exception):
    """Mounting is not allowed here; the message says why."""


@contextmanager
def disk(folder: Path, options: str) -> Iterator[Path]:
    """A file system of its own at `folder`, by mount's options: "size=2m", "size=64k,ro".

    Raises CannotMountError.
    """
    if os.geteuid() != 0:
        raise CannotMountError("mounting a file system needs root")
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip()
        raise CannotMountError(f"mounting a file system is not allowed here: {said}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Use up what a disk has left; the file to be removed for room."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return filler


def remount(folder: Path, options: str) -> None:
    """Change a mounted disk: "size=20m", "ro", "rw"."""
    subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True)
