"""The one place where manifests of older schema versions are brought up to the present one.

To change the schema: raise ``SCHEMA_VERSION`` and add a function from the version before it to ``UPGRADES``. A function
gets the raw object and returns a new one; it never changes its argument, and it is never edited after a release.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from chatbot.core.errors import ModelError

SCHEMA_VERSION = 1

Raw = dict[str, object]
UPGRADES: Mapping[int, Callable[[Raw], Raw]] = {}
"""Schema version to the function that turns it into the next one."""


def upgraded(raw: Raw, what: str, upgrades: Mapping[int, Callable[[Raw], Raw]] = UPGRADES,
             newest: int = SCHEMA_VERSION) -> Raw:
    """``raw`` in the newest schema version. Raises ``ModelError`` for a version this program does not know."""
    version = raw.get("schema_version")
    if type(version) is not int or version < 1:
        raise ModelError(f"{what} has no usable schema_version; it was not written for this program.")
    if version > newest:
        raise ModelError(f"{what} has schema version {version}, but this program knows versions up to {newest}; "
                         "update the program.", code="model_too_new", schema_version=version)
    while version < newest:
        raw = {**upgrades[version](raw), "schema_version": version + 1}
        version += 1
    return raw
