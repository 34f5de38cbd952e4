from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from counterlure.ingest.delivery import Delivery, opened
from counterlure.ingest.jobs import Job, groups, jobs
from counterlure.ingest.limits import DEFAULT, Limits
from counterlure.ingest.names import Verdict, judge, stem
from counterlure.model import Skipped
from tests.ingest.archives import (
    CONNECTIONS_2023,
    INVITATIONS_2025,
    POSITIONS,
    PROFILE,
    handed_in,
    messages,
    table,
    zipped,
)

CORE = {
    "messages.csv": messages(),
    "Invitations.csv": table(INVITATIONS_2025, []),
    "Connections.csv": table(CONNECTIONS_2023, []),
    "Profile.csv": table(PROFILE, [{"First Name": "Ada", "Last Name": "Example", "Headline": "Physicist"}]),
}


def found(path: Path, limits: Limits = DEFAULT) -> list[Delivery]:
    deliveries: list[Delivery] = []
    for job in jobs(path, limits):
        assert isinstance(job, Job), job
        with opened(job, limits) as more:
            deliveries += more
    return deliveries


def names(delivery: Delivery) -> list[str]:
    return [member.source for _, member in delivery.parts]


@pytest.mark.parametrize(
    ("name", "known_as"),
    [
        ("messages.csv", "messages"),
        ("Messages.CSV", "messages"),
        ("messages (1).csv", "messages"),
        ("Complete_LinkedInDataExport/Comments_252701747.csv", "comments"),
        ("Company Follows.csv", "companyfollows"),
        ("Rich_Media.csv", "richmedia"),
        ("in\\Invitations.csv", "invitations"),
        ("Profile.xlsx", "profile"),
    ],
)
def test_a_file_is_known_whatever_its_spelling(name: str, known_as: str) -> None:
    assert stem(name) == known_as


@pytest.mark.parametrize(
    "name",
    [
        "Contacts.csv",
        "Imported Contacts.csv",
        "ImportedContacts.csv",
        "Ad_Targeting.csv",
        "Inferences_about_you.csv",
        "Logins.csv",
        "SearchQueries.csv",
        "Search Queries.csv",
    ],
)
def test_other_peoples_addresses_and_the_owners_habits_are_never_opened(name: str) -> None:
    assert judge(name) is Verdict.NEVER


@pytest.mark.parametrize(
    "name",
    [
        "guide_messages.csv",
        "coach_messages.csv",
        "learning_coach_messages.csv",
        "learning_role_play_messages.csv",
        "LearningCoachMessages.csv",
    ],
)
def test_chats_with_assistants_are_not_taken_for_messages(name: str) -> None:
    assert judge(name) is Verdict.LOOK_ALIKE


@pytest.mark.parametrize(
    "name",
    [
        "Skills.csv",
        "Reactions_123456.csv",
        "Verifications/Verifications.csv",
        "Articles/a.html",
        ".DS_Store",
        "Jobs/Saved Jobs.csv",
    ],
)
def test_what_is_of_no_use_is_passed_over(name: str) -> None:
    assert judge(name) is Verdict.HARMLESS


def test_nothing_on_the_never_list_is_opened_even_where_it_is_no_file(tmp_path: Path) -> None:
    handed_in(tmp_path / "d", {"messages.csv": messages()})
    os.mkfifo(tmp_path / "d" / "Contacts.txt")
    (tmp_path / "d" / "Contacts.csv").write_bytes(b"secret")
    (tmp_path / "d" / "Contacts.csv").chmod(0)
    with opened(Job("d", os.fsencode(tmp_path / "d"), [b"Contacts.csv", b"messages.csv"], single=False), DEFAULT) as [
        one
    ]:
        assert names(one) == ["d/messages.csv"]
        assert one.skipped == one.warnings == []


def test_a_zip_is_a_delivery_read_in_a_fixed_order(tmp_path: Path) -> None:
    path = tmp_path / "Complete_LinkedInDataExport_01-02-2026.zip"
    path.write_bytes(zipped({**CORE, "Skills.csv": "Name\n", "Contacts.csv": "x"}))
    [one] = found(path)
    assert one.name == path.name
    assert [member.name for _, member in one.parts] == [
        "Profile.csv",
        "Invitations.csv",
        "Connections.csv",
        "messages.csv",
    ]
    assert one.skipped == one.warnings == []


