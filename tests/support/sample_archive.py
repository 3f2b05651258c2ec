"""A small archive of made-up articles, filled the way a crawl fills one: WARC record, store()."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

from crawler.archive.captures import NewCapture, RawResponse, WarcWriter, open_writer
from crawler.archive.db import Archive
from crawler.archive.frontier import Frontier, NewLink
from crawler.archive.runs import start_or_resume
from crawler.archive.store import store
from crawler.portals.model import Portal
from crawler.reader.model import Attachment, Citation, Image, Reading

VIETNAM = timezone(timedelta(hours=7))
PORTALS = (
    Portal("bien-xanh", "Cổng thông tin điện tử thành phố Biển Xanh", "http://bien-xanh.test/",
           "district", "Thanh Hóa", platform="nukeviet", status="live"),
    Portal("nui-cao", "Cổng thông tin điện tử huyện Núi Cao", "http://nui-cao.test/",
           "district", "Lào Cai", platform="liferay", status="closed"),
    Portal("dang-bo", "Trang tin Đảng bộ thị xã Sông Hồng", "http://dang-bo.test/",
           "party", "Nam Định", status="live"),
)  # fmt: skip
SUBJECTS = (
    ("Bí thư Đảng uỷ kiểm tra tiến độ kè biển", "Đảng uỷ và Uỷ ban nhân dân"),
    ("Thành ủy tổ chức hội nghị sơ kết sáu tháng", "Ban Thường vụ Thành ủy"),
    ("Khai mạc lễ hội bánh chưng, bánh giầy", "Ban tổ chức lễ hội"),
    ("Thông báo lịch cắt điện tuần tới", "Điện lực thành phố"),
    ("Trao nhà tình nghĩa cho gia đình chính sách", "Mặt trận Tổ quốc"),
)
DECREE = Citation("Nghị định số 30/2020/NĐ-CP", "Nghị định", "30/2020", "NĐ", "CP", None, 2)
SPOILED_TITLE = '=HYPERLINK("http://bad.test/","Bấm vào đây")'


def reading(number: int) -> Reading:
    """The reading of made-up article `number`: dates from 2014 on, some with none."""
    title, organ = SUBJECTS[number % len(SUBJECTS)]
    day = datetime(2014, 3, 1, 7, 30, tzinfo=VIETNAM) + timedelta(days=61 * number, minutes=number)
    dated = number % 17 != 16
    return Reading(
        url=None,
        kind="article",
        platform="nukeviet",
        native_id=str(1000 + number),
        title=SPOILED_TITLE if number == 3 else f"{title} (lần {number})",
        lead=f"{organ} vừa có buổi làm việc với các đơn vị về việc số {number}.",
        text=(
            f"Sáng {day.day}/{day.month}, {organ} đã họp bàn về công việc của đảng bộ.\n\n"
            "Hạng mục | Tiến độ | Ghi chú\nKè số 1 | 80 % | đúng hạn\nKè số 2 | 45 % | chậm\n\n"
            "Các đại biểu thống nhất:\nTiếp tục thi công;\nBáo cáo hằng tuần.\n\n"
            "Hội nghị kết thúc lúc 11 giờ 30 phút cùng ngày."
        ),
        published_at=day.isoformat(timespec="minutes") if dated else None,
        published_precision="minute" if dated else None,
        author="Nguyễn Thị Hoa" if number % 2 else None,
        source="Báo Thanh Hóa" if number % 5 == 0 else None,
        category="Tin tức - Sự kiện" if number % 3 else "Thông báo",
        tags=["kè biển", "tiến độ"] if number % 4 == 0 else [],
        images=[Image(f"http://bien-xanh.test/anh/{number}.jpg", "Quang cảnh buổi họp", "Hải Yến")],
        attachments=[Attachment("http://bien-xanh.test/tep/van-ban.pdf", "Văn bản số 12.pdf")],
        citations=[DECREE] if number % 4 == 0 else [],
        language="vi",
        text_method="profile",
        confidence=0.97,
    )


def make_archive(path: Path, articles: int = 40, edits: int = 1) -> Path:
    """Fill a new archive over three portals; the first `edits` articles are edited once."""
    with Archive.open(path) as archive, open_writer(archive) as writer:
        run = start_or_resume(archive, [portal.id for portal in PORTALS])
        for number in range(articles):
            put(archive, writer, run.id, number, reading(number), b"first")
        for number in range(edits):
            changed = reading(number)
            changed.title = f"{changed.title} (đã sửa)"
            put(archive, writer, run.id, number, changed, b"second")
    return path


def put(
    archive: Archive, writer: WarcWriter, run_id: int, number: int, read: Reading, salt: bytes
) -> None:
    """Store one reading as article `number`, with a record and a frontier row of its own."""
    portal = PORTALS[0 if number % 4 else number % 3]
    url = f"{portal.url}vi/news/bai-{number}.html"
    frontier = Frontier(archive)
    frontier.seed(run_id, portal, [])
    link = NewLink(url, "article", depth=1, revisit=True)
    frontier.add(portal.id, [link], run_id=run_id)
    (row_id,) = archive.conn.execute(
        "SELECT id FROM frontier WHERE key = ?", (link.key(portal.id),)
    ).fetchone()
    row = frontier.get(row_id)
    assert row is not None
    body = f"<html><title>{number}</title></html>".encode() + salt
    response = RawResponse(
        url=url,
        method="GET",
        request_headers=(),
        request_body=None,
        status_line=b"HTTP/1.1 200 OK",
        raw_headers=b"Content-Type: text/html",
        body=body,
        fetched_at=datetime(2026, 11, 1, 3, 0, tzinfo=UTC) + timedelta(minutes=number),
        address="127.0.0.1",
    )
    capture = NewCapture.of(
        response,
        writer.write(response),
        status=200,
        content_type="text/html",
        body_sha256=sha256(body).hexdigest(),
    )
    store(
        archive, run_id=run_id, row=row, capture=capture, reading=read, problem=None, links=[],
        portal=portal,
    )  # fmt: skip
