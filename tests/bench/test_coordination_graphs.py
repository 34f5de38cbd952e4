"""Readers of the public graphs, on stand-ins with the layout of the originals."""

from __future__ import annotations

import pytest

from counterlure.bench.coordination.graphs import GRAPHS
from counterlure.errors import InputError
from counterlure.network.model import ABSENT
from tests.bench import coordination_graphs as stand_ins


def read(tmp_path, name, **more):
    folder = tmp_path / GRAPHS[name].folder
    getattr(stand_ins, folder.name)(folder, **more)
    return GRAPHS[name].read(folder)


def contacts(sample):
    table = sample.tables
    return [
        (table.accounts.key[a], table.targets.key[t], at)
        for a, t, at in zip(table.contacts.account, table.contacts.target, table.contacts.first_at, strict=True)
    ]


def labelled(sample):
    return {key: bool(label) for key, label in zip(sample.tables.accounts.key, sample.hostile, strict=True)}


def test_a_reviewer_with_one_filtered_review_is_hostile(tmp_path):
    sample = read(tmp_path, "yelpchi")
    assert labelled(sample) == {"201": False, "202": True, "203": False}
    assert contacts(sample)[:2] == [("201", "0", ABSENT), ("202", "0", 1348444800)]


def test_similar_reviewers_are_contacts_both_ways_and_unjudged_ones_are_not_known(tmp_path):
    sample = read(tmp_path, "amazon_cn")
    assert [pair[:2] for pair in contacts(sample)] == [
        ("1", "2"),
        ("2", "1"),
        ("2", "3"),
        ("2", "4"),
        ("3", "2"),
        ("4", "2"),
    ]
    assert labelled(sample) == {"1": True, "2": False, "3": False, "4": False}
    assert sample.known.tolist() == [True, True, False, False]


def test_shares_without_an_address_are_left_out(tmp_path):
    sample = read(tmp_path, "german_elections")
    assert contacts(sample) == [("fb_1", "23678", 1629589836)]
    assert sample.hostile is None


def test_retweets_are_contacts_of_the_post(tmp_path):
    assert contacts(read(tmp_path, "russian_coord_tweets")) == [("a", "t1", 1623881091), ("b", "t1", 1623881092)]


def test_messages_count_once_at_their_first_time_and_nobody_is_hostile(tmp_path):
    sample = read(tmp_path, "email_eu")
    assert contacts(sample) == [("1", "2", 0), ("3", "2", 5)]
    assert not sample.hostile.any()


def test_a_header_line_is_no_message(tmp_path):
    sample = read(tmp_path, "collegemsg")
    assert "src" not in sample.tables.accounts.key
    assert sample.size == (12, 40, 480)


def test_a_planted_group_is_hostile_and_the_background_stays(tmp_path):
    sample = read(tmp_path, "collegemsg_planted")
    assert sample.hostile.sum() == 20
    assert sample.size[:2] == (32, 40)
    honest = [pair for pair in contacts(sample) if not pair[0].startswith("planted-")]
    assert len(honest) == 480
    again = GRAPHS["collegemsg_planted"].read(tmp_path / "collegemsg")
    assert contacts(again) == contacts(sample)


@pytest.mark.parametrize(
    ("name", "more", "reason"),
    [
        ("yelpchi", {"text": "201 0 None one None\n"}, "metadata.gz:1: 'one' is no number"),
        ("yelpchi", {"text": "201 0 None 1 yesterday\n"}, "metadata.gz:1: 'yesterday' is no date"),
        ("yelpchi", {"text": "201 0\n"}, "metadata.gz:1: 2 cells where 5 are due"),
        ("yelpchi", {"text": ""}, "metadata.gz: holds no contact"),
        ("amazon_cn", {"label": "spam"}, "UserLabel.txt:2: 'spam' is no number"),
        ("email_eu", {"lines": ["1 2 inf"]}, "email-Eu-core-temporal.txt:1: 'inf' is no number"),
    ],
)
def test_what_is_not_understood_is_named_with_file_line_value_and_remedy(tmp_path, name, more, reason):
    with pytest.raises(InputError) as fault:
        read(tmp_path, name, **more)
    assert reason in str(fault.value)
    assert "; take" in str(fault.value)


def test_a_file_that_is_not_there_or_not_gzipped_is_an_input_error(tmp_path):
    folder = tmp_path / "yelpchi"
    folder.mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        GRAPHS["yelpchi"].read(folder)
    (folder / "metadata.gz").write_bytes(b"plain")
    with pytest.raises(InputError, match="cannot be read"):
        GRAPHS["yelpchi"].read(folder)


def test_a_table_without_its_columns_is_an_input_error(tmp_path):
    folder = tmp_path / "coortweet"
    folder.mkdir()
    (folder / "german_elections.csv").write_text("account_id,post_id\na,1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"german_elections\.csv:1: no column timestamp, url_id"):
        GRAPHS["german_elections"].read(folder)
    header = "object_id,account_id,content_id,timestamp_share"
    (folder / "russian_coord_tweets.csv").write_text(f"{header}\nt1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"russian_coord_tweets\.csv:2: no account_id"):
        GRAPHS["russian_coord_tweets"].read(folder)
