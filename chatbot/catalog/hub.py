"""Packages from a Hugging Face repository, or any server that speaks the same language (``HF_ENDPOINT``).

The hub's own library finds the repository, its commit and the token; the bytes then come through this program's own
transfers, so that pause, resume, stall restart and hashes are the same for every source. The library is optional.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from chatbot.catalog.address import HubRepository, check_web_address, parse_hub_address
from chatbot.catalog.catalogue import is_card_of
from chatbot.catalog.http_client import HttpClient, TemporaryError
from chatbot.catalog.limits import CARD_NAME, MANIFEST_BYTES, MANIFEST_NAME, OFFERED_CARD_BYTES
from chatbot.catalog.manifest import Manifest, parse_manifest
from chatbot.catalog.offers import Offers, PackageOffer
from chatbot.catalog.part_file import WantedFile
from chatbot.core.errors import DownloadError, ModelError

if TYPE_CHECKING:
    from huggingface_hub.hf_api import ModelInfo


def read_hub_offers(text: str) -> Offers:
    """The one package that the repository at ``hf://owner/name[@revision]`` holds, fixed to its present commit."""
    repository = parse_hub_address(text)
    try:
        import huggingface_hub
    except ImportError:
        raise DownloadError("hf:// addresses need the library huggingface_hub; install it with: "
                            "pip install huggingface_hub", code="hub_library_missing") from None
    endpoint = (os.environ.get("HF_ENDPOINT") or huggingface_hub.constants.ENDPOINT).rstrip("/")
    check_web_address(endpoint)
    info = _model_info(repository, endpoint)
    token = huggingface_hub.get_token()
    headers = {"Authorization": f"Bearer {token}"} if token else {}

    def address_of(name: str) -> str:
        return huggingface_hub.hf_hub_url(repository.name, name, revision=info.sha, endpoint=endpoint)

    with HttpClient(headers=headers, headers_origin=endpoint) as client:
        manifest = _manifest(client.read(address_of(MANIFEST_NAME), MANIFEST_BYTES, MANIFEST_NAME), text)
        _compare(manifest, info, text)
        card = _card(client, manifest, address_of(CARD_NAME))
    files = {name: WantedFile(address_of(name), entry.size, entry.sha256) for name, entry in manifest.files.items()}
    return Offers(text, repository.name, (PackageOffer(manifest, text, files, headers=headers, card=card),))


def _manifest(data: bytes, text: str) -> Manifest:
    try:
        return parse_manifest(data, f"{MANIFEST_NAME} of {text}")
    except ModelError as error:
        raise DownloadError(str(error), code=error.code) from None


def _card(client: HttpClient, manifest: Manifest, address: str) -> str:
    """The model card, to be read before the model is installed; "" if there is none, or one too long for that."""
    listed = manifest.files.get(CARD_NAME)
    if listed is None or listed.size > OFFERED_CARD_BYTES:
        return ""
    data = client.read(address, OFFERED_CARD_BYTES, CARD_NAME)
    return data.decode("utf-8", errors="replace") if is_card_of(manifest, data) else ""


def _model_info(repository: HubRepository, endpoint: str) -> ModelInfo:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )
    name = f"hf://{repository.name}"
    try:
        return HfApi(endpoint=endpoint).model_info(repository.name, revision=repository.revision, files_metadata=True,
                                                   timeout=20)
    except GatedRepoError:
        raise DownloadError(f"{name} asks for consent first; accept its terms on the web site and set HF_TOKEN.",
                            code="refused") from None
    except RevisionNotFoundError:
        raise DownloadError(f"{name} has no revision {repository.revision!r}; check the address.",
                            code="not_found") from None
    except RepositoryNotFoundError:
        raise DownloadError(f"{name} was not found (if it is private, set HF_TOKEN); check the address.",
                            code="not_found") from None
    except OfflineModeIsEnabled:
        raise DownloadError("HF_HUB_OFFLINE is set, so hf:// addresses cannot be reached; unset it to download.",
                            code="offline") from None
    except HfHubHTTPError as error:
        raise TemporaryError(f"{endpoint} has a problem (status {_status(error)}); try again later.") from None
    except (OSError, ValueError) as error:
        raise TemporaryError(f"The connection to {endpoint} failed ({type(error).__name__}); check the connection and "
                             "try again.") from None


def _status(error: Exception) -> object:
    return getattr(getattr(error, "response", None), "status_code", "unknown")


def _compare(manifest: Manifest, info: ModelInfo, text: str) -> None:
    """Refuse early what could only fail after the download: files that are missing or of another hash."""
    listed = {item.rfilename: item for item in info.siblings or []}
    for name, entry in manifest.files.items():
        item = listed.get(name)
        if item is None:
            raise DownloadError(f"{text} lacks {name}, which its {MANIFEST_NAME} lists; tell its owner.")
        found = item.lfs.sha256 if item.lfs is not None else None
        if (item.size is not None and item.size != entry.size) or (found is not None and found != entry.sha256):
            raise DownloadError(f"{name} in {text} is not the file its {MANIFEST_NAME} lists (SHA-256 {found} instead "
                                f"of {entry.sha256}); tell its owner.", code="wrong_content")
