"""The one place where catalogues of older schema versions are brought up to the present one.

To change the schema: raise ``CATALOGUE_VERSION`` and add a function from the version before it to ``UPGRADES``. A
function gets the raw object and returns a new one; it never changes its argument, and it is never edited after a
release.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

CATALOGUE_VERSION = 2

Raw = dict[str, object]


def _with_cards(raw: Raw) -> Raw:
    """Version 2 lets a package carry its card; one without is shown without."""
    return dict(raw)


UPGRADES: Mapping[int, Callable[[Raw], Raw]] = {1: _with_cards}
"""Schema version to the function that turns it into the next one."""


def is_known_version(version: object) -> bool:
    """Whether a catalogue of this version can be read, as it is or upgraded."""
    return type(version) is int and 1 <= version <= CATALOGUE_VERSION


def upgraded_catalogue(raw: Raw) -> Raw:
    """``raw``, whose version ``is_known_version``, in the newest one."""
    for version in range(int(str(raw["schema_version"])), CATALOGUE_VERSION):
        raw = {**UPGRADES[version](raw), "schema_version": version + 1}
    return raw
