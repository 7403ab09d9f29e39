"""The settings file: nothing a person or a crash does to it may lose a setting or stop the program."""

from __future__ import annotations

import os
import stat
import threading
import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chatbot.core.errors import SettingsError
from chatbot.core.sampling import OPTIONS, Sampling
from chatbot.settings import Settings, bounds, help_text, load, settings_from


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def on_disk(path: Path) -> dict[str, object]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def same(first: Settings, second: Settings) -> bool:
    """Equal values, whichever file they belong to."""
    return first.model_dump() == second.model_dump()


def test_no_file_gives_the_defaults_and_says_nothing(path: Path) -> None:
    settings, problems = load(path)
    assert same(settings, Settings()) and problems == []
    assert not path.parent.exists(), "reading creates nothing"


def test_what_was_saved_is_read_again(path: Path) -> None:
    settings, _ = load(path)
    settings.theme = "dark"
    settings.zoom_percent = 130
    settings.font_family = 'Noto "Sans" \\ 等宽 \U0001f426'
    settings.sampling = Sampling(temperature=0.35, seed=2**31 - 1)
    settings.save()
    again, problems = load(path)
    assert same(again, settings) and problems == []


def test_settings_are_readable_by_their_owner_only(path: Path) -> None:
    settings, _ = load(path)
    settings.save()
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert sorted(each.name for each in path.parent.iterdir()) == ["settings.toml"], "no temporary file is left"


def test_the_file_explains_every_setting(path: Path) -> None:
    settings, _ = load(path)
    settings.save()
    text = path.read_text(encoding="utf-8")
    for name in Settings.model_fields:
        assert help_text(name).endswith("."), f"{name} has no sentence"
        assert help_text(name) in text


@pytest.mark.parametrize(("line", "name", "expected"), [
    ('theme = "pink"', "theme", '"system", "light" or "dark"'),
    ("theme = 3", "theme", '"system", "light" or "dark"'),
    ("zoom_percent = 7500", "zoom_percent", "a whole number between 75 and 250"),
    ("zoom_percent = 74", "zoom_percent", "a whole number between 75 and 250"),
    ("zoom_percent = 100.5", "zoom_percent", "a whole number between 75 and 250"),
    ("zoom_percent = true", "zoom_percent", "a whole number between 75 and 250"),
    ('zoom_percent = "100"', "zoom_percent", "a whole number between 75 and 250"),
    ("threads = -1", "threads", "a whole number between 0 and 64"),
    ("reduce_motion = 1", "reduce_motion", "true or false"),
    ('send_key = "tab"', "send_key", '"enter" or "ctrl_enter"'),
    ("model_id = ['a']", "model_id", "a short text in quotes"),
    ("language = 1979-05-27", "language", '"system", "en" or "zh_CN"'),
])
def test_a_bad_value_falls_back_and_the_rest_is_kept(path: Path, line: str, name: str, expected: str) -> None:
    other = 'threads = 3' if name != "threads" else "zoom_percent = 125"
    settings, problems = load(written(path, f"{line}\n{other}\n[sampling]\ntemperature = 0.4\n"))
    assert getattr(settings, name) == getattr(Settings(), name)
    assert settings.sampling.temperature == 0.4
    assert (settings.threads, settings.zoom_percent) in ((3, 100), (0, 125))
    assert len(problems) == 1 and name in problems[0] and expected in problems[0]
    assert "used instead." in problems[0]


@pytest.mark.parametrize("bad", ["-3", "nan", "inf", "'hot'", "true", "[]", "{}"])
@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_a_bad_sampling_value_falls_back_alone(path: Path, option: object, bad: str) -> None:
    settings, problems = load(written(path, f"[sampling]\n{option.name} = {bad}\n"))
    assert settings.sampling == Sampling()
    assert len(problems) == 1 and option.label in problems[0]


def test_sampling_that_is_no_table_is_told(path: Path) -> None:
    settings, problems = load(written(path, "sampling = 3\n"))
    assert settings.sampling == Sampling()
    assert problems == ["In the settings, sampling must be a table of options, not 3; the defaults are used."]
    settings.theme = "dark"
    settings.save()
    assert load(path)[1] == []


@pytest.mark.parametrize("content", [b"theme = ", b"[[[", b"\xff\xfe\x00", b"a = 1\na = 2", b"x = " + b"[" * 5000,
                                     b"n = " + b"9" * 5000, b"# " + b"x" * (1 << 20)],
                         ids=["cut off", "brackets", "binary", "twice", "deep", "huge number", "huge file"])
