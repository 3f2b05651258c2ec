"""The vocabulary of document numbers: kinds, codes, organs, and what only looks like one."""

from __future__ import annotations

import re
import unicodedata

_KINDS = (
    "Nghị quyết liên tịch", "Nghị quyết", "Quyết định", "Quy định", "Quy chế", "Chỉ thị",
    "Kết luận", "Thông báo", "Kế hoạch", "Chương trình hành động", "Chương trình", "Đề án",
    "Hướng dẫn", "Phương án", "Công văn", "Công điện", "Thông tư liên tịch", "Thông tư",
    "Nghị định", "Báo cáo", "Giấy mời", "Tờ trình", "Văn bản", "Luật", "Bộ luật", "Pháp lệnh",
    "Thông tri", "Thông cáo", "Sắc lệnh", "Lệnh", "Biên bản", "Quy trình", "Điều lệ", "Dự án",
    "Giấy phép", "Giấy chứng nhận", "Hợp đồng", "Công thư", "Giấy giới thiệu", "Thư mời",
    "Phiếu chuyển", "Đề cương",
)  # fmt: skip


class _Skeleton(dict[int, str]):
    """Letters without marks, in lower case, one for one: positions stay those of the text."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        base = unicodedata.normalize("NFD", char)[0].lower()
        base = {"đ": "d", "ð": "d"}.get(base, base)
        self[code] = base if len(base) == 1 else char
        return self[code]


_SKELETON = _Skeleton()


def skeleton(text: str) -> str:
    """NFC text without marks and in lower case, of the same length. Slips in tones vanish."""
    return text.translate(_SKELETON)


_NAMES = {skeleton(kind): kind for kind in _KINDS}
_SLIP_CHARS = 7  # a shorter name with a letter changed may be another word


def type_name(flat: str) -> str:
    """The kind's name from its skeleton, first letter capital."""
    return _NAMES[" ".join(flat.split())]


def misspelt_type(flat: str) -> tuple[int, str] | None:
    """The kind that the text's last words are but for one letter ("Quyết địng"), with the place
    where it begins. `flat` is a skeleton."""
    words = [match.start() for match in re.finditer(r"\w+", flat)][-4:]
    for start in words:
        tail = " ".join(flat[start:].split())
        for name, kind in _NAMES.items():
            if len(name) >= _SLIP_CHARS and _one_slip(tail, name):
                return start, kind
    return None


def _one_slip(word: str, name: str) -> bool:
    """Whether a letter too many, too few, wrong or swapped with the next makes the difference."""
    if abs(len(word) - len(name)) > 1 or word.count(" ") != name.count(" "):
        return False
    same = 0
    while same < min(len(word), len(name)) and word[same] == name[same]:
        same += 1
    left, right = word[same:], name[same:]
    swapped = left[1:2] + left[:1] + left[2:] == right
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped


_TYPE_NAMES = "|".join(
    sorted((name.replace(" ", r"\s+") for name in _NAMES), key=len, reverse=True)
)
TYPES = re.compile(rf"(?<!\w)(?:{_TYPE_NAMES})(?!\w)")
TYPES_AT_END = re.compile(rf"(?<!\w)(?:{_TYPE_NAMES})$")
# Named by what they are about, with commas and "và" in it: "Luật Phòng, chống ma túy số 73/…".
LAWS = frozenset({"Luật", "Bộ luật", "Pháp lệnh"})
# Cited without "số" so often that a number right behind them is theirs.
TYPES_WITHOUT_SO = frozenset(
    {"Nghị quyết", "Chỉ thị", "Kết luận", "Nghị định", "Thông tư", "Quyết định", "Quy định"}
)
# Counted as often as numbered: "Dự án số 2" is the second one.
COUNTABLE = frozenset({"Dự án", "Phương án", "Quy trình", "Hợp đồng", "Điều lệ", "Đề cương"})
_STRONG_CODES = """NQ QĐ QYĐ QĐI QC QCPH CTR CTRHĐ CTHĐ CTPH KH KHPH KHLT KHLN NĐ TTR TTLT TTLN NQLT
    BC VBHN CĐ KL ĐA HDLT HDLN HD CV GM TTRI GPXD"""
