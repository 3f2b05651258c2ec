"""Stories in the words of the demo portals, and the furniture that portals put round them.

Classes are letters: names mean nothing, so that structure alone is left to read by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape

from crawler.demo import build

SITE = "Cổng thông tin điện tử huyện Quế Lộc"


@dataclass(frozen=True, slots=True)
class Story:
    """What a page tells. `title` and `stamp` are printed on it, `published` is what that means."""

    title: str
    paragraphs: tuple[str, ...]
    stamp: str = "Thứ sáu, 12/01/2024 15:10"
    published: str | None = "2024-01-12T15:10:00+07:00"

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


@cache
def stories() -> tuple[Story, ...]:
    """Stories of three paragraphs and more, in the words of the demo portals."""
    found = []
    for portal in build(seed=77, articles_per_portal=40):
        for article in portal.articles:
            told = tuple(text for text in article.paragraphs if len(text) >= 60)
            if len(told) >= 3:
                found.append(Story(article.title, told))
    return tuple(found)


def lines(texts: Sequence[str], tag: str = "p") -> str:
    return "\n".join(f"<{tag}>{escape(text, quote=False)}</{tag}>" for text in texts)


def others(story: Story) -> list[Story]:
    """Eight other stories, none of the same title."""
    known = stories()
    place = next((i for i, other in enumerate(known) if other.title == story.title), 0)
    around = (*known[place:], *known[:place])
    return list({o.title: o for o in around if o.title != story.title}.values())[:8]


_SECTIONS = (
    "Giới thiệu",
    "Tin tức - Sự kiện",
    "Văn bản chỉ đạo",
    "Thủ tục hành chính",
    "Lấy ý kiến",
)


def menu() -> str:
    """A menu of five sections with seven entries each."""
    rows = "".join(
        f'<li><a href="/m{n}">{name}</a><ul>'
        + "".join(f'<li><a href="/m{n}/{k}">{name} mục {k}</a></li>' for k in range(7))
        + "</ul></li>"
        for n, name in enumerate(_SECTIONS)
    )
    return f"<ul>{rows}</ul>"


def titles(story: Story, heading: str = "Tin liên quan") -> str:
    """Headlines of other news under a heading."""
    rows = "".join(
        f'<li><a href="/tin-{n}.html">{escape(other.title)}</a> (0{n + 1}/02/2024)</li>'
        for n, other in enumerate(others(story))
    )
    return f"<div><h3>{heading}</h3><ul>{rows}</ul></div>"


def teasers(story: Story, count: int = 6) -> str:
    """Other news with a headline and a whole paragraph each."""
    return "".join(
        f'<div class="k"><a href="/tin-{n}.html"><img src="/t{n}.jpg" width="120" height="80"></a>'
        f'<h4><a href="/tin-{n}.html">{escape(other.title)}</a></h4>'
        f"<p>{escape(other.paragraphs[0])}</p></div>"
        for n, other in enumerate(others(story)[:count])
    )


def comments(story: Story) -> str:
    """What readers say, each with name and day, under a heading."""
    said = "".join(
        f'<div class="u"><b>Nguyễn Văn {"ABCDEF"[n]}</b><span>1{n}/01/2024 08:1{n}</span>'
        f"<div>{escape(other.paragraphs[-1])}</div><a href='#'>Trả lời</a></div>"
        for n, other in enumerate(others(story)[:5])
    )
    return f"<div class='v'><h3>Bình luận (5)</h3>{said}<textarea></textarea></div>"


LEGAL = (
    "Cơ quan chủ quản: Ủy ban nhân dân huyện Quế Lộc. Địa chỉ: số 1 đường Trần Phú, thị trấn Quế "
    "Lộc. Điện thoại: 0238 3861 234. Email: bbt@queloc.example.",
    "Giấy phép thiết lập trang thông tin điện tử tổng hợp số 12/GP-TTĐT do Sở Thông tin và Truyền "
    "thông cấp ngày 05/06/2019. Ghi rõ nguồn khi phát hành lại thông tin từ trang này.",
)
COOKIES = (
    "Trang này dùng cookie để nhớ cỡ chữ và số lượt truy cập của quý vị. Khi tiếp tục sử dụng, quý "
    "vị đồng ý với chính sách về quyền riêng tư của chúng tôi. Quý vị có thể tắt cookie bất cứ lúc "
    "nào trong phần cài đặt của trình duyệt."
)
_QUESTIONS = (
    ("Hồ sơ nộp ở đâu?", "Người dân nộp hồ sơ tại bộ phận một cửa của xã, thị trấn, từ thứ hai đến "
     "thứ sáu, hoặc nộp qua mạng và nhận kết quả qua bưu điện."),
    ("Bao lâu thì có kết quả?", "Thời gian giải quyết không quá năm ngày làm việc, kể từ ngày nhận "
     "đủ hồ sơ hợp lệ; trường hợp chậm, cán bộ có thư xin lỗi."),
    ("Lệ phí là bao nhiêu?", "Hộ nghèo, người cao tuổi và người khuyết tật được miễn lệ phí; các "
     "trường hợp khác theo nghị quyết của Hội đồng nhân dân tỉnh."),
)  # fmt: skip
QUESTIONS = "".join(
    f"<details><summary>{question}</summary><p>{answer}</p></details>"
    for question, answer in _QUESTIONS
)
VISITS = (
    "<div><b>Thống kê truy cập</b><p>Đang online: 12</p><p>Hôm nay: 1.208</p><p>Tất cả: 3.307.033"
    "</p></div>"
)
