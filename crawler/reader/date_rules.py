"""Which of the dates in a text is the publish stamp, if any: what stands around it decides.

The rules, in the order they are asked:

1. what is a sentence, a citation, a range, a page clock or a print day is no stamp;
2. a date right behind a publish label ("Ngày đăng:", "Cập nhật lúc") is one, in a longer row too;
3. a date in brackets at the end of a row is one (lists print title and stamp in one element);
4. otherwise both sides must be short, and hold nothing but labels, names and counters.
"""

from __future__ import annotations

import re
from typing import Literal

from crawler.reader.date_grammar import ANY_CLOCK, FIRST_YEAR, WEEKDAY, Found, plain

MAX_LABEL_WORDS = 6  # of a label nobody taught us ("Thông tin Xuân Lộc"); leads are longer
MAX_ROW_WORDS = 60  # of a title that a labelled or bracketed stamp follows
CITED_CHARS = 16  # the end of a title within which a document's number takes the date behind it
MAX_BYLINE_WORDS = 14  # of a by-line, or of an office that a bar divides from the stamp
MAX_PLACE_CHARS = 60
MAX_HEADING_WORDS = 3  # of a section behind the stamp; leads are longer
MAX_NAME_WORDS = 5  # of a person or office behind the stamp
MAX_EXTRA_WORDS = 6  # of a category or name behind a bar

_LETTERS = r"[^\W\d_]"
_EDGE = " \t|•·,;:-–_/()[]{}.*&»«>"

# A label of publishing directly in front of the date, "ngày", "lúc" and a weekday between.
_PUBLISH = (
    r"(?:đăng|đưa(?: tin| lên)?|viết|xuất bản|phát hành|công bố|tạo|gửi|post(?:ed)?|publish(?:ed)?"
    r"|publication|written|created|pub ?date|published_time|ngày tin|(?<!bản )tin ngày|xb)"
)
_UPDATE = r"(?:cập nhật|cập nhập|chỉnh sửa|sửa(?: đổi)?|hiệu chỉnh|updated?|modified|edited)"
_LABEL_END = (
    r"(?: ?(?:tin|bài|bài viết|lên|trang|web|bởi|by|on|date|time|at|cuối|mới nhất|lần cuối|last"
    r"|gần nhất|vào|lúc|hồi|ngày|giờ|thời gian|thời điểm))*[\s:.,|()\[-]*"
    rf"(?:[\s:,.-]*(?:{WEEKDAY.pattern.replace('?P<vi>', '?:').replace('?P<en>', '?:')})"
    r"[\s,.:-]*(?:ngày|lúc)?)?[\s:(\[|-]*$"
)
_PUBLISH_END = re.compile(rf"\b{_PUBLISH}{_LABEL_END}", re.I)
_UPDATE_END = re.compile(rf"\b{_UPDATE}{_LABEL_END}", re.I)
_UPDATE_HEAD = re.compile(
    rf"^[\s|,;.()\[\]•·-]*(?:(?:ngày|đã|lần|last|được|thời gian)\s*)?{_UPDATE}\b", re.I
)
_BY_SOMEONE = re.compile(rf"\b{_PUBLISH} (?:bởi|by)\b", re.I)

