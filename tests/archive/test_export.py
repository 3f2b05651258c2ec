"""Export: the right articles, every field, whole files, clear refusals."""

from __future__ import annotations

import csv
import errno
import io
import json
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler.archive.articles import text_sha256
from crawler.archive.captures import open_writer
from crawler.archive.db import Archive
from crawler.archive.export import CSV_COLUMNS, Exported, export, whole_file
from crawler.archive.runs import start_or_resume
from crawler.archive.selection import PAGE_ROWS, Selection, parse_day
from crawler.archive.spreadsheet import CELL_LIMIT, unsafe_cell
from crawler.cli import main
from crawler.errors import KhotinError, UsageError
from crawler.exits import Exit
from tests.support.sample_archive import PORTALS, SPOILED_TITLE, make_archive, put, reading

ARTICLES = 40


@pytest.fixture(scope="module")
def archive_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_archive(tmp_path_factory.mktemp("export") / "archive.db", ARTICLES)


def exported(
    path: Path, selection: Selection | None = None, *, raw: bool = False
) -> list[dict[str, str]]:
    """The rows of a CSV export, as a spreadsheet would read them."""
    with Archive.open(path, readonly=True) as archive:
        out = io.BytesIO()
        export(archive, out, "csv", selection, raw=raw)
    text = out.getvalue().decode("utf-8" if raw else "utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def records(path: Path, selection: Selection | None = None) -> list[dict[str, Any]]:
    with Archive.open(path, readonly=True) as archive:
        out = io.BytesIO()
        export(archive, out, "jsonl", selection)
    return [json.loads(line) for line in out.getvalue().decode().split("\n") if line]


def khotin(*words: object) -> Result:
    return CliRunner().invoke(main, ["export", *map(str, words)])


def test_csv_holds_every_article_once_in_the_order_of_ids(archive_path: Path) -> None:
    rows = exported(archive_path)
    assert [int(row["id"]) for row in rows] == list(range(1, ARTICLES + 1))
    assert list(rows[0]) == list(CSV_COLUMNS)


def test_csv_begins_with_a_byte_order_mark_and_ends_lines_as_excel_does(archive_path: Path) -> None:
    with Archive.open(archive_path, readonly=True) as archive:
        out = io.BytesIO()
        export(archive, out)
    assert out.getvalue().startswith(b"\xef\xbb\xbfid,portal_id,")
    assert (
        b"body_sha256,tags,image_urls,image_captions,attachment_urls,citations\r\n"
        in out.getvalue()
    )


def test_csv_gives_back_what_the_reader_found(archive_path: Path) -> None:
    row = exported(archive_path)[4]
    read = reading(4)
    assert (row["title"], row["lead"], row["text"]) == (read.title, read.lead, read.text)
    assert row["published_at"] == read.published_at
    assert row["tags"] == "kè biển\ntiến độ"
    assert row["image_captions"] == "Quang cảnh buổi họp"
    assert row["attachment_urls"] == "http://bien-xanh.test/tep/van-ban.pdf"
    assert row["citations"].splitlines() == [cited.text for cited in read.citations]
    assert row["text_sha256"] == text_sha256(
        (read.title, read.lead, read.text, read.published_at, read.author, read.source)
    )
    assert row["payload_digest"].startswith("sha256:")
    assert row["warc_file"].endswith(".warc.gz")
    assert row["agency_code"] == ""


def test_a_title_that_is_a_formula_is_made_safe_and_raw_leaves_it(archive_path: Path) -> None:
    assert exported(archive_path)[3]["title"] == "'" + SPOILED_TITLE
    assert unsafe_cell(exported(archive_path)[3]["title"]) == SPOILED_TITLE
    assert exported(archive_path, raw=True)[3]["title"] == SPOILED_TITLE


def test_jsonl_has_lists_evidence_and_the_number_of_versions(archive_path: Path) -> None:
    found = records(archive_path)
    assert len(found) == ARTICLES
    assert found[0]["versions"] == 2
    assert found[1]["versions"] == 1
    assert found[4]["tags"] == ["kè biển", "tiến độ"]
    assert [cited["number"] for cited in found[4]["citations"]] == ["30/2020"]
    assert found[5]["citations"] == []
    assert found[4]["attachments"] == [
        {"url": "http://bien-xanh.test/tep/van-ban.pdf", "name": "Văn bản số 12.pdf"}
    ]
    assert found[4]["images"][0]["credit"] == "Hải Yến"
    assert found[4]["flags"] == []
    assert found[4]["capture"]["status"] == 200
    assert found[3]["title"] == SPOILED_TITLE


@pytest.mark.parametrize(
    ("selection", "fits"),
    [
        (Selection(portals=("dang-bo",)), lambda a: a["portal_id"] == "dang-bo"),
        (Selection(portals=("dang-bo", "nui-cao")), lambda a: a["portal_id"] != "bien-xanh"),
        (Selection(province="lao CAI"), lambda a: a["province"] == "Lào Cai"),
        (Selection(level="party"), lambda a: a["level"] == "party"),
        (
            Selection(first_day=date(2016, 1, 1), last_day=date(2017, 11, 2)),
            lambda a: "2016" <= (a["published_at"] or "") < "2017-11-03",
        ),
        (Selection(query="thanh uy"), lambda a: "Thành ủy" in a["title"]),
        (Selection(query='"bi thu dang uy"'), lambda a: "Bí thư Đảng uỷ" in a["title"]),
        (Selection(query="Đảng Bộ", level="party"), lambda a: a["level"] == "party"),
    ],
)
def test_a_selection_takes_exactly_what_fits(
    archive_path: Path, selection: Selection, fits: Any
) -> None:
    everything = records(archive_path)
    wanted = [article["id"] for article in everything if fits(article)]
    assert wanted
    assert [article["id"] for article in records(archive_path, selection)] == wanted


def test_the_last_day_is_included_to_its_end(archive_path: Path) -> None:
    day = date.fromisoformat(str(reading(5).published_at)[:10])
    found = records(archive_path, Selection(first_day=day, last_day=day))
    assert [article["native_id"] for article in found] == ["1005"]


def test_articles_without_a_date_are_left_out_of_a_span_of_days(archive_path: Path) -> None:
    undated = [a for a in records(archive_path) if a["published_at"] is None]
    spanned = records(archive_path, Selection(first_day=date(1900, 1, 1)))
    assert undated
    assert len(spanned) == ARTICLES - len(undated)


def test_more_than_a_page_of_articles_is_exported_whole(tmp_path: Path) -> None:
    path = make_archive(tmp_path / "archive.db", PAGE_ROWS + 3, edits=0)
    seen: list[tuple[int, int]] = []
    with Archive.open(path, readonly=True) as archive:
        done = export(archive, io.BytesIO(), progress=lambda *step: seen.append(step))
    assert done == Exported(PAGE_ROWS + 3, 0)
    assert seen == [(PAGE_ROWS, PAGE_ROWS + 3), (PAGE_ROWS + 3, PAGE_ROWS + 3)]


def test_a_crawl_may_write_during_an_export_and_its_log_is_not_held_back(tmp_path: Path) -> None:
    path = make_archive(tmp_path / "archive.db", PAGE_ROWS + 1, edits=0)
    with Archive.open(path) as writer, Archive.open(path, readonly=True) as archive:

        def crawl_on(done: int, total: int) -> None:
            with open_writer(writer) as warcs:
                run = start_or_resume(writer, [portal.id for portal in PORTALS])
                put(writer, warcs, run.id, 9000 + done, reading(9000 + done), b"late")
            (busy, _, _) = writer.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            assert busy == 0, "the export holds a snapshot between its pages"

        done = export(archive, io.BytesIO(), progress=crawl_on)
    assert done.articles == PAGE_ROWS + 1  # what came after the start is for the next export


def test_cells_too_long_for_a_spreadsheet_are_counted(tmp_path: Path) -> None:
    path = make_archive(tmp_path / "archive.db", 2, edits=0)
    with Archive.open(path) as archive:
        with archive.atomic() as db:
            db.execute("UPDATE articles SET text = ? WHERE id = 1", ["x" * (CELL_LIMIT + 1)])
        assert export(archive, io.BytesIO()).long_cells == 1
    result = khotin("--db", path, "-o", tmp_path / "all.csv")
    assert "1 cells are longer than 32,767 characters" in result.stderr


@pytest.mark.parametrize("text", ["2024-03-05", "2024-3-5", "05/03/2024", "5/3/2024", " 5.3.2024 "])
def test_a_day_is_read_in_iso_and_in_vietnamese(text: str) -> None:
    assert parse_day(text, "--from") == date(2024, 3, 5)


@pytest.mark.parametrize("text", ["31/02/2024", "2024-13-01", "5/3/24", "someday", ""])
def test_what_is_no_day_is_refused_with_the_way_to_write_one(text: str) -> None:
    with pytest.raises(UsageError, match="write it as 2024-03-31 or 31/03/2024"):
        parse_day(text, "--from")


def test_the_command_writes_a_whole_file_and_says_how_much(
    archive_path: Path, tmp_path: Path
) -> None:
    out = tmp_path / "all.csv"
    result = khotin("--db", archive_path, "-o", out)
    assert result.exit_code == 0, result.stderr
    assert f"{ARTICLES} articles written to {out}" in result.stderr
    assert out.read_bytes().count(b"\r\n") == ARTICLES + 1
    assert list(tmp_path.iterdir()) == [out]


def test_the_name_of_the_output_says_the_format(archive_path: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.jsonl"
    assert khotin("--db", archive_path, "-o", out).exit_code == 0
    assert json.loads(out.read_text(encoding="utf-8").split("\n")[0])["id"] == 1


def test_the_standard_output_gets_the_data_and_nothing_else(archive_path: Path) -> None:
    result = khotin("--db", archive_path, "--portal", "dang-bo", "--format", "jsonl", "-o", "-")
    assert {json.loads(line)["portal_id"] for line in result.stdout.splitlines()} == {"dang-bo"}
    assert "articles written" in result.stderr


def test_two_exports_of_one_archive_are_the_same_bytes(archive_path: Path) -> None:
    first, second = khotin("--db", archive_path), khotin("--db", archive_path)
    assert first.stdout_bytes == second.stdout_bytes


def test_a_semicolon_may_part_the_cells(archive_path: Path) -> None:
    result = khotin("--db", archive_path, "--separator", "semicolon")
    assert result.stdout.lstrip("\ufeff").startswith("id;portal_id;")


def test_an_existing_file_is_replaced_only_by_force(archive_path: Path, tmp_path: Path) -> None:
    out = tmp_path / "all.csv"
    out.write_text("mine", encoding="utf-8")
    refused = khotin("--db", archive_path, "-o", out)
    assert refused.exit_code == Exit.USAGE
    assert "give --force to replace it" in refused.stderr
    assert out.read_text(encoding="utf-8") == "mine"
    assert khotin("--db", archive_path, "-o", out, "--force").exit_code == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbfid,")


def test_what_is_no_file_is_never_replaced(archive_path: Path, tmp_path: Path) -> None:
    result = khotin("--db", archive_path, "-o", tmp_path, "--force")
    assert result.exit_code == Exit.USAGE
    assert "it is no file" in result.stderr


def test_a_missing_folder_is_named(archive_path: Path, tmp_path: Path) -> None:
    result = khotin("--db", archive_path, "-o", tmp_path / "nowhere" / "all.csv")
    assert result.exit_code == Exit.USAGE
    assert "No such file or directory" in result.stderr
    assert "nowhere" in result.stderr


def test_an_interrupted_export_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), whole_file(tmp_path / "all.csv") as out:
        out.write(b"half")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_the_old_file_and_says_so(tmp_path: Path) -> None:
    kept = tmp_path / "all.csv"
    kept.write_text("old", encoding="utf-8")
    with (
        pytest.raises(KhotinError, match="full: free some space"),
        whole_file(kept, force=True) as out,
    ):
        out.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert [(item.name, item.read_text(encoding="utf-8")) for item in tmp_path.iterdir()] == [
        ("all.csv", "old")
    ]


def test_nothing_that_fits_is_no_error_but_is_said(archive_path: Path) -> None:
    result = khotin("--db", archive_path, "--from", "01/01/2100")
    assert result.exit_code == 0
    assert "no article fits" in result.stderr
    assert result.stdout_bytes.count(b"\r\n") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--portal", "bien-xnah"], "there is no portal 'bien-xnah'"),
        (["--portal", "bien-xnah"], "did you mean bien-xanh"),
        (["--portal", "thành phố biển xanh"], "did you mean bien-xanh"),
        (["--province", "Thanh Hoas"], "did you mean Thanh Hóa"),
        (["--from", "32/01/2024"], "--from '32/01/2024' is no day"),
        (["--from", "ngày xửa ngày xưa"], "is no day"),
        (["--from", "2024-02-01", "--to", "2024-01-01"], "lies after"),
        (["--query", '"'], "holds no word"),
        (["--level", "village"], "is not one of"),
    ],
)
def test_a_wrong_word_is_refused_and_explained(
    archive_path: Path, words: list[str], message: str
) -> None:
    result = khotin("--db", archive_path, *words)
    assert result.exit_code == Exit.USAGE
    assert message in result.stderr
    assert result.stdout == ""


def test_a_missing_archive_is_named(tmp_path: Path) -> None:
    result = khotin("--db", tmp_path / "none.db")
    assert result.exit_code == Exit.ARCHIVE
    assert "there is no archive at" in result.stderr


def test_an_archive_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = make_archive(tmp_path / "archive.db", 1, edits=0)
    with Archive.open(path) as archive:
        archive.conn.execute(
            "INSERT INTO _sqlite_migrations(migration_set, name, applied_at)"
            " VALUES ('khotin', 'm9999_from_the_future', '2030-01-01')"
        )
    result = khotin("--db", path)
    assert result.exit_code == Exit.ARCHIVE
    assert "newer khotin" in result.stderr


@pytest.mark.parametrize(
    ("words", "day"),
    [("3 tháng 2 năm 2024", date(2024, 2, 3)), ("1 tháng 7, 2025", date(2025, 7, 1))],
)
def test_a_day_may_be_written_in_words(words: str, day: date) -> None:
    assert parse_day(words, "--from") == day


def test_yesterday_is_the_day_before_today() -> None:
    today = datetime.now(timezone(timedelta(hours=7))).date()
    assert parse_day("hôm qua", "--from") in (today - timedelta(days=1), today)
