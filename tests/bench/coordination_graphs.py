"""Stand-ins for the public graphs, in the layout of the originals."""

from __future__ import annotations

import gzip
from pathlib import Path

from counterlure.bench.coordination import graphs
from counterlure.network.model import Tables


def tables(events) -> Tables:
    return graphs.tables_of(events)


def yelpchi(folder: Path, text: str | None = None) -> None:
    folder.mkdir(parents=True)
    plain = "201 0 None 1 None\n202 0 5.0 -1 2012-09-24\n202 1 None 1 None\n203 1 1.0 1 2012-09-25\n"
    with gzip.open(folder / "metadata.gz", "wt", encoding="utf-8") as stream:
        stream.write(plain if text is None else text)


def amazon_cn(folder: Path, label: str = "1") -> None:
    folder.mkdir(parents=True)
    (folder / "J01Network.txt").write_text("1 2\n2 3\n2 4\n", encoding="utf-8")
    rows = ["user_ID user_no label", f"1000066988 1 {label}", "1000133148 2 0", "1000133149 3 -10", "1000133150 5 1"]
    (folder / "UserLabel.txt").write_text("\r\n".join(rows), encoding="utf-8")


def coortweet(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "russian_coord_tweets.csv").write_text(
        "object_id,account_id,content_id,timestamp_share\nt1,a,c1,1623881091.0\nt1,b,c2,1623881092.0\n",
        encoding="utf-8",
    )
    (folder / "german_elections.csv").write_text(
        "account_id,post_id,url_id,hashtag_id,domain_id,phash_id,timestamp\n"
        "fb_1,9,23678,,3498,,1629589836.0\nfb_2,8,,,6756,,1629589069.0\n",
        encoding="utf-8",
    )


def collegemsg(folder: Path) -> None:
    folder.mkdir(parents=True)
    pairs = [f"{one} {other} {1082040961 + one}" for one in range(1, 13) for other in range(13, 53)]
    (folder / "CollegeMsg.txt").write_text("\n".join(["src dst time", *pairs, pairs[0]]), encoding="utf-8")


def email_eu(folder: Path, lines: list[str] | None = None) -> None:
    folder.mkdir(parents=True)
    (folder / "email-Eu-core-temporal.txt").write_text("\n".join(lines or ["1 2 0", "1 2 9", "3 2 5"]), "utf-8")