# What makes the date behind it something else than a stamp; the first list in any case, the
# second only with "ngày" or "lúc" ("Tổ chức 12/3/2024" may be a category with its stamp).
_EVENT = (
    r"(?:từ|đến|kể từ|tính đến|hạn|hiệu lực|ban hành|khai mạc|bế mạc|khai giảng|thành lập|kỷ niệm"
    r"|kỉ niệm|printed on|signed on|nhân dịp|chào mừng|chậm nhất|muộn nhất|dự kiến|trước|đúng"
    r"|khoảng|giấy phép|cấp phép)"
)
_EVENT_WITH_DAY = (
    r"(?:tới|sau|hết|qua|trong|nhân|mừng|dịp|sinh|mất|ký|cấp|tổ chức|diễn ra|họp|nộp|chụp|từ trần"
    r"|qua đời|hy sinh|in|print)"
)
_OTHER_EVENT = re.compile(
    rf"\b(?:{_EVENT}(?: (?:vào|trong|là|của))*[\s:]*(?:ngày|lúc|hồi)?"
    rf"|{_EVENT_WITH_DAY}(?: (?:vào|trong|là|của))*[\s:]*(?:ngày|lúc|hồi)"
    r"|ngày (?:cấp|ký|sinh|mất|ban hành|hiệu lực)"
    r"|hôm qua|hôm sau|ngày mai|(?:sáng|chiều|tối) mai|(?:tuần|tháng) này|tại thời điểm)[\s:,(]*$",
    re.I,
)
_PART_OF_DAY = re.compile(
    r"(?:^|[\s(,])(?:rạng sáng|sáng|trưa|chiều|tối|đêm)"
    r"(?:[\s,]+(?:nay|qua|ngày|mùng|mồng|thứ \w+|cn|chủ nhật))*[\s,(]*$",
    re.I,
)
_CLOCK_LABEL = re.compile(
    r"\b(?:hôm nay|bây giờ|(?:giờ )?hiện tại|today|now|đồng hồ|(?:được )?in (?:ngày|lúc)|ngày in"
    r"|(?:thời gian|giờ) in|printed|print (?:date|time|on)|truy cập (?:lúc|ngày|cuối)"
    r"|(?:ngày|giờ|lần|thời gian) (?:truy cập|xem)|đăng nhập|chọn ngày"
    r"|(?:âm|dương) lịch|lịch (?:âm|vạn niên)|ngày âm)\b|°",
    re.I,
)
# Numbers that are no dates though they look it: of phones, accounts, releases, plots, pages.
_NUMBER_LABEL = re.compile(
    r"(?:(?<!\w)(?:đt|sđt|dđ|điện thoại|di động|tel|phone|fax|hotline|mst|mã số(?: thuế)?|mã"
    r"|tài khoản|stk|cmnd|cmt|cccd|ip|km|ql|trang|thửa(?: đất)?|lô|tờ|phiên bản|ver(?:sion)?|v"
    r"|build|release|giá|tỷ số|tỉ số|tỷ lệ|tỉ lệ|kỳ|đợt|tuần|lần|khóa|khoá|quyển|vòng)"
    r"|(?<!\w)số(?: (?:báo|thửa|tờ|lô|nhà|điện thoại|tài khoản|hiệu|văn bản|ký hiệu))?)[\s:.]*$"
    r"|\b(?:phiên bản|version)\b[^|]*$",
    re.I,
)
_DOCUMENT = (
    r"(?:nghị quyết|quyết định|chỉ thị|kế hoạch|công văn|thông báo|kết luận|nghị định|thông tư"
    r"|hướng dẫn|tờ trình|báo cáo|văn bản|công điện|quy định|luật|pháp lệnh|hiến pháp)"
)
_CITATION = re.compile(
    r"\bsố ?:? ?\d|(?-i:\d(?: ?/ ?|- ?)[A-ZĐ]{2,})|©|\(c\)"
    r"|\b(?:giấy phép|bản quyền|copyright|nhiệm kỳ|giai đoạn|năm học)\b"
    rf"|\b{_DOCUMENT} ?(?:số ?)?,? ?(?:ngày|ký ngày)[\s:]*$",
    re.I,
)
_DEADLINE = re.compile(
    r"^(?:(?:thời gian |thời điểm |thời |giờ |ngày |hạn )?"
    r"(?:hạn|hết hạn|bắt đầu|kết thúc|họp|sinh|mất|ký|cấp"
    r"|vào đảng|mở thầu|đóng thầu|tiếp (?:công )?dân|tiếp nhận|hẹn trả|nộp|trực|thi|bầu cử|áp dụng"
    r"|thực hiện|khởi công|khánh thành|phê duyệt|hiệu lực|trích yếu)"
    r"|(?:ngày|thời gian|giờ) (?:chọn|tổ chức|diễn ra|trả kết quả|nhận|đi|đến|về|hoàn thành"
    r"|làm việc|chính thức|chụp|sáng tác|lấy mẫu|văn bản|vb|bh|hội|lễ|tết))\b",
    re.I,
)
# "Ngày Thầy thuốc Việt Nam 27/02/2024": a feast, not a label.
_FEAST = re.compile(r"^(?i:ngày) (?P<name>[^\W\d_])\w* \w[^:|]*$")
# A phrase that ends in "ngày" and is no label: "Lịch công tác ngày", "Ảnh chụp ngày".
_PHRASE = re.compile(r"\w\s+ngày\s*$", re.I)
# The first half of a range: "11-12/3/2024", "25/12 - 31/12/2023", "ngày 11 và 12/3/2024".
_RANGE_HEAD = re.compile(
    r"(?:(?:^|ngày |[(\[] ?)\d{1,2}|\b\d{1,2}[/.]\d{1,2}) ?(?:[-,&]|và|đến) ?(?:ngày )?$", re.I
)
_NOT_A_LABEL = (
    _PART_OF_DAY, _CLOCK_LABEL, _CITATION, _OTHER_EVENT, _RANGE_HEAD, _NUMBER_LABEL
)  # fmt: skip
_ANNIVERSARY = re.compile(
    r"\b(?:kỷ niệm|kỉ niệm|thành lập|ngày|năm sinh|sáng|chiều|tối|nay|qua|mai)$|\d năm\b", re.I
)
_NUMERIC_DATE = re.compile(r"^\d\d?[/. -]")