@pytest.mark.parametrize("name", ["a.zip.zip", "a.zip (1).zip", "a (2).zip", "A.ZIP", "no-suffix"])
def test_a_zip_is_known_by_its_bytes(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(zipped(CORE))
    assert len(found(path)[0].parts) == 4


def test_an_inner_folder_is_only_wrapping(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped({f"Basic_Export/{name}": data for name, data in CORE.items()}))
    [one] = found(tmp_path / "a.zip")
    assert one.name == "a.zip"
    assert "a.zip/Basic_Export/messages.csv" in names(one)


def test_several_archives_in_one_zip_are_several_deliveries(tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(
        zipped({"ada/messages.csv": messages(), "bo/in/messages.csv": messages({"CONTENT": "x"})})
    )
    assert [one.name for one in found(tmp_path / "all.zip")] == ["all.zip/ada", "all.zip/bo/in"]


def test_a_folder_with_the_deliveries_of_many_is_taken_apart(tmp_path: Path) -> None:
    folder = handed_in(
        tmp_path / "in",
        {
            "cai.zip": zipped(CORE),
            "ada/messages.csv": messages(),
            "ada/Jobs/Saved Jobs.csv": "x",
            "ada/Verifications/Verifications.csv": "x",
            "bo/Export/Connections.csv": CORE["Connections.csv"],
        },
    )
    assert [one.name for one in found(folder)] == ["in/ada", "in/bo/Export", "in/cai.zip"]


def test_a_file_belongs_to_the_nearest_unpacked_archive_above_it() -> None:
    paths = ["a/Profile.csv", "a/mail/x.eml", "a/old/messages.csv", "loose/1.eml", "loose/deep/2.eml", "top.eml"]
    assert groups(paths) == {
        "": ["top.eml"],
        "a": ["a/Profile.csv", "a/mail/x.eml"],
        "a/old": ["a/old/messages.csv"],
        "loose": ["loose/1.eml"],
        "loose/deep": ["loose/deep/2.eml"],
    }


def test_one_file_alone_is_a_delivery(tmp_path: Path) -> None:
    [one] = found(handed_in(tmp_path, {"messages.csv": messages()}) / "messages.csv")
    assert (one.name, names(one)) == ("messages.csv", ["messages.csv"])


def test_the_first_of_two_parts_is_recognised(tmp_path: Path) -> None:
    data = zipped({"Profile.csv": CORE["Profile.csv"], "Positions.csv": table(POSITIONS, []), "Skills.csv": "Name\n"})
    (tmp_path / "a.zip").write_bytes(data)
    [one] = found(tmp_path / "a.zip")
    assert "first part" in one.warnings[0].reason


def test_an_unknown_file_is_a_warning_unless_it_was_named_itself(tmp_path: Path) -> None:
    folder = handed_in(tmp_path / "d", {"messages.csv": messages(), "novel.csv": "a,b\n"})
    [one] = found(folder)
    assert [(note.source, note.reason) for note in one.warnings] == [
        ("d/novel.csv", '"novel.csv" is no file known here; not read')
    ]
    assert one.skipped == []
    [alone] = found(folder / "novel.csv")
    assert [note.source for note in alone.skipped] == ["novel.csv"]
    assert alone.digest == ""


def test_a_file_on_the_never_list_that_was_named_itself_is_refused_by_name(tmp_path: Path) -> None:
    [one] = found(handed_in(tmp_path, {"Contacts.csv": "x"}) / "Contacts.csv")
    assert one.skipped == [Skipped("Contacts.csv", "is not read: never opened")]


def test_the_digest_depends_on_names_and_bytes_and_not_on_wrapping(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zipped(CORE))
    (tmp_path / "b.zip").write_bytes(zipped({f"x/{name.lower()}": data for name, data in reversed(CORE.items())}))
    handed_in(tmp_path / "c", CORE)
    digests = {found(tmp_path / name)[0].digest for name in ("a.zip", "b.zip", "c")}
    assert len(digests) == 1
    (tmp_path / "c" / "messages.csv").write_text(messages({"CONTENT": "another"}))
    assert found(tmp_path / "c")[0].digest not in digests


def test_links_and_pipes_inside_a_folder_are_named_and_not_followed(tmp_path: Path) -> None:
    folder = handed_in(tmp_path / "d", {"messages.csv": messages()})
    (tmp_path / "secret.csv").write_text("secret")
    (folder / "Profile.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "up").symlink_to(tmp_path)
    os.mkfifo(folder / "Invitations.csv")
    named = {entry.source: entry.reason for entry in jobs(folder, DEFAULT) if isinstance(entry, Skipped)}
    assert set(named) == {"d/Profile.csv", "d/up", "d/Invitations.csv"}
    assert "not followed" in named["d/up"]


def test_a_link_that_the_user_gives_is_followed(tmp_path: Path) -> None:
    handed_in(tmp_path, {"messages.csv": messages()})
    (tmp_path / "messages-link.csv").symlink_to(tmp_path / "messages.csv")
    [job] = jobs(tmp_path / "messages-link.csv", DEFAULT)
    assert isinstance(job, Job)
    assert job.files == [b"messages.csv"]


def test_what_is_missing_empty_or_too_much_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    handed_in(tmp_path / "many", {f"{n}.eml": "x" for n in range(5)})
    deep = handed_in(tmp_path / "deep", {"a/b/c/messages.csv": messages()})
    assert [str(found) for found in jobs(tmp_path / "gone.zip", DEFAULT)] == [
        "Skipped(source='gone.zip', reason='cannot be read: No such file or directory')"
    ]
    assert next(iter(jobs(tmp_path / "empty", DEFAULT))) == Skipped("empty", "is an empty folder")
    assert "more than 4 files" in str(list(jobs(tmp_path / "many", replace(DEFAULT, archive_entries=4))))
    assert "more than 2 folders deep" in str(list(jobs(deep, replace(DEFAULT, folder_depth=2))))


def test_file_names_of_any_bytes_are_read_and_shown_clean(tmp_path: Path) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / "messages.csv").write_text(messages())
    (folder / os.fsdecode(b"\xff\x1b[31m\xe2\x80\xae.csv")).write_text("x")
    [one] = found(folder)
    assert len(one.parts) == 1
    assert "\x1b" not in one.warnings[0].source + one.warnings[0].reason


def test_a_file_that_grows_past_its_limit_is_cut(tmp_path: Path) -> None:
    path = handed_in(tmp_path / "d", {"messages.csv": messages()}) / "messages.csv"
    [job] = jobs(path.parent, DEFAULT)
    assert isinstance(job, Job)
    with opened(job, replace(DEFAULT, member_bytes=10)) as [one]:
        assert "exceeds 10 bytes" in one.skipped[0].reason


def test_a_stray_file_beside_archives_is_a_warning_and_no_fault(tmp_path: Path) -> None:
    folder = handed_in(tmp_path / "in", {"a.zip": zipped(CORE), "readme.txt": "hello"})
    loose, archive = found(folder)
    assert (loose.digest, loose.skipped) == ("", [])
    assert [note.source for note in loose.warnings] == ["in/readme.txt"]
    assert archive.parts


def test_every_file_counts_towards_what_may_be_unpacked(tmp_path: Path) -> None:
    files = {"messages.csv": messages(), "Invitations.csv": CORE["Invitations.csv"]}
    (tmp_path / "a.zip").write_bytes(zipped(files))
    handed_in(tmp_path / "d", files)
    for name in ("a.zip", "d"):
        [one] = found(tmp_path / name, replace(DEFAULT, unpacked_bytes=len(messages()) + 1))
        assert len(one.parts) == 1
        assert "bytes unpacked in all" in one.skipped[0].reason


def test_a_folder_that_may_not_be_entered_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = handed_in(tmp_path / "in", {"ada/messages.csv": messages(), "bo/messages.csv": messages()})
    real = os.scandir

    def guarded(path: Path) -> object:
        if path.name == "bo":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr("counterlure.ingest.jobs.os.scandir", guarded)
    closed, job = jobs(folder, DEFAULT)
    assert closed == Skipped("in/bo", "cannot be read: Permission denied")
    assert isinstance(job, Job)
    assert job.name == "in/ada"


def test_large_files_are_read_again_from_where_they_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("counterlure.ingest.delivery._KEPT_BYTES", 10)
    (tmp_path / "a.zip").write_bytes(zipped(CORE))
    [job] = jobs(tmp_path / "a.zip", DEFAULT)
    assert isinstance(job, Job)
    with opened(job, DEFAULT) as [one]:
        for _, part in one.parts:
            assert part.read() == CORE[part.name].encode()
