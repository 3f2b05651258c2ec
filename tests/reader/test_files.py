"""Files that an article gives away, in every markup that portals use for them."""

from __future__ import annotations

import pytest

from crawler.reader import fields
from crawler.reader.document import parse
from crawler.reader.files import file_address, file_links

HOST = "https://quethuong.example"
GOOGLE, OFFICE = "https://docs.google.com", "https://view.officeapps.live.com"  # viewers
FILES: dict[str, tuple[str, str | None]] = {
    "<a href='/uploads/kh.pdf'>Kế hoạch</a>": ("/uploads/kh.pdf", "Kế hoạch"),
    "<a href='/uploads/kh.PDF?v=2'>KH</a>": ("/uploads/kh.PDF?v=2", "KH"),
    "<a href='/documents/20182/0/KH.pdf/9f2c1a3b-11aa-22bb?t=1'>KH</a>": (
        "/documents/20182/0/KH.pdf/9f2c1a3b-11aa-22bb?t=1",
        "KH",
    ),
    f"<a href='{GOOGLE}/viewer?url=https%3A%2F%2Fx.example%2Fa.pdf&embedded=true'>Xem</a>": (
        "https://x.example/a.pdf",
        "Xem",
    ),
    f"<a href='{GOOGLE}/gview?url=/uploads/a.docx'>Xem</a>": (
        "/uploads/a.docx",
        "Xem",
    ),
    f"<iframe src='{GOOGLE}/gview?url=https://x.example/a.pdf&embedded=true'></iframe>": (
        "https://x.example/a.pdf",
        None,
    ),
    "<iframe src='/ViewerJS/#../uploads/a.pdf' title='Kế hoạch'></iframe>": (
        "/uploads/a.pdf",
        "Kế hoạch",
    ),
    "<iframe src='/Scripts/pdfjs/web/viewer.html?file=%2Fuploads%2Fa.pdf'></iframe>": (
        "/uploads/a.pdf",
        None,
    ),
    "<iframe src='/uploads/a.pdf#view=FitH'></iframe>": ("/uploads/a.pdf", None),
    f"<iframe src='{OFFICE}/op/embed.aspx?src=https://x.example/a.xlsx'></iframe>": (
        "https://x.example/a.xlsx",
        None,
    ),
    "<embed src='/a.pdf' type='application/pdf'>": ("/a.pdf", None),
    "<object data='/a.pdf' type='application/pdf'></object>": ("/a.pdf", None),
    "<object type='application/pdf'><param name='src' value='/a.pdf'></object>": ("/a.pdf", None),
    "<object data='/GetDoc?id=2' type='application/pdf'></object>": ("/GetDoc?id=2", None),
    "<a href='javascript:void(0)' onclick=\"window.open('/uploads/a.pdf')\">Tải về</a>": (
        "/uploads/a.pdf",
        "Tải về",
    ),
    "<a href='#' onclick=\"downloadFile('/Handlers/Download.ashx?id=5')\">Tải</a>": (
        "/Handlers/Download.ashx?id=5",
        "Tải",
    ),
    "<a href=\"javascript:download('/uploads/kh.doc')\">KH</a>": ("/uploads/kh.doc", "KH"),
    "<a href='/DownloadFile.ashx?id=12'>Tải về</a>": ("/DownloadFile.ashx?id=12", "Tải về"),
    "<a href='/Handlers/GetFile.ashx?FileID=12'>Kế hoạch 12.pdf</a>": (
        "/Handlers/GetFile.ashx?FileID=12",
        "Kế hoạch 12.pdf",
    ),
    "<a href='/tai-file/12'>Tải file</a>": ("/tai-file/12", "Tải file"),
    "<a href='/?file=ke-hoach.docx&amp;id=3'>x</a>": ("/?file=ke-hoach.docx&id=3", "x"),
    "<a href='/media/12' download>KH</a>": ("/media/12", "KH"),
    "<a href='/media/12' download='KH 12.pdf'><img src='/i.png' width='10'></a>": (
        "/media/12",
        "KH 12.pdf",
    ),
    "<a href='/vb/12345'>12_KH-UBND.signed.pdf (120 KB)</a>": (
        "/vb/12345",
        "12_KH-UBND.signed.pdf (120 KB)",
    ),
}
NO_FILES = [
    "<a href='/uploads/anh.jpg' download>Ảnh</a>",
    "<a href='/tin-tuc/tai-ve-ung-dung-123.html'>Tải về ứng dụng</a>",
    "<a href='/download'>Tải về</a>",
    "<a href='/tin-tuc/hop-dan.html'>Họp dân</a>",
    "<a href='mailto:a@b.pdf'>x</a>",
    "<a href='#top'>Download</a>",
    "<iframe src='https://www.youtube.com/embed/abc'></iframe>",
    "<iframe src='https://www.facebook.com/plugins/page.php?href=x'></iframe>",
    "<embed src='/player.swf' type='application/x-shockwave-flash'>",
    "<a href='http://[bad/a.pdf'>x</a>",
    "<a href='javascript:history.back()'>Quay lại</a>",
]


def files(markup: str) -> list[tuple[str, str | None]]:
    page = parse(f"<html><body><div>{markup}</div></body></html>", f"{HOST}/tin/a.html")
    assert page is not None
    found = fields.attachments_of(page, file_links(page.root))
    return [(file.url.removeprefix(HOST), file.name) for file in found]


@pytest.mark.parametrize(("markup", "expected"), FILES.items(), ids=range(len(FILES)))
def test_a_file_is_found_with_its_address_and_name(
    markup: str, expected: tuple[str, str | None]
) -> None:
    assert files(markup) == [expected]


@pytest.mark.parametrize("markup", NO_FILES)
def test_other_links_and_frames_are_no_files(markup: str) -> None:
    assert files(markup) == []


def test_a_file_that_is_linked_and_shown_is_one() -> None:
    link = "<a href='/uploads/kh.pdf'>Kế hoạch</a>"
    viewer = f"<iframe src='{GOOGLE}/viewer?url={HOST}/uploads/kh.pdf'></iframe>"
    assert files(link + viewer) == [("/uploads/kh.pdf", "Kế hoạch")]


@pytest.mark.parametrize("address", ["http://[bad", "//[", "javascript:'", "#" * 5000, "'" * 5000])
@pytest.mark.parametrize("tag", ["a", "iframe", "embed"])
def test_no_address_breaks_the_reading(tag: str, address: str) -> None:
    name = "href" if tag == "a" else "src"
    page = parse(f'<html><body><{tag} {name}="{address}.pdf"></{tag}></body></html>', None)
    assert page is not None
    for element in page.root.iter(tag):
        file_address(element)