_TAIL = frozenset(
    """
    lượt xem đọc số lần người đã truy cập bình luận phản hồi ý kiến đánh giá tổng cộng views view
    viewed hits hit comments comment likes like read reads times time thích chi tiết thêm tiếp
    in bài viết này bản tin gửi email mail chia sẻ print pdf gốc nghe tải về lưu facebook zalo
    twitter share quay lại trở đầu trang trước cỡ chữ a aa font size tăng giảm kích thước tương
    phản màu phóng to thu nhỏ mặc định gmt utc ict giờ phút giây múi việt nam hà nội indochina
    standard am pm đông dương với mới new tweet không có chưa no để lại leave reply lời chức năng
    bị tắt đóng off ấn cho
    """.split()
)
_BYLINE = re.compile(
    r"\b(?:tác giả|nguồn(?: tin)?|người (?:đăng|viết|gửi|tạo)|bởi|by|đăng bởi|biên tập|theo|btv"
    r"|author|source|chuyên mục|danh mục|thể loại|mục|category|tags?|từ khóa|từ khoá"
    r"|lĩnh vực|in)\b ?:?",
    re.I,
)
_DAY_WORD = re.compile(r"\b(?:ngày|lúc|hồi)\b", re.I)
_WORDS = re.compile(rf"{_LETTERS}+")
_HARD_END = re.compile(r"(?:[|•·]| -)\s*$")
# The middle of a document's number, the end of a file's name, the entry of a calendar.
_GOES_ON = re.compile(
    r"/\w|\.[^\W\d_]+\d| ?:[\s\d]*[^\W\d_]"
    r"|\.(?:pdf|docx?|xlsx?|pptx?|jpe?g|png|gif|zip|rar|mp[34])\b",
    re.I,
)
_LUNAR = re.compile(r"\bâm lịch\b|\bâl\b", re.I)
_HARD_START = re.compile(r"^\s*(?:[|•·\]/»>]|-(?= )|\s-\s)")


def choose_stamp(text: str, found: list[Found]) -> Found | None:
    """The stamp among the dates of a plain text, or None when none is one."""
    for index, stamp in enumerate(found):
        if _PUBLISH_END.search(text[: stamp.start]) and _labelled_stamp(text, found, index):
            return stamp
    if len(found) == 1 and _UPDATE_END.search(text[: found[0].start]):
        return found[0] if _labelled_stamp(text, found, 0) else None
    if len(found) > 1:  # what is labelled as an update is not the stamp beside another date
        found = [stamp for stamp in found if not _UPDATE_END.search(text[: stamp.start])] or found
    last = found[-1]
    if _bracketed_row(text, last):
        return last
    if len({stamp.value for stamp in found}) > 1:
        return None
    return found[0] if _plain_stamp(text, found) else None