def test_a_broken_file_is_kept_aside_and_told(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    settings, problems = load(path)
    assert same(settings, Settings())
    kept = [each for each in path.parent.iterdir() if ".broken-" in each.name]
    assert len(kept) == 1 and kept[0].read_bytes() == content, "the broken file is as it was"
    assert len(problems) == 1 and str(kept[0]) in problems[0] and "not valid TOML" in problems[0]
    assert load(path)[1] == [], "it is told once"


def test_two_broken_files_in_one_second_are_both_kept(path: Path) -> None:
    for number in range(3):
        load(written(path, f"broken {number}"))
    assert {each.read_text() for each in path.parent.iterdir()} == {"broken 0", "broken 1", "broken 2"}


def test_a_file_with_a_byte_order_mark_is_read(path: Path) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xef\xbb\xbftheme = 'dark'\r\n")
    assert load(path)[0].theme == "dark"


def test_a_folder_in_the_place_of_the_file_is_told(path: Path) -> None:
    path.mkdir(parents=True)
    settings, problems = load(path)
    assert same(settings, Settings()) and len(problems) == 1 and "cannot be read" in problems[0]
    settings.theme = "dark"
    with pytest.raises(SettingsError, match="could not be saved"):
        settings.save()
    assert path.is_dir()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("in the way")
    settings, _ = load(blocker / "settings.toml")
    settings.theme = "dark"
    with pytest.raises(SettingsError, match="could not be saved") as caught:
        settings.save()
    assert caught.value.code == "settings_not_saved"


def test_a_failed_write_keeps_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, _ = load(path)
    settings.save()
    before = path.read_bytes()

    def full_disk(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(os, "fsync", full_disk)
    settings.theme = "dark"
    with pytest.raises(SettingsError, match="No space left on device"):
        settings.save()
    assert path.read_bytes() == before
    assert sorted(each.name for each in path.parent.iterdir()) == ["settings.toml"]
    monkeypatch.undo()
    settings.save()
    assert load(path)[0].theme == "dark", "a later save tries again"


def test_unknown_keys_are_kept(path: Path) -> None:
    unknown = {"future": [1, 2], "moods": [{"name": "calm"}, {"name": "wild"}], "window": {"a": {"b": 1.5}}}
    text = tomli_w.dumps(unknown | {"theme": "light", "sampling": {"temperature": 0.5, "warp": 9}})
    settings, problems = load(written(path, text))
    assert problems == []
    settings.theme = "dark"
    settings.sampling = Sampling(temperature=0.6)
    settings.save()
    kept = on_disk(path)
    assert {name: kept[name] for name in unknown} == unknown
    assert kept["theme"] == "dark"
    assert kept["sampling"] == asdict(Sampling(temperature=0.6)) | {"warp": 9}


def test_edits_made_meanwhile_survive(path: Path) -> None:
    first, _ = load(path)
    first.save()
    second, _ = load(path)
    second.theme = "dark"
    second.sampling = Sampling(top_k=7)
    second.save()
    first.zoom_percent = 150
    first.sampling = Sampling(temperature=1.3)
    first.save()
    both, problems = load(path)
    assert (both.theme, both.zoom_percent, problems) == ("dark", 150, [])
    assert both.sampling == Sampling(top_k=7, temperature=1.3)


def test_a_bad_value_is_replaced_at_the_next_save(path: Path) -> None:
    settings, _ = load(written(path, "zoom_percent = 9000\n[sampling]\ntop_p = 7\n"))
    settings.theme = "dark"
    settings.save()
    again, problems = load(path)
    assert problems == [] and again.zoom_percent == 100 and again.sampling == Sampling()


def test_a_file_broken_while_the_program_runs_is_kept_aside(path: Path) -> None:
    settings, _ = load(path)
    settings.save()
    path.write_text("half an edit [")
    settings.theme = "dark"
    settings.save()
    assert load(path)[0].theme == "dark"
    assert [each.read_text() for each in path.parent.iterdir() if ".broken-" in each.name] == ["half an edit ["]


def test_saving_without_a_change_leaves_the_file_alone(path: Path) -> None:
    settings, _ = load(path)
    settings.save()
    before = path.stat().st_mtime_ns
    os.utime(path, ns=(before - 10**10, before - 10**10))
    settings.save()
    assert path.stat().st_mtime_ns == before - 10**10


def test_a_lock_left_behind_does_not_stop_saving(path: Path) -> None:
    lock = written(path.with_name("settings.toml.lock"), "")
    os.utime(lock, (1, 1))
    settings, _ = load(path)
    settings.theme = "dark"
    settings.save()
    assert load(path)[0].theme == "dark" and not lock.exists()


def test_many_writers_at_once_lose_nothing(path: Path) -> None:
    load(path)[0].save()
    names = [name for name in asdict(Sampling()) if name not in ("seed", "typical", "top_p", "min_p")]
    writers = [load(path)[0] for _ in names]
    wanted = {name: (option.minimum + option.step) for name in names for option in OPTIONS if option.name == name}

    def write(settings: Settings, name: str) -> None:
        settings.sampling = Sampling(**{name: wanted[name]})
        settings.save()
    threads = [threading.Thread(target=write, args=each) for each in zip(writers, names, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = asdict(load(path)[0].sampling)
    assert {name: found[name] for name in names} == wanted


def test_a_symbolic_link_stays_one(path: Path, tmp_path: Path) -> None:
    real = written(tmp_path / "dotfiles" / "settings.toml", "theme = 'light'\n")
    path.parent.mkdir(parents=True)
    path.symlink_to(real)
    settings, _ = load(path)
    settings.theme = "dark"
    settings.save()
    assert path.is_symlink() and on_disk(real)["theme"] == "dark"


def test_assigning_a_wrong_value_is_refused() -> None:
    settings = Settings()
    with pytest.raises(ValidationError):
        settings.zoom_percent = 1000
    with pytest.raises(ValidationError):
        settings.theme = "pink"
    assert bounds("zoom_percent") == (75, 250)


toml_values = st.recursive(
    st.none().map(lambda _: "x") | st.booleans() | st.integers(-2**70, 2**70) | st.floats() | st.dates()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]),
                                                                        max_size=5), inner, max_size=3), max_leaves=6)