# Letters that are also something else's: they need an organ that is known, a kind or "số".
_WEAK_CODES = "CT TB DA PA TT TC PL L BB HĐ GP GCN GGT CTH ĐL QT PT GB SL PC TM ĐC"
STRONG_CODES = frozenset(skeleton(code) for code in _STRONG_CODES.split())
CODES = STRONG_CODES | {skeleton(code) for code in _WEAK_CODES.split()}
# Organs that may stand behind a number without a kind in front of it.
ORGANS = frozenset(
    skeleton(organ)
    for organ in """UBND HĐND UBMTTQ MTTQ TTHĐND VPCP VP UBTVQH QH TTG CP BCĐ BTG BTC BDV UBKT TU HU
    ĐU TW TƯ UB ĐTN HPN HND CCB LĐLĐ VPQH VPCTN CTN""".split()
)
# The same by how they are named: sở (SYT, SGDĐT), bộ (BNV), phòng (PGDĐT), and what begins so.
ORGAN_SHAPE = re.compile(
    "(?:s[a-z&]{1,9}|b[a-z&]{2,9}|p[a-z]{2,7}|ubnd|hdnd|mttq|btv|bch|bcd|btg|btc|bdv|ubkt|vp|ttg"
    "|tand|vks|bhxh|ddbqh|ca[thxp]|dtn|hpn|hnd|ld|hdtd|dang|dhdb|dbdb|tw)[a-z&]*"
)
# Before about 1995, and where a solidus was forgotten: code and organ in one word.
GLUED_ORGANS = re.compile(
    r"(NQ|QĐ|CT|KL|TB|KH|CTr|HD|CV|TT|NĐ|BC)(TW|TƯ|TU|HU|ĐU|UB|UBND|HĐND|HĐBT|CP|TTg|UBT|UBH)"
)
# Words (without marks) that end the name of a document: what follows is something else's number.
STOPS = re.compile(
    r"[.,;:()!?]|\d\w?\s*[-/–—]|\b(?:ve|tai|ngay|va|theo|thuc hien|cho|co|la|duoc|da|trong|tu"
    r"|den|thua|lo|nha|xe|tuyen|duong|dien thoai|tai khoan|phong|ban do|tien|luong)\b"
)
LAW_STOPS = re.compile(r"[.;:()!?]|\b(?:ngay|nghi quyet|nghi dinh|thong tu)\b")
# What has numbers too: plots, maps, houses, vehicles, lines, telephones, accounts.
NOT_DOCUMENTS = re.compile(
    r"\b(?:thua(?: dat)?|to(?: ban do)?|ban do|lo(?: dat)?|nha|can ho|phong|xe(?: buyt)?|bien|tuyen"
    r"|dien thoai|dt|fax|tai khoan|hop thu|ngo|ngach|kiet|hem|duong|quoc lo|tinh lo|km|ap|thon"
    r"|to dan pho|lop|doi|ma|sim|so nha|giai|size|mau)\s*$"
)
# What may stand between a kind and "số" where nothing else says that a document is meant.
ATTRIBUTE = re.compile(
    r"\s+(?:chi dao|hoa toc|khan|mat|toi mat|thanh tra|chuyen de|phoi hop|lien tich|lien nganh"
    r"|hanh dong|lien co quan)\s+"
)
# Behind "Báo cáo số 12 …": a count, no number of a document.
COUNTED = re.compile(
    r"\s+(?:ho|nguoi|dong|luot|dai bieu|suat|trieu|ty|ngan|nghin|tan|ta|kg|km|ha|m2|thang|tuan|gio"
    r"|buoi|noi dung|nhiem vu|truong hop|vu|cau|diem|muc|buoc|phan|xa|phuong|thon|don vi|co quan"
    r"|can bo|hoc sinh|thi sinh|dong chi|cong trinh|(?:dang|hoi|doan|thanh) vien"
    r"|nam(?! (?:19|20)\d\d))\b"
)
# Behind a number without "số": the sentence goes on, and not with a noun that it counts.
GOES_ON = re.compile(
    r"[,;:)\"”]|\.(?!\d)|\s*$|\s+(?:cua|ve|va|khoa|ngay|nam (?:19|20)\d\d|mo ra|ra doi|di vao|duoc"
    r"|da|dang|se|la|co|tai|trong|voi|de ra|gan|den|nhu|khang dinh|xac dinh|yeu cau|neu|chi ro"
    r"|phe duyet|ban hanh|cong bo|thanh lap|huong dan|quy dinh|cho|thi|nay|tro thanh"
    r"|vao|doi voi|do|theo|khong|phai|can|cung)\b"
)

# Every letter of Vietnamese by its case: the two interleave in Unicode, so a range will not do.
_LETTERS = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1EA0, 0x1EFA))]
CAPITALS = "A-Z" + "".join(char for char in _LETTERS if char.isupper())
SMALLS = "a-z" + "".join(char for char in _LETTERS if char.islower())

# "của Ban Chấp hành Trung ương Đảng khóa 13": the name of a body, as far as it goes on.
_FIELDS = (
    r"Nông nghiệp(?: và (?:Phát triển nông thôn|Môi trường|PTNT))?|Tài nguyên và Môi trường"
    r"|Giáo dục và Đào tạo|Khoa học và Công nghệ|Thông tin và Truyền thông"
    r"|Văn hó?[aá]o?,? (?:-|và)? ?(?:Thể thao|Thông tin|Xã hội)(?: và Du lịch)?"
    r"|Lao động ?[-–,] ?Thương binh và Xã hội|Kế hoạch và Đầu tư|Tài chính ?[-–] ?Kế hoạch"
    r"|Giao thông [Vv]ận tải|Dân tộc và Tôn giáo|Tuyên giáo và Dân vận|Công an|Công [Tt]hương"
    r"|Quốc phòng|Tư pháp|Ngoại giao|Tổ chức(?: ?[-–] ?Nội vụ)?|Tuyên giáo|Nội vụ|Tài chính|Y tế"
    r"|Xây dựng|Dân vận|Nội chính|Kiểm tra|Mặt trận Tổ quốc(?: Việt Nam)?|Nông dân|Phụ nữ"
    r"|Cựu [Cc]hiến binh|Thanh niên|Lao động"
)
_BODY = (
    r"(?:bộ|hành|vụ|trị|thư|ương|[uủ][ỷyý]|phủ|tướng|hội|dân|nhân|trực|đảng|ban|đồng|tỉnh|huyện|xã"
    r"|phường|thị|trấn|thành|phố|quận|trung|khóa|khoá|lần|thứ|trưởng|tịch|nước|đoàn|\d{1,2})\b"
)
_CAPITAL_WORD = rf"[{CAPITALS}]\w*"
ISSUER = re.compile(
    rf",?\s+của\s+(?=[{CAPITALS}])"
    rf"(?:{_FIELDS}|{_CAPITAL_WORD})(?:\s(?:{_FIELDS}|{_CAPITAL_WORD}|{_BODY}))*"
)
