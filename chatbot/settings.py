"""The program's settings: one declaration per option, a TOML file that people may edit, nothing lost on the way.

Reading never fails: a value that cannot be used falls back to its default, the rest is kept, and every such thing is
told in one sentence. Writing changes only the keys that were changed here, so that keys of a newer version and edits
made meanwhile in another program or window survive; the file is replaced in one step and only its owner can read it.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
import tomllib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StrictBool, StrictInt, StrictStr, ValidationError

from chatbot.core.errors import SettingsError
from chatbot.core.sampling import OPTIONS_BY_NAME, Sampling

LARGEST_FILE_BYTES = 1 << 20
"""A settings file above this size is not one of ours."""
_LOCK_WAIT_SECONDS = 2.0
_LOCK_STALE_SECONDS = 5.0

Theme = Literal["system", "light", "dark"]
Language = Literal["system", "en", "zh_CN"]
SendKey = Literal["enter", "ctrl_enter"]


class Settings(BaseModel):
    """All settings. Assigning checks the value; ``save`` writes what was changed since ``load``."""

    model_config = ConfigDict(validate_assignment=True, extra="forbid", protected_namespaces=())

    theme: Theme = Field("system", description="Colours of the window: as the desktop, light or dark.")
    zoom_percent: Annotated[StrictInt, Field(ge=75, le=250)] = Field(
        100, description="Size of text and controls in percent.")
    font_family: Annotated[StrictStr, Field(max_length=200)] = Field(
        "", description="Font of the window; the desktop's own unless one is named.")
    reduce_motion: StrictBool = Field(False, description="Show changes at once instead of moving them.")
    language: Language = Field("system", description="Language of the window; takes effect at the next start.")
    send_key: SendKey = Field(
        "enter", description="The key that sends: Enter (with Shift for a new line), or Ctrl+Enter (Enter for a new "
        "line).")
    model_id: Annotated[StrictStr, Field(max_length=200)] = Field(
        "", description="The model of new conversations; the one that comes with the program unless one is named.")
    threads: Annotated[StrictInt, Field(ge=0, le=64)] = Field(
        0, description="Processor threads the model may use; 0 lets the program choose.")
    are_conversations_shown: StrictBool = Field(True, description="Whether the list of conversations is open.")
    is_settings_panel_shown: StrictBool = Field(False, description="Whether the panel of reply settings is open.")
    is_help_shown: StrictBool = Field(True, description="Whether the reply settings are explained below each of them.")
    is_distribution_shown: StrictBool = Field(True, description="Whether the picture of the next token is open.")
    are_suggestions_shown: StrictBool = Field(
        True, description="Whether the next words are suggested behind the cursor while you write; Tab takes them, Esc "
        "hides them.")
    are_times_shown: StrictBool = Field(True, description="Whether messages show when they were written.")
    are_statistics_shown: StrictBool = Field(False, description="Whether replies show how fast they were written.")
    sampling: Sampling = Field(default_factory=Sampling, description="How replies are drawn, for all conversations "
                               "that do not have settings of their own.")

    _file: SettingsFile | None = PrivateAttr(None)

    def save(self) -> None:
        """Write what was changed; without a file (as in tests) nothing happens. Raises SettingsError."""
        if self._file is not None:
            self._file.save(self)


def help_text(name: str) -> str:
    """The English sentence that explains the setting ``name``."""
    return Settings.model_fields[name].description or ""


def bounds(name: str) -> tuple[int, int]:
    """The smallest and largest value of a whole-number setting."""
    limits = {key: getattr(each, key) for each in Settings.model_fields[name].metadata for key in ("ge", "le")
              if hasattr(each, key)}
    return limits["ge"], limits["le"]


def load(path: Path) -> tuple[Settings, list[str]]:
    """Read the settings kept at ``path``, with one English sentence for everything that could not be used.

    A missing file gives the defaults. A file that is no TOML is renamed (never deleted) and the defaults are used.
    """
    file = SettingsFile(path)
    settings, problems = file.read()
    settings._file = file
    return settings, problems


def settings_from(data: dict[str, Any]) -> tuple[Settings, list[str]]:
    """Settings from a parsed file: bad values fall back and are told of, unknown keys are passed over."""
    known = {name: value for name, value in data.items() if name in Settings.model_fields and name != "sampling"}
    problems: list[str] = []
    try:
        settings = Settings(**known)
    except ValidationError as error:
        bad = {str(each["loc"][0]) for each in error.errors()}
        problems += [_refusal(name, known[name]) for name in Settings.model_fields if name in bad]
        settings = Settings(**{name: value for name, value in known.items() if name not in bad})
    if "sampling" in data:
        settings.sampling, more = _sampling_from(data["sampling"])
        problems += more
    return settings, problems


def _sampling_from(value: object) -> tuple[Sampling, list[str]]:
    if not isinstance(value, dict):
        return Sampling(), [f"In the settings, sampling must be a table of options, not {_shown(value)}; "
                            "the defaults are used."]
    known = {name: each for name, each in value.items() if name in OPTIONS_BY_NAME}
    return Sampling().with_overrides(known)


def _refusal(name: str, value: object) -> str:
    default = Settings.model_fields[name].default
    return (f"In the settings, {name} must be {_expectation(name)}, not {_shown(value)}; "
            f"{_shown(default)} is used instead.")


def _expectation(name: str) -> str:
    kind = Settings.model_fields[name].annotation
    if get_origin(kind) is Literal:
        *most, last = (f'"{choice}"' for choice in get_args(kind))
        return f"{', '.join(most)} or {last}"
    base = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if base is bool:
        return "true or false"
    if base is int:
        smallest, largest = bounds(name)
        return f"a whole number between {smallest} and {largest}"
    return "a short text in quotes"


def _shown(value: object) -> str:
    """``value`` as TOML would have it, cut to a length that fits a sentence."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:37] + "…"