names = st.sampled_from([*Settings.model_fields]) | st.text("abc_", min_size=1, max_size=6)
sampling_tables = st.dictionaries(st.sampled_from([option.name for option in OPTIONS]) | st.text("abc", max_size=3),
                                  toml_values, max_size=5)


@given(st.dictionaries(names, toml_values, max_size=6), sampling_tables)
def test_any_toml_gives_settings_within_bounds(data: dict[str, object], sampling: dict[str, object]) -> None:
    settings, problems = settings_from(data | {"sampling": sampling})
    assert 75 <= settings.zoom_percent <= 250 and 0 <= settings.threads <= 64
    for option in OPTIONS:
        assert option.minimum <= getattr(settings.sampling, option.name) <= option.maximum
    bad = [name for name in data if name in Settings.model_fields and name != "sampling"
           and (getattr(settings, name) != data[name] or type(getattr(settings, name)) is not type(data[name]))]
    for name in bad:
        assert any(f" {name} " in problem for problem in problems)
    assert all(len(problem) < 400 for problem in problems)


@given(st.binary(max_size=60) | st.text("=[]{}'\"\n#,.truefals0123 azoom_percnt", max_size=60).map(str.encode))
def test_no_content_at_all_stops_the_program(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "settings.toml"
    path.write_bytes(content)
    settings, _ = load(path)
    settings.theme = "dark"
    settings.save()
    again, problems = load(path)
    assert again.theme == "dark" and problems == []
    remains = path.parent.iterdir()
    assert any(each.read_bytes() == content for each in remains) or b"\x00" not in content


@given(st.dictionaries(names.filter(lambda name: name not in Settings.model_fields), toml_values, max_size=5))
def test_whatever_is_unknown_survives_writing(tmp_path_factory: pytest.TempPathFactory,
                                              unknown: dict[str, object]) -> None:
    path = tmp_path_factory.mktemp("any") / "settings.toml"
    path.write_text(tomli_w.dumps(unknown), encoding="utf-8")
    before = repr(tomllib.loads(path.read_text(encoding="utf-8")))
    settings, _ = load(path)
    settings.theme = "dark"
    settings.save()
    after = on_disk(path)
    assert repr({name: after[name] for name in tomllib.loads(tomli_w.dumps(unknown))}) == before