def label_kind(text: str, raw: str) -> Literal["publish", "update"] | None:
    """What the label in front of a stamp says: that it is of publishing, of an update, nothing."""
    before = plain(text).partition(plain(raw))[0]
    if _PUBLISH_END.search(before):
        return "publish"
    return "update" if _UPDATE_END.search(before) else None


def stands_alone(text: str, raw: str) -> bool:
    """Whether a line says nothing but its stamp, with weekday, counters and tools at most."""
    rest = WEEKDAY.sub(" ", plain(text).replace(plain(raw), " "))
    return all(word.lower() in _TAIL or _DAY_WORD.match(word) for word in _WORDS.findall(rest))


def _labelled_stamp(text: str, found: list[Found], index: int) -> bool:
    """A date behind a publish label: the rest must only not turn it into a sentence."""
    stamp = found[index]
    before = text[: stamp.start]
    end = found[index + 1].start if index + 1 < len(found) else len(text)
    after = text[stamp.end : end]
    if index + 1 < len(found):  # cut the label of the next date
        after = re.split(r"[|•·;]| - |  ", after)[0]
        after = "" if _UPDATE_HEAD.match(after) or _only_label(after) else after
    if _part_of_sentence(before) or len(_WORDS.findall(before)) > MAX_ROW_WORDS:
        return False
    if before.rstrip().endswith(":") and (rest := after.strip(_EDGE)) and rest[0].isupper():
        return not _GOES_ON.match(after)  # whatever it is: in lists the title follows its stamp
    return _tail_is_harmless(after, stamp, may_be_heading=True)


def _only_label(after: str) -> bool:
    return len(_WORDS.findall(after)) <= MAX_LABEL_WORDS and not after.rstrip().endswith(".")


def _part_of_sentence(before: str) -> bool:
    """A label word inside a sentence: "Luật được công bố ngày", "theo tin đăng ngày"."""
    return bool(_CITATION.search(before[-60:])) or before.lower().startswith(("theo ", "căn cứ "))


def _bracketed_row(text: str, stamp: Found) -> bool:
    """A title with its stamp in brackets at the end of the row."""
    before, after = text[: stamp.start].rstrip(), text[stamp.end :].strip()
    closed = after[:1] in (")", "]") if after else text.endswith((")", "]"))  # "… GMT+7)"
    if not before.endswith(("(", "[")) or not closed:
        return False
    title = before.rstrip("([ ")
    words = len(_WORDS.findall(WEEKDAY.sub(" ", title)))
    if words == 0 or words > MAX_ROW_WORDS or len(_WORDS.findall(after)) > 2:
        return False
    if stamp.clock is not None:
        return True
    # Without a time the bracket may belong to the title: an anniversary, the date of a document.
    return stamp.day.year >= FIRST_YEAR and not (
        stamp.bare or _CITATION.search(title[-CITED_CHARS:]) or _ANNIVERSARY.search(title)
    )


def _plain_stamp(text: str, found: list[Found]) -> bool:
    stamp = found[0]
    before, after = text[: stamp.start], text[found[-1].end :]
    if len(found) > 1 and _WORDS.search(text[stamp.end : found[-1].start]):
        after = text[stamp.end :]
    if stamp.bare and stamp.clock is None and not WEEKDAY.search(before):
        return False
    if ANY_CLOCK.search(before) or (ANY_CLOCK.search(after) and not _UPDATE_HEAD.match(after)):
        return False  # a range of hours: a calendar entry
    if text.count("(", 0, stamp.start) > text.count(")") and after.strip() == "-":
        return False  # "(20/7/2024 -": the first half of a range
    # "Ngày 12/01/2024 UBND huyện …" is a lead, "12/01/2024 Tin tức" a stamp.
    heads_sentence = _DAY_WORD.search(text[: stamp.end])
    return _head_is_harmless(before, stamp, text) and _tail_is_harmless(
        after, stamp, may_be_heading=not heads_sentence
    )


