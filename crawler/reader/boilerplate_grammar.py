"""Lines made of nothing but the words of a portal's tools, whatever their order.

"Gửi bài viết này cho bạn bè", "In bài viết | Gửi email", "Hôm nay có 123 lượt truy cập",
"Kết quả 1 - 10 trong khoảng 234": such a line is a run of a closed vocabulary, and one word from
outside of it ("Gửi hồ sơ", "123 lượt khám") makes it a sentence of somebody.
"""

from __future__ import annotations

import re

MAX_TOOL_WORDS = 12
MAX_TOOL_CHARS = 100
MAX_PHRASE_WORDS = 4

_WORD = re.compile(r"[^\s|,;:()\[\]«»<>…\"“”?!]+")
_NUMBER = re.compile(r"\d[\d.,]*(?:[/-]\d[\d.,]*)?")
_COUNT = re.compile(r"\d[\d.,]*")
_BETWEEN = re.compile(r" *[|•·] *| [-/] |(?<=\d) (?=[^\W\d])")


def _phrases(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.replace("\n", " ").split(",") if part.strip())


# What a visitor is asked to do, with what, and the words between the two.
_ACTIONS = _phrases(
    "xem, đọc, nghe, in, gửi, tải, lưu, chia sẻ, sao chép, copy, bình luận, đánh giá,"
    " bình chọn, đăng, viết, nhập, gõ, chọn, tìm, tìm kiếm, phóng to, thu nhỏ, bản in, tăng,"
    " giảm, thay đổi, đổi, theo dõi, dừng, tạm dừng, tiếp tục đọc, trả lời, phản hồi, click,"
    " kích, bấm, nhấn, nhấp, đăng nhập, đăng ký, download, print, share, xuất, hủy, huỷ,"
    " báo lỗi, để lại, thích, like, quên"
)
_STEPS = _phrases(
    "quay lại, quay về, quay trở lại, trở về, trở lại, về, lên, chuyển, đi, đi đến, đi tới"
)
_OBJECTS = _phrases(
    "trang, bài viết, bài, bài báo, bài đăng, tin, tin tức, tin bài, bản tin, website,"
    " trang web, bình luận, cỡ chữ, kích cỡ chữ, kích thước chữ, kích thước font, font chữ,"
    " font, chữ, liên kết, link, đường dẫn, email, e-mail, mail, facebook, zalo, twitter,"
    " google, google news, mạng xã hội, file, files, tệp, tệp tin, tập tin, pdf, bản in, phiên"
    " bản in, kiểu chữ,"
    " mã xác nhận, mã bảo mật, mã captcha, word, excel, video, từ khóa, từ khoá, bạn bè, giọng"
    " đọc, họ tên,"
    " họ và tên, mật khẩu, tài khoản, sao, quản trị, captcha"
)
_PAGES = _phrases("trang chủ, trang đầu, trang trước, trang sau, trang cuối, trang nhất, đầu trang")
# Offices send and read these as well: only what a form or a link does with them counts.
_SOFT_OBJECTS = _phrases("ý kiến, mã, tài liệu, nhận xét, phản hồi, đánh giá, đính kèm, văn bản")
_SOFT_ACTIONS = _phrases("gửi, viết, nhập, tải, download, để lại, đăng")
_LINKING = _phrases(
    "này, bản, khác, của bạn, bạn, cho, tới, đến, qua, trên, tại đây, vào đây, ngay, mới, cũ,"
    " hơn, nhất, tiếp, tiếp theo, trước, sau, liên quan, thêm, tất cả, chi tiết, các, những,"
    " một số, máy, xuống, và, với, bằng, tự động, lớn, nhỏ, mặc định, thân thiện, trong, theo,"
    " ngày, cùng chuyên mục, để, của, vào, hãy, vui lòng, mời, nhiều, được, hoặc, hệ thống, về,"
    " dạng, định dạng, hiển thị, bên cạnh, bên dưới, phía dưới, hình bên, lên, ra, đính kèm, kèm"
    " theo, cần tìm, bạn đọc, vui lòng đăng nhập"
)
# News of which the article is one, and how the others are told apart.
_NEWS = _phrases("bài viết, bài, bài báo, tin, tin tức, tin bài, bản tin, bài đăng")
_WHICH = _phrases(
    "khác, liên quan, cùng chuyên mục, cùng chủ đề, cùng danh mục, cùng thể loại, cùng loại,"
    " mới hơn, cũ hơn, đã đưa, đã đăng, đọc nhiều, xem nhiều, mới nhất, mới nhận, giờ chót,"
    " đáng chú ý, được quan tâm, trong chuyên mục, cùng sự kiện, tiếp theo, thêm"
)
# Counters: what is counted, when, and the nouns and numbers around it.
_VISITS = _phrases(
    "truy cập, viếng thăm, ghé thăm, truy nhập, online, trực tuyến, xem, đọc, tải, tải về,"
    " tải xuống, in, view, views, hits, visitors, thích, nghe"
)
_COUNTED = _phrases(
    "lượt, lần, số, số lượng, lượng, người, khách, thành viên, người dùng, tổng, tổng số, tất cả"
)
_COUNTING = _phrases(
    "có, đang, hiện, hiện đang, đã, được, trong, hôm nay, hôm qua, ngày, tuần, tháng, quý, năm,"
    " này, nay, qua, trước, hiện tại, cộng, website, trang, trang web, cổng, bài, bài viết,"
    " tin, vào, từ"
)
_PAGING = _phrases(
    "trang, trước, sau, đầu, đầu tiên, cuối, cuối cùng, tiếp, tiếp theo, của, trên, trong,"
    " tổng, tổng số, số, hiện tại, đi đến, đến, dòng, bản ghi, kết quả, khoảng, hiển thị,"
    " tìm thấy, mục, mỗi"
)
_PAGER = _phrases("dòng, bản ghi, hiển thị, đầu, đầu tiên, cuối, cuối cùng, khoảng, đi đến")
_SOCIAL = _phrases("thích, chia sẻ, bình luận, lưu, in, gửi, like, share, tweet, print, save")
# Articles are in Vietnamese: a line of nothing but these words is a tool's, and what it counts.
_ENGLISH = _phrases(
    "a, all, and, are, article, articles, at, by, comment, comments, file, files, font, for,"
    " friend, from, in, is, item, items, last, latest, most, new, news, next, now, of, on, or,"
    " our, out, page, pages, per, player, policy, popular, post, posts, previous, recent,"
    " related, results, service, site, size, text, the, this, to, top, total, today, us, use,"
    " via, video, web, website, with, yesterday, you, your, who's, stars, star, now, month, week,"
    " year, day, days, currently, media, content, menu, pdf, word, facebook, twitter, password"
)
_ENGLISH_SIGNS = _phrases(
    "about, accept, accessibility, attachments, average, back, breadcrumb, breadcrumbs, close,"
    " contact, cookie, cookies, copy, counter, download, downloads, duration, email, export,"
    " follow,"
    " forgot, forgotten, go, guests, hits, home, link, links, loaded, loading, login, logout,"
    " members,"
    " more, navigation, newsletter, older, newer, online, other, playback, print, privacy,"
    " rating, ratings,"
    " read, register, reply, search, send, share, sidebar, skip, statistics, subscribe, tags,"
    " terms, users,"
    " view, viewed, views, visit, visitor, visitors, visits, vote, votes"
)
_ENGLISH_ALONE = _phrases(
    "accessibility, attachments, back, breadcrumb, breadcrumbs, close, loading, navigation,"
    " register,"
    " subscribe, statistics, unsubscribe"
)
_ALONE = _phrases("in, gửi, lưu, email, facebook, zalo, print, share, thoát, đóng, rss, sitemap")