class SettingsFile:
    """A settings file and what it held when it was last read, so that only changes are written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known: dict[str, Any] = _as_toml(Settings())
        """The values in use after the last read or write."""

    def read(self) -> tuple[Settings, list[str]]:
        """The settings, and a sentence for everything that could not be used."""
        try:
            data, problems = self._data()
        except OSError as error:
            data, problems = {}, [f"The settings file {self.path} cannot be read ({error.strerror or error}); "
                                  "the default settings are used."]
        settings, more = settings_from(data)
        self._known = _as_toml(settings)
        return settings, problems + more

    def save(self, settings: Settings) -> None:
        """Write the values that differ from the last read or write. Raises SettingsError."""
        wanted = _as_toml(settings)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with _locked(self.path.with_name(self.path.name + ".lock")):
                on_disk, _ = self._data()
                merged = _merged(on_disk, self._known, wanted)
                if merged != on_disk:
                    _replace(self.path, _document(merged))
        except OSError as error:
            raise SettingsError(f"The settings could not be saved to {self.path} ({error.strerror or error}); "
                                "they stay as they are until the program ends.",
                                code="settings_not_saved", path=str(self.path)) from error
        self._known = wanted

    def _data(self) -> tuple[dict[str, Any], list[str]]:
        """What the file holds; a file that is no TOML is put aside, which the sentence tells."""
        try:
            if self.path.stat().st_size > LARGEST_FILE_BYTES:
                raise ValueError("it is too large")
            return tomllib.loads(self.path.read_bytes().decode("utf-8-sig")), []
        except FileNotFoundError:
            return {}, []
        except UnicodeDecodeError:
            return {}, [self._put_aside("it is not UTF-8 text")]
        except RecursionError:
            return {}, [self._put_aside("it is nested too deeply")]
        except ValueError as error:
            return {}, [self._put_aside(str(error))]

    def _put_aside(self, reason: str) -> str:
        kept = _free_name(self.path, time.strftime("%Y%m%d-%H%M%S"))
        self.path.rename(kept)
        return (f"The settings file is not valid TOML ({reason}); it was kept as {kept} and the default settings "
                "are used.")


def _free_name(path: Path, stamp: str) -> Path:
    """A name beside ``path`` that no file has yet."""
    names = (path.with_name(f"{path.stem}.broken-{stamp}{suffix}{path.suffix}")
             for suffix in ("", *(f"-{number}" for number in range(2, 10_000))))
    return next(name for name in names if not name.exists())


def _as_toml(settings: Settings) -> dict[str, Any]:
    """All settings as plain TOML values."""
    values = {name: getattr(settings, name) for name in Settings.model_fields if name != "sampling"}
    return values | {"sampling": asdict(settings.sampling)}


def _merged(on_disk: dict[str, Any], known: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """``on_disk`` with the keys that differ between ``known`` and ``wanted``.

    A value on disk that cannot be used is replaced too: the user was told of it when it was read.
    """
    readable, _ = settings_from(on_disk)
    usable = _as_toml(readable)
    merged = dict(on_disk)
    for name, value in wanted.items():
        if name == "sampling":
            there = on_disk.get(name)
            there = there if isinstance(there, dict) else {}
            merged[name] = there | _changes(there, known[name], value, usable[name])
        else:
            merged |= _changes(on_disk, {name: known[name]}, {name: value}, usable)
    return merged


def _changes(on_disk: dict[str, Any], known: dict[str, Any], wanted: dict[str, Any],
             usable: dict[str, Any]) -> dict[str, Any]:
    """What must be written: changed here, missing there, or not usable there."""
    return {name: value if value != known[name] else usable[name] for name, value in wanted.items()
            if value != known[name] or name not in on_disk or _differs(on_disk[name], usable[name])}


def _differs(first: object, second: object) -> bool:
    """Unequal, with ``True`` unequal to 1 as TOML has it."""
    return isinstance(first, bool) != isinstance(second, bool) or first != second


def _document(data: dict[str, Any]) -> str:
    """The file: every known setting with its explanation, then what we do not know."""
    lines = ["# Settings of the chatbot. Edit them here or in the program; comments you add are not kept.", ""]
    flat = {name: value for name, value in data.items() if name != "sampling"}
    for name, field in Settings.model_fields.items():
        if name in flat:
            lines += [f"# {field.description}", tomli_w.dumps({name: flat.pop(name)}).rstrip("\n"), ""]
    sampling = f"# {help_text('sampling')}\n" + tomli_w.dumps({"sampling": data["sampling"]})
    rest = [tomli_w.dumps({name: value}) for name, value in flat.items()] + [sampling]
    # After the first [header] no plain key of the top level may follow.
    return "\n".join(lines + sorted(rest, key=_begins_with_header))


def _begins_with_header(text: str) -> bool:
    return text.startswith(("[", "# "))


def _replace(path: Path, text: str) -> None:
    """Put ``text`` at ``path`` in one step, readable by the owner alone."""
    target = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{target.name}-", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _locked(lock_path: Path) -> Iterator[None]:
    """Hold the write lock of the settings. A lock left behind by a killed program is broken after a while."""
    deadline = time.monotonic() + _LOCK_WAIT_SECONDS
    while True:
        try:
            os.close(os.open(lock_path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            break
        except FileExistsError:
            if time.monotonic() > deadline or _is_left_behind(lock_path):
                break
            time.sleep(0.01)
    try:
        yield
    finally:
        lock_path.unlink(missing_ok=True)


def _is_left_behind(lock_path: Path) -> bool:
    try:
        return time.time() - lock_path.stat().st_mtime > _LOCK_STALE_SECONDS
    except FileNotFoundError:
        return False