def _head_is_harmless(before: str, stamp: Found, text: str) -> bool:
    label = before.strip(_EDGE)
    if _DEADLINE.match(label) or any(pattern.search(before) for pattern in _NOT_A_LABEL):
        return False
    if _PHRASE.search(WEEKDAY.sub(" ", before)) and not _BY_SOMEONE.search(label):
        return False
    if stamp.clock is None and _is_clock_or_place(before, label, text[stamp.start : stamp.end]):
        return False
    if (feast := _FEAST.match(label)) and feast["name"].isupper() and not label.isupper():
        return False
    words = _WORDS.findall(WEEKDAY.sub(" ", label))
    named = _BYLINE.search(label) or (stamp.clock is not None and _HARD_END.search(before))
    limit = MAX_BYLINE_WORDS if named else MAX_LABEL_WORDS
    return len(words) <= limit and not re.search(r"[.!?…] +\w", label)


def _is_clock_or_place(before: str, label: str, shape: str) -> bool:
    """Without a time: the clock in a page's header, a calendar heading, the place of a letter."""
    weekdays = list(WEEKDAY.finditer(label))
    if weekdays:
        last = weekdays[-1]
        between = label[last.end() :].strip(_EDGE).lower()
        english = last["en"] is not None and (len(last["en"]) > 3 or before.rstrip().endswith(","))
        heading = before.rstrip().endswith("(")  # "Thứ Ba (20/02/2024)": a calendar's
        return between in ("ngày", "ngay") or (between == "" and (english or heading))
    return label.lower().endswith("ngày") and _is_place(label[: -len("ngày")], shape)


def _is_place(words: str, shape: str) -> bool:
    """The head of a letter: "Hải Phòng, ngày 20 tháng 10 năm 2019"."""
    place = words.rstrip(" ,")
    if ":" in words or _BY_SOMEONE.search(words):
        return False
    if not place or len(place) > MAX_PLACE_CHARS:
        return False
    capitalised = all(word[0].isupper() for word in place.split())
    return words.rstrip().endswith(",") or (capitalised and not _NUMERIC_DATE.match(shape))


def _tail_is_harmless(after: str, stamp: Found, *, may_be_heading: bool) -> bool:
    """Nothing of substance behind the stamp: counters, tools, a by-line, a short name."""
    if _UPDATE_HEAD.match(after):
        return True
    if _GOES_ON.match(after) or _LUNAR.search(after):
        return False
    rest = after.strip(_EDGE + "0123456789%+\"'’")
    if not rest:
        return not (stamp.clock is None and after.rstrip().endswith(":"))
    rest = WEEKDAY.sub(" ", rest)
    words = [word.lower() for word in _WORDS.findall(rest)]
    if all(word in _TAIL for word in words):
        return True
    if _CITATION.search(rest):
        return False
    if byline := _BYLINE.search(rest):
        known = all(w.lower() in _TAIL for w in _WORDS.findall(rest[: byline.start()]))
        named = (w for w in _WORDS.findall(rest[byline.end() :]) if w.lower() not in _TAIL)
        return known and sum(1 for _ in named) <= MAX_BYLINE_WORDS
    if may_be_heading and _is_heading(rest):
        return True
    unknown = [word for word in words if word not in _TAIL]
    return (
        bool(_HARD_START.match(after))
        and len(unknown) <= MAX_EXTRA_WORDS
        and (rest[0].isupper() or rest[0].isdigit())
    )


def _is_heading(rest: str) -> bool:
    """A section or a name behind the stamp, with nothing between: "12/01/2024 Tin tức"."""
    words = rest.split()
    if not rest[0].isupper() or re.search(r"[.,;:!?\d]", rest):
        return False
    return len(words) <= MAX_HEADING_WORDS or (
        len(words) <= MAX_NAME_WORDS and all(word[0].isupper() for word in words)
    )
