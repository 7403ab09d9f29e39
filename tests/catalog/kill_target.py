"""A program that downloads or installs one model, to be killed at any moment.

``python -m tests.catalog.kill_target download ADDRESS MODELS`` or ``... add FOLDER MODELS``
"""

from __future__ import annotations

import sys
from pathlib import Path

from chatbot.catalog.download import PackageDownload
from chatbot.catalog.install import ModelsFolder
from chatbot.catalog.offers import read_offers
from chatbot.catalog.transfer_control import Patience


def main(action: str, source: str, models: str) -> None:
    """Do it and say when it begins and when it is done."""
    folder = ModelsFolder(Path(models))
    print("begin", flush=True)
    if action == "download":
        offer = read_offers(source).find("tiny-en")
        PackageDownload(offer, folder, patience=Patience(spare_disk_bytes=1), may_replace=True).run()
    else:
        folder.add_folder(Path(source), may_replace=True)
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
