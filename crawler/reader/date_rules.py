"""Which of the dates in a text is the publish stamp, if any: what stands around it decides.

The rules, in the order they are asked:

1. what is a sentence, a citation, a range, a page clock or a print day is no stamp;
2. a date right behind a publish label ("Ngày đăng:", "Cập nhật lúc") is one, in a longer row too;
3. a date in brackets at the end of a row is one (lists print title and stamp in one element);
4. otherwise both sides must be short, and hold nothing but labels, names and counters.
"""

from __future__ import annotations

import re

from crawler.reader.date_grammar import ANY_CLOCK, FIRST_YEAR, WEEKDAY, Found

MAX_LABEL_WORDS = 6  # of a label nobody taught us ("Thông tin Xuân Lộc"); leads are longer
MAX_ROW_WORDS = 60  # of a title that a labelled or bracketed stamp follows
MAX_BYLINE_WORDS = 14  # of a by-line behind the stamp
MAX_EXTRA_WORDS = 6  # of a category or name behind a bar

_LETTERS = r"[^\W\d_]"
_EDGE = " \t|•·,;:-–_/()[]{}.*&»«>"

# A label of publishing directly in front of the date, "ngày", "lúc" and a weekday between.
_PUBLISH = (
    r"(?:đăng|đưa(?: tin| lên)?|viết|xuất bản|phát hành|công bố|tạo|gửi|post(?:ed)?|publish(?:ed)?"
    r"|publication|written|created|pub ?date|published_time|ngày tin|tin ngày|xb)"
)
_UPDATE = r"(?:cập nhật|cập nhập|chỉnh sửa|sửa(?: đổi)?|hiệu chỉnh|updated?|modified|edited)"
_LABEL_TAIL = (
    r"(?: ?(?:tin|bài|bài viết|lên|trang|web|bởi|by|on|date|time|at|cuối|mới nhất|lần cuối|last|gần nhất"
    r"|vào|lúc|hồi|ngày|giờ|thời gian|thời điểm))*"
)
_WEEKDAY_TAIL = rf"(?:[\s:,.-]*(?:{WEEKDAY.pattern.replace('?P<vi>', '?:').replace('?P<en>', '?:')})[\s,.:-]*(?:ngày|lúc)?)?"
_PUBLISH_END = re.compile(
    rf"\b{_PUBLISH}{_LABEL_TAIL}[\s:.,|()\[-]*{_WEEKDAY_TAIL}[\s:(\[|-]*$", re.I
)
_UPDATE_END = re.compile(
    rf"\b{_UPDATE}{_LABEL_TAIL}[\s:.,|()\[-]*{_WEEKDAY_TAIL}[\s:(\[|-]*$", re.I
)
_UPDATE_HEAD = re.compile(
    rf"^[\s|,;.()\[\]•·-]*(?:(?:ngày|đã|lần|last|được|thời gian)\s*)?{_UPDATE}\b", re.I
)

