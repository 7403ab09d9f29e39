"""Zip and tar files: what phones share is read, what would do harm is refused with a sentence."""

from __future__ import annotations

import io
import json
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from chatbot.chatlogs import archives
from chatbot.chatlogs.problems import UnknownFormat, UnsafeArchive
from chatbot.core.errors import ImportProblem
from tests.chatlogs.reading_steps import DATA, pairs, read_paths

CHAT = "31/12/2023, 23:58 - Ann: hi\n31/12/2023, 23:59 - Bob: ho\n"


def make_zip(path: Path, members: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_phone_zip_with_media(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "WhatsApp Chat - Bob.zip", {
        "_chat.txt": CHAT, "00000001-PHOTO.jpg": b"\xff\xd8\xff\xe0" + bytes(2000), "notes.csv": "a,b\n1,2\n3,4\n",
        "contact.vcf": "BEGIN:VCARD\nFN:Bob\nEND:VCARD\n"})
    with read_paths(path) as log:
        assert pairs(log.messages()) == [("Ann", "hi"), ("Bob", "ho")]
        assert log.report.ignored_files == 3
        assert log.report.suggested_me.name == "Ann"
        assert log.conversations[0].title == "Bob"
    assert [file.name for file in tmp_path.iterdir()] == ["WhatsApp Chat - Bob.zip"], "nothing is unpacked to the disk"


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil.txt", "a/../../evil.txt", "C:\\evil.txt", "..\\evil.txt"])
def test_name_that_leads_outside(tmp_path: Path, name: str) -> None:
    path = make_zip(tmp_path / "chat.zip", {name: CHAT, "ok.txt": CHAT.replace("hi", "safe")})
    with read_paths(path) as log:
        assert pairs(log.messages())[0] == ("Ann", "safe")
        assert log.report.used == 2
        assert any("leads out of the archive" in note for note in log.report.notes)
    only = make_zip(tmp_path / "only.zip", {name: CHAT})
    with pytest.raises(UnknownFormat):
        read_paths(only)


def test_link_in_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "chat.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("chat.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("real.txt", CHAT)
    with read_paths(path) as log:
        assert log.report.used == 2
        assert any("link" in note for note in log.report.notes)


def test_zip_bomb_stops_soon(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    line = "31/12/2023, 23:58 - Ann: " + "0" * 100_000 + "\n"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("_chat.txt", "w") as member:
        member.write(CHAT.encode())
        for _ in range(1000):
            member.write(line.encode())
    assert path.stat().st_size < 1_000_000
    with read_paths(path) as log:
        assert log.report.used < 300, "reading went on far beyond what text can be packed to"
        assert "far more than a chat export" in log.report.files[0].problem
    assert log.report.used >= 2, "what came before is kept"


def test_zip_that_lies_about_its_size(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "lie.zip", {"_chat.txt": CHAT * 50})
    data = bytearray(path.read_bytes())
    central = data.rindex(b"PK\x01\x02")
    data[central + 24:central + 28] = (7).to_bytes(4, "little")
    path.write_bytes(bytes(data))
    try:
        read_paths(path).close()
    except ImportProblem as problem:
        assert str(problem).endswith(".")


def test_encrypted_member(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "secret.zip", {"_chat.txt": CHAT})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(UnknownFormat):
        read_paths(path)
    other = make_zip(tmp_path / "both.zip", {"_chat.txt": CHAT})
    with read_paths(path, other) as log:
        assert any("password" in note for note in log.report.notes)


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_half_a_zip(tmp_path: Path, keep: float) -> None:
    path = make_zip(tmp_path / "half.zip", {"_chat.txt": CHAT * 200})
    path.write_bytes(path.read_bytes()[:int(path.stat().st_size * keep)])
    with pytest.raises(UnsafeArchive, match="damaged zip"):
        read_paths(path)


def test_damage_inside_a_member_keeps_what_came_before(tmp_path: Path) -> None:
    lines = "".join(f"31/12/2023, 23:58 - Ann: {number * 7919 % 1000} {number}\n" for number in range(60_000))
    path = make_zip(tmp_path / "chat.zip", {"_chat.txt": lines})
    data = bytearray(path.read_bytes())
    middle = len(data) * 3 // 4
    data[middle:middle + 50] = bytes(50)
    path.write_bytes(bytes(data))
    with read_paths(path) as log:
        assert 100 < log.report.used < 60_000
        assert "damaged from some point on" in log.report.files[0].problem


def test_empty_zip_and_zip_in_zip(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat):
        read_paths(make_zip(tmp_path / "empty.zip", {}))
    inner = make_zip(tmp_path / "inner.zip", {"_chat.txt": CHAT}).read_bytes()
    with pytest.raises(UnknownFormat):
        read_paths(make_zip(tmp_path / "outer.zip", {"inner.zip": inner}))


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MEMBER_LIMIT", 5)
    path = make_zip(tmp_path / "many.zip", {f"{number}.txt": "x" for number in range(6)})
    with pytest.raises(UnsafeArchive, match="more than 5 files"):
        read_paths(path)


def test_tar_with_links_and_devices(tmp_path: Path) -> None:
    path = tmp_path / "skype.tar"
    data = (DATA / "skype.json").read_bytes()
    with tarfile.open(path, "w") as archive:
        for name, kind, target in (("link.json", tarfile.SYMTYPE, "/etc/passwd"), ("hard.json", tarfile.LNKTYPE, "x"),
                                   ("device", tarfile.CHRTYPE, "")):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, target
            archive.addfile(member)
        for name in ("../messages.json", "messages.json"):
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    with read_paths(path) as log:
        assert log.report.format == "skype" and log.report.used == 2
        assert len(log.report.notes) >= 2


def test_compressed_tar(tmp_path: Path) -> None:
    path = tmp_path / "skype.tgz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(DATA / "skype.json", "messages.json")
    with read_paths(path) as log:
        assert log.report.used == 2


def test_gzip_bomb(tmp_path: Path) -> None:
    path = tmp_path / "bomb.tgz"
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("messages.json")
        member.size = 60_000_000
        archive.addfile(member, io.BytesIO(bytes(member.size)))
    with pytest.raises(ImportProblem) as caught:
        read_paths(path)
    assert str(caught.value).endswith(".")


def test_slack_zip(tmp_path: Path) -> None:
    day = json.loads((DATA / "slack_day.json").read_text())
    path = make_zip(tmp_path / "slack.zip", {
        "users.json": (DATA / "slack_users.json").read_text(),
        "channels.json": '[{"id": "C1", "name": "general", "members": ["U1A"]}]',
        "dms.json": '[{"id": "D1", "members": ["U1A", "U2B"]}]', "integration_logs.json": '[{"user_id": "U1A"}]',
        "general/2023-11-14.json": json.dumps(day[:4]), "general/2023-11-15.json": json.dumps(day[4:]),
        "D1/2023-11-16.json": '[{"type": "message", "user": "U2B", "text": "psst", "ts": "1700100000.000100"}]'})
    with read_paths(path) as log:
        assert log.report.format == "slack"
        assert pairs(log.messages())[0] == ("ann", "hi @Bob Ray & that page")
        assert {(chat.title, chat.messages) for chat in log.conversations} == {("general", 4), ("ann, Bob Ray", 1)}
        assert {speaker.name: speaker.messages for speaker in log.report.speakers} == {"ann": 2, "Bob Ray": 3}
        assert log.report.ignored_files == 4


def test_google_takeout_folder(tmp_path: Path) -> None:
    group = tmp_path / "Google Chat" / "Groups" / "DM 1"
    user = tmp_path / "Google Chat" / "Users" / "User 1"
    group.mkdir(parents=True)
    user.mkdir(parents=True)
    (group / "messages.json").write_bytes((DATA / "google_chat.json").read_bytes())
    (group / "group_info.json").write_text('{"name": "Ann & Bob", "members": []}')
    (user / "user_info.json").write_text('{"user": {"name": "Bob", "email": "bob@x.example"}}')
    (group / "link.json").symlink_to("/etc/passwd")
    with read_paths(tmp_path) as log:
        assert log.report.suggested_me.name == "Bob"
        assert log.conversations[0].title == "Ann & Bob"


def test_messenger_parts_in_a_zip(tmp_path: Path) -> None:
    part = json.loads((DATA / "messenger.json").read_text())
    older = dict(part, messages=[{"sender_name": "Ann Lee", "timestamp_ms": 1479294140000, "content": "long ago"}])
    path = make_zip(tmp_path / "facebook.zip", {
        "your_activity/messages/inbox/jose_1/message_1.json": json.dumps(part),
        "your_activity/messages/inbox/jose_1/message_2.json": json.dumps(older),
        "your_activity/messages/inbox/jose_1/photos/a.jpg": b"\xff\xd8\xff\xe0" + bytes(100)})
    with read_paths(path) as log:
        assert len(log.conversations) == 1
        assert [message.text for message in log.messages()][:2] == ["long ago", "first"]
