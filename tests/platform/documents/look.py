"""Render every sample to PDF (and PNG, where pdftoppm is installed) and look at it.

python -m tests.platform.documents.look /tmp/look [part of a sample's name]
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.platform.documents.samples import SAMPLES, render


def main(folder: Path, part: str = "") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for sample in SAMPLES:
        if part not in sample.name:
            continue
        render(sample)
        started = time.perf_counter()
        pdf = render(sample)
        took = (time.perf_counter() - started) * 1000
        file = folder / f"{sample.name}.pdf"
        file.write_bytes(pdf)
        print(f"{sample.name:28} {len(pdf):8} bytes {took:6.1f} ms")
        if pdftoppm := shutil.which("pdftoppm"):
            subprocess.run(
                [pdftoppm, "-r", "80", "-png", str(file), str(folder / sample.name)], check=True
            )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