_TOOLS = _ACTIONS | _STEPS | _OBJECTS | _PAGES | _SOFT_OBJECTS | _LINKING
_RELATED = _NEWS | _WHICH | _LINKING | _phrases("xem, đọc")
_COUNTERS = _VISITS | _COUNTED | _COUNTING
_PAGERS = _PAGING | _PAGER


def is_tool_line(lowered: str) -> bool:
    """Whether a line, in lower case, is a run of tool words, a counter or a pager."""
    if len(lowered) > MAX_TOOL_CHARS:
        return False
    words = [word.strip(".-") for word in _WORD.findall(lowered)]
    words = [word for word in words if word]
    if lowered.isascii() and _is_english(words):
        return True
    if not 2 <= len(words) <= MAX_TOOL_WORDS + 4:
        return False
    if lowered.endswith(".") and not lowered.endswith(".."):
        return False  # an author's "Xem file đính kèm." ends like a sentence
    if any(word[0].isdigit() for word in words):
        return _is_counter(words, lowered) or _is_pager(words)
    return len(words) <= MAX_TOOL_WORDS and (_is_tool(words) or _is_related(words))


def parts_of(lowered: str) -> list[str]:
    """The parts of a line of several tools, when it is set as such; else nothing."""
    parts = [part for part in _BETWEEN.split(lowered) if part]
    return parts if len(parts) > 1 else []