# What makes the date in front of which it stands something else than a stamp.
_OTHER_EVENT = re.compile(
    r"\b(?:từ|đến|tới|trước|sau|hết|kể từ|tính đến|qua|trong|nhân|mừng|dịp|sinh|mất|ký|cấp|hạn|hiệu lực"
    r"|ban hành|tổ chức|diễn ra|khai mạc|bế mạc|khai giảng|thành lập|kỷ niệm|kỉ niệm|họp|nộp"
    r"|in|printed?(?: on)?|ngày in)"
    r"(?: (?:vào|trong|là|của))*[\s:]*(?:ngày|lúc|hồi)?[\s:]*$",
    re.I,
)
_NEEDS_DAY_WORD = re.compile(
    r"\b(?:tổ chức|diễn ra|họp|trong|nhân|mừng|qua|sau|trước|in|cấp|ký|mất|sinh|hết|tới|dịp|nộp|print)[\s:]*$",
    re.I,
)
_PART_OF_DAY = re.compile(
    r"(?:^|[\s(,])(?:rạng sáng|sáng|trưa|chiều|tối|đêm)(?:[\s,]+(?:nay|qua|ngày|mùng|mồng|thứ \w+|cn|chủ nhật))*[\s,(]*$",
    re.I,
)
_CLOCK_LABEL = re.compile(
    r"\b(?:hôm nay|bây giờ|hiện tại|giờ hiện tại|today|now|đồng hồ|in ngày|ngày in|in lúc|thời gian in"
    r"|printed|print date|truy cập (?:lúc|ngày))\b",
    re.I,
)
_CITATION = re.compile(
    r"\bsố ?:? ?\d|\d ?[-/] ?[A-ZĐ]{2,}|©|\(c\)|\b(?:giấy phép|bản quyền|copyright|nhiệm kỳ|giai đoạn|năm học)\b"
    r"|\b(?:nghị quyết|quyết định|chỉ thị|kế hoạch|công văn|thông báo|kết luận|nghị định|thông tư|hướng dẫn"
    r"|tờ trình|báo cáo|văn bản|công điện|quy định|luật|pháp lệnh|hiến pháp) ?(?:số ?)?,? ?(?:ngày|ký ngày)[\s:]*$",
    re.I,
)
_PLACE = re.compile(rf"^(?:[A-ZÀ-ỸĐ]{_LETTERS}*\.? ?){{1,6}},? ?ngày$|^.{{0,60}}, ?ngày$")
_NUMERIC_DATE = re.compile(r"^\d\d?[/. -]")

_KNOWN_TAIL_WORDS = frozenset(
    """lượt xem đọc số lần người đã truy cập bình luận phản hồi ý kiến views view viewed hits hit
    comments comment likes like thích in bài viết này bản tin gửi email mail chia sẻ print pdf gốc cỡ
    chữ a aa nghe tải về lưu facebook zalo twitter share gmt utc ict giờ phút giây quay lại trở đầu
    trang trước font size tăng giảm kích thước tương xem: read reads times time màu phóng to thu nhỏ
    mặc định đánh giá lượt: tổng cộng số: việt nam hà nội múi indochina standard chi tiết thêm tiếp
    am pm""".split()
)
_BYLINE = re.compile(
    r"\b(?:tác giả|nguồn(?: tin)?|người (?:đăng|viết|gửi|tạo)|bởi|by|đăng bởi|biên tập|theo|btv|author|source"
    r"|chuyên mục|danh mục|thể loại|mục|category|tags?|từ khóa|từ khoá|lĩnh vực|in)\b ?:?",
    re.I,
)
_WORDS = re.compile(rf"{_LETTERS}+")
_HARD_START = re.compile(r"^\s*(?:[|•·\]/»>]|-(?= )|\s-\s)")


def choose_stamp(text: str, found: list[Found]) -> Found | None:
    """The stamp among the dates of a plain text, or None when none is one."""
    for label in (_PUBLISH_END, _UPDATE_END):
        for index, stamp in enumerate(found):
            if label.search(text[: stamp.start]) and _labelled_stamp(text, found, index):
                return stamp
    last = found[-1]
    if _bracketed_row(text, last):
        return last
    if len({stamp.value for stamp in found}) > 1:
        return None
    return found[0] if _plain_stamp(text, found) else None


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
    return _tail_is_harmless(after)


def _only_label(after: str) -> bool:
    return len(_WORDS.findall(after)) <= MAX_LABEL_WORDS and not after.rstrip().endswith(".")


def _part_of_sentence(before: str) -> bool:
    """A label word inside a sentence: "Luật được công bố ngày", "theo tin đăng ngày"."""
    return bool(_CITATION.search(before[-60:])) or before.lower().startswith(("theo ", "căn cứ "))


