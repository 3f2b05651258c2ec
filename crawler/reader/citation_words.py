"""The vocabulary of document numbers: kinds, codes, organs, and what only looks like one."""

from __future__ import annotations

import re
import unicodedata

_KINDS = (
    "Nghị quyết liên tịch", "Nghị quyết", "Quyết định", "Quy định", "Quy chế", "Chỉ thị",
    "Kết luận", "Thông báo", "Kế hoạch", "Chương trình hành động", "Chương trình", "Đề án",
    "Hướng dẫn", "Phương án", "Công văn", "Công điện", "Thông tư liên tịch", "Thông tư",
    "Nghị định", "Báo cáo", "Giấy mời", "Tờ trình", "Văn bản", "Luật", "Bộ luật", "Pháp lệnh",
    "Thông tri", "Thông cáo", "Lệnh", "Biên bản", "Quy trình", "Điều lệ", "Dự án", "Giấy phép",
    "Giấy chứng nhận", "Hợp đồng", "Công thư", "Giấy giới thiệu",
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


def type_name(flat: str) -> str:
    """The kind's name from its skeleton, first letter capital."""
    return _NAMES[" ".join(flat.split())]


TYPES = re.compile(
    r"(?<!\w)(?:"
    + "|".join(sorted((name.replace(" ", r"\s+") for name in _NAMES), key=len, reverse=True))
    + r")(?!\w)"
)
# Cited without "số" so often that a number right behind them is theirs.
TYPES_WITHOUT_SO = frozenset(
    {"Nghị quyết", "Chỉ thị", "Kết luận", "Nghị định", "Thông tư", "Quyết định", "Quy định"}
)
CODES = frozenset(
    """NQ QĐ QYĐ QĐI QC CT KL TB KH KHPH KHLT CTR CTRHĐ CTHĐ CTPH ĐA DA HD HDLT PA CV CĐ TT TTLT NĐ
    BC GM TTR NQLT TC PL L VBHN BB HĐ GP GCN GGT CTH TTRI ĐL QT PT GB""".split()
)
# Organs that may stand alone behind a number, without a kind or "số" in front of it.
ORGANS = frozenset(
    """UBND HĐND UBMTTQ MTTQ TTHĐND VPCP VP UBTVQH QH TTG CP BNV SNV STNMT STC SXD SYT SGDĐT SLĐTBXH
    LĐTBXH BCĐ BTG BTC BDV UBKT TU HU ĐU TW""".split()
)
# Before about 1995: code and organ in one word.
GLUED_ORGANS = re.compile(
    r"(NQ|QĐ|CT|KL|TB|KH|CTr|HD|CV|TT|NĐ|BC)(TW|TƯ|TU|HU|ĐU|UB|UBND|HĐND|HĐBT|CP|TTg|UBT|UBH)"
)
# Words (without marks) that end the name of a document: what follows is something else's number.
STOPS = re.compile(
    r"[.,;:()!?]|\b(?:ve|tai|ngay|va|theo|thuc hien|cho|co|la|duoc|da|trong|tu|den|thua|lo|nha|xe"
    r"|tuyen|duong|dien thoai|tai khoan|phong|ban do|tien|luong)\b"
)
# What has numbers too: plots, maps, houses, vehicles, lines, telephones, accounts.
NOT_DOCUMENTS = re.compile(
    r"\b(?:thua(?: dat)?|to(?: ban do)?|ban do|lo(?: dat)?|nha|can ho|phong|xe(?: buyt)?|bien|tuyen"
    r"|dien thoai|dt|fax|tai khoan|hop thu|ngo|ngach|kiet|hem|duong|quoc lo|tinh lo|km|ap|thon"
    r"|to dan pho|lop|doi|ma|sim|so nha|giai|size|mau)\s*$"
)
# Behind "Báo cáo số 12 …": a count, no number of a document.
COUNTED = re.compile(
    r"\s+(?:ho|nguoi|dong|luot|dai bieu|suat|trieu|ty|ngan|nghin|tan|kg|m2|thang|noi dung|nhiem vu"
    r"|(?:dang|hoi|doan|thanh) vien|nam(?! (?:19|20)\d\d))\b"
)
# "của Ban Chấp hành Trung ương Đảng khóa 13": the name of a body, as far as it goes on.
_CAPITAL = "[A-ZÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ]"
_BODY = (
    r"(?:bộ|hành|vụ|trị|thư|ương|[uủ][ỷyý]|phủ|tướng|hội|dân|trực|đảng|ban|đồng|tỉnh|huyện|xã"
    r"|phường|thị|trấn|thành|phố|quận|trung|khóa|khoá|lần|thứ|\d{1,2})\b"
)
ISSUER = re.compile(
    rf",? của (?={_CAPITAL})(?:{_CAPITAL}\w*|{_BODY})(?: (?:{_CAPITAL}\w*|{_BODY}))*"
)