def may_stand_among_tools(part: str) -> bool:
    """Whether one word of a row of tools is one although alone it may be text."""
    return part in _ALONE


def _is_tool(words: list[str]) -> bool:
    found = _cover(words, _TOOLS)
    if found is None:
        return False
    said = frozenset(found)
    if said <= _SOCIAL and len(found) > 1:
        return True
    if said & _ACTIONS and said & _OBJECTS:
        # "Bình luận", "phản hồi" are both deed and thing: two words are needed.
        return len(found) > 1
    steps = said & _STEPS and said & (_PAGES | {"trang"})
    return bool(steps or (said & _SOFT_ACTIONS and said & _SOFT_OBJECTS))


def _is_related(words: list[str]) -> bool:
    found = _cover(words, _RELATED)
    return found is not None and bool(_NEWS & set(found)) and bool(_WHICH & set(found))


def _is_english(words: list[str]) -> bool:
    said = [word for word in words if not _COUNT.fullmatch(word.rstrip("%"))]
    if len(words) < 2:
        return said == words and set(said) <= _ENGLISH_ALONE
    known = all(word in _ENGLISH or word in _ENGLISH_SIGNS for word in said)
    return known and not _ENGLISH_SIGNS.isdisjoint(said)


def _is_counter(words: list[str], lowered: str) -> bool:
    rest = [word for word in words if not _COUNT.fullmatch(word)]
    found = _cover(rest, _COUNTERS) if rest else None
    if found is None or len(rest) == len(words):
        return False
    said = set(found)
    labelled = ":" in lowered or _COUNT.fullmatch(words[-1]) is not None
    return bool(said & _VISITS) and (bool(said & _COUNTED) or (labelled and len(found) == 1))


def _is_pager(words: list[str]) -> bool:
    rest = [word for word in words if not _NUMBER.fullmatch(word)]
    found = _cover(rest, _PAGERS) if rest else None
    if found is None:
        return False
    numbers = [word for word in words if _NUMBER.fullmatch(word)]
    several = len(numbers) > 1 or "/" in numbers[0] if numbers else False
    return bool(numbers) and (
        ("trang" in found and (several or bool(set(found) & _PAGER)))
        or (several and len(set(found) & _PAGER) > 0)
    )


def _cover(words: list[str], known: frozenset[str]) -> list[str] | None:
    """The phrases that the words are, longest first; None when one of them is no such word."""
    found: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(MAX_PHRASE_WORDS, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + length])
            if phrase in known:
                found.append(phrase)
                at += length
                break
        else:
            return None
    return found