def _bracketed_row(text: str, stamp: Found) -> bool:
    """A title with its stamp in brackets at the end of the row."""
    before, after = text[: stamp.start].rstrip(), text[stamp.end :].strip()
    if not before.endswith(("(", "[")) or (after and after[0] not in ")]"):
        inside = text[stamp.start : stamp.end].rstrip().endswith((")", "]"))
        if not (before.endswith(("(", "[")) and not after and inside):
            return False
    title = before.rstrip("([ ")
    words = len(_WORDS.findall(title))
    if words == 0 or words > MAX_ROW_WORDS or len(_WORDS.findall(after)) > 2:
        return False
    if stamp.clock is not None:
        return True
    # Without a time the bracket may belong to the title: an anniversary, the date of a document.
    return stamp.day.year >= FIRST_YEAR and not (
        stamp.bare
        or _CITATION.search(title)
        or re.search(
            r"\b(?:kỷ niệm|kỉ niệm|thành lập|ngày|năm sinh|sáng|chiều|tối|nay|qua)$|\d năm\b",
            title,
            re.I,
        )
    )


def _plain_stamp(text: str, found: list[Found]) -> bool:
    stamp = found[0]
    before, after = text[: stamp.start], text[found[-1].end :]
    if len(found) > 1 and _WORDS.search(text[stamp.end : found[-1].start]):
        after = text[stamp.end :]
    if stamp.bare and stamp.clock is None:
        return False
    if ANY_CLOCK.search(before) or ANY_CLOCK.search(after):
        return False  # a range of hours: a calendar entry
    if text.count("(", 0, stamp.start) > text.count(")") and after.strip() == "-":
        return False  # "(20/7/2024 -": the first half of a range
    return _head_is_harmless(before, stamp, text) and _tail_is_harmless(after, stamp)


def _head_is_harmless(before: str, stamp: Found, text: str) -> bool:
    if _PART_OF_DAY.search(before) or _CLOCK_LABEL.search(before) or _CITATION.search(before):
        return False
    if _OTHER_EVENT.search(before) and not _NEEDS_DAY_WORD.search(before):
        return False
    label = before.strip(_EDGE)
    without_weekday = WEEKDAY.sub(" ", label)
    if stamp.clock is None and _is_clock_or_place(before, label, text[stamp.start : stamp.end]):
        return False
    words = _WORDS.findall(without_weekday)
    return len(words) <= MAX_LABEL_WORDS and not re.search(r"[.!?…] +\w", label)


def _is_clock_or_place(before: str, label: str, shape: str) -> bool:
    """Without a time: the clock in a page's header, a calendar heading, the place of a letter."""
    weekdays = list(WEEKDAY.finditer(label))
    if weekdays:
        last = weekdays[-1]
        between = label[last.end() :].strip(_EDGE).lower()
        english = last["en"] is not None and (len(last["en"]) > 3 or before.rstrip().endswith(","))
        return between == "ngày" or (between == "" and english)
    return (
        bool(_PLACE.match(label))
        and label.lower() != "ngày"
        and ("," in label or not _NUMERIC_DATE.match(shape))
    )


def _tail_is_harmless(after: str, stamp: Found | None = None) -> bool:
    """Nothing of substance behind the stamp: counters, tools, a by-line, a short name."""
    if _UPDATE_HEAD.match(after):
        return True
    rest = after.strip(_EDGE + "0123456789%+\"'’")
    if not rest:
        return not (stamp is not None and stamp.clock is None and after.rstrip().endswith(":"))
    words = [word.lower() for word in _WORDS.findall(rest)]
    if all(word in _KNOWN_TAIL_WORDS for word in words):
        return True
    if _CITATION.search(rest):
        return False
    if byline := _BYLINE.search(rest):
        known = all(w.lower() in _KNOWN_TAIL_WORDS for w in _WORDS.findall(rest[: byline.start()]))
        return known and len(_WORDS.findall(rest[byline.end() :])) <= MAX_BYLINE_WORDS
    unknown = [word for word in words if word not in _KNOWN_TAIL_WORDS]
    return (
        bool(_HARD_START.match(after))
        and len(unknown) <= MAX_EXTRA_WORDS
        and (rest[0].isupper() or rest[0].isdigit())
    )
