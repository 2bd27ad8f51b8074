"""One file in the place of another, whole or not at all."""

import os
from pathlib import Path
from stat import S_IMODE


def write_whole(path: Path, data: bytes) -> None:
    """Prepare a file beside the old one, then exchange it, with its rights; never through a link that lies there.

    Raises `OSError`.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("xb") as file:
            file.write(data)
        if path.is_file() and not path.is_symlink():
            beside.chmod(S_IMODE(path.stat().st_mode))
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
