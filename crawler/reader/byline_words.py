"""The words of by-lines: labels, units, offices, and what is written like a name and is none."""

from __future__ import annotations

import re

_WORK = (
    r"(?:tin|bài)(?:\s*[,+&/-]?\s*(?:tin|bài|ảnh|hình(?: ảnh)?|và (?:ảnh|hình|bài|tin|video|clip)"
    r"|viết|video|clip))*"
)
AUTHOR_LABEL = re.compile(
    r"^[(\[]?\s*(?:tác giả(?: bài viết)?|người (?:viết(?: bài)?|đăng|thực hiện|đưa tin|gửi|cập"
    r" nhật)"
    r"|bài viết|thực hiện|(?:được )?(?:đăng|viết|gửi|cập nhật)(?: tin| bài)? bởi|biên (?:tập"
    r"|soạn)|tổng hợp|sưu tầm|phóng viên|cộng tác viên|pv"
    rf"|{_WORK}|t\s*[/.]?\s*h|ctv)\s*:\s*(.*)$",
    re.IGNORECASE,
)
SURE_LABEL = re.compile(
    r"^[(\[]?\s*(?:tác giả|người (?!thực hiện)|t\s*[/.]\s*h|ctv|(?:được )?(?:đăng|viết|gửi|cập"
    r" nhật)(?: tin| bài)? bởi)",
    re.IGNORECASE,
)
# Without a colon: only what is no ordinary word, and only before names.
OPEN_LABEL = re.compile(
    r"^[(\[]?\s*(?:tác giả|(?:được )?(?:đăng|viết) bởi|(?:written |posted )?by|(?:tin"
    r"|bài)\s*[,+&/-]?\s*(?:bài\s*[,+&/-]?\s*)?(?:và\s+)?ảnh)\s+(\S.*)$",
    re.IGNORECASE,
)
BARE_LABEL = re.compile(rf"^[(\[]?\s*(?:{_WORK}|bài viết)\s*$", re.IGNORECASE)
DONE_BY = re.compile(r"^[(\[]\s*(.{2,80}?)\s+thực hiện\s*[)\]]\.?$", re.IGNORECASE)
GATHERED_BY = re.compile(r"^(.{2,80}?)\s+(?:tổng hợp|sưu tầm|biên tập|lược ghi)$", re.IGNORECASE)
SOURCE_LABEL = re.compile(
    r"^[(\[]?\s*(?:trích\s+)?nguồn(?:\s+(?:tin(?:\s*[,-]?\s*(?:bài|ảnh))?|bài(?: viết)?|trích"
    r"(?: dẫn)?|dẫn|tham khảo))?\s*:\s*(.*)$",
    re.IGNORECASE,
)
OPEN_SOURCE = re.compile(r"^[(\[]?\s*nguồn\s+(\S.*?)\s*[)\]]?\.?$", re.IGNORECASE)
SOURCE_INSIDE = re.compile(
    r"^(.{2,60}?)\s*[(\[]\s*(?:nguồn\s*:?\s+([^()\[\]]+)|(theo\s+[^()\[\]]+))[)\]]\.?$",
    re.IGNORECASE,
)
# "Thanh An - Theo Báo Bắc Kạn", "Hà Anh (baotintuc.vn)"
SOURCE_BEHIND = re.compile(
    r"^(.{2,60}?)\s*(?:[-–—,]\s*(theo\s+[^()\[\]]+?)|\(\s*((?:[\w-]+\.)+[a-z]{2,})\s*\))\.?$",
    re.IGNORECASE,
)
FROM = re.compile(r"^[(\[]?\s*theo\s*:?\s+(.+?)\s*[)\]]?\.?$", re.IGNORECASE)
LINK = re.compile(r"^(?:https?://|www\.)\S+$", re.IGNORECASE)
PHOTO = re.compile(r"^[(\[]?\s*(?:ảnh|hình)\b", re.IGNORECASE)
PHOTO_CREDIT = re.compile(
    r"^[(\[]?\s*(?:nguồn\s+)?(?:ảnh|hình)(?:\s+minh họa|\s+minh hoạ)?\s*:\s*", re.IGNORECASE
)
# "Bài: Lan Anh; Ảnh: Văn Nam"
INLINE_CREDIT = re.compile(
    r"^(.{2,80}?)\s*(?:[;,.]|[-–—]|[(\[])\s*(?:ảnh|hình ảnh)\s*:\s*([^:]{2,60}?)\s*[)\]]?\.?$",
    re.IGNORECASE,
)
BOARD_AND_PHOTO = re.compile(r"^bbt\s*,\s*ảnh\s*:?\s+\S", re.IGNORECASE)
AMOUNT = re.compile(r"\d ?(?:tỷ|tỉ|triệu|nghìn|đồng|ha|tấn|%)(?!\w)", re.IGNORECASE)
NOT_IN_A_BYLINE = re.compile(r"\d{2,}|[?!:;\"“”…]")

# A unit opens with one of these words, written large, or with an abbreviation (BTG, TTVHTTTTDL).
UNIT = re.compile(
    r"^(?![IVX]+\.)(?:Ban|Phòng|Trung [Tt]âm|Đài|Hội|Đoàn|Đội|Tổ|Văn [Pp]hòng|Công [Aa]n|Chi [Cc]ục"
    r"|Sở|Cục|Bộ|Huyện|Thị|Thành|Tỉnh|Quận|Đảng(?=\s(?:bộ|ủy|uỷ|đoàn|Bộ|Ủy|Uỷ|Đoàn)\b)|Xã|Phường"
    r"|Thị trấn|Ủy|Uỷ|Trường|Cổng|Báo|Tạp"
    r" [Cc]hí|Viện|Thường [Tt]rực|Liên [Đđ]oàn|Mặt [Tt]rận|Trang|Chi [Bb]ộ|Bệnh [Vv]iện|Trạm|Hạt"
    r"|Kho [Bb]ạc|Tòa|Toà|Thanh [Tt]ra|Chánh|[A-ZĐ][A-ZĐ&.-]+)(?=[\s.]|$)"
)
UNIT_IN_CAPITALS = re.compile(
    r"^(?:BAN|PHÒNG|TRUNG TÂM|ĐÀI|UBND|HĐND|HỘI|VĂN PHÒNG|CÔNG AN|BỘ|SỞ|BÁO)\s"
)
# What a person is, behind a dash: "Hải Yến - Công chức VHXH".
ROLE = re.compile(
    r"^(?:Công chức|Cán bộ|Bí thư|Phó|Chủ tịch|Giáo viên|CTV|PV|Viên chức|Trưởng|Chuyên viên"
    r"|Phóng viên|Cộng tác viên|Biên tập viên|Nhân viên|Hiệu trưởng)\b"
)
NOTED = re.compile(
    r"^(.{2,80}?)\s*[(\[]\s*(?:tổng hợp|sưu tầm|biên tập|lược ghi|ghi|t/h|th)\s*[)\]]$",
    re.IGNORECASE,
)
COLLECTIVE = re.compile(
    r"^(bbt|ban biên tập|ban tổ chức|admin|quản trị(?: viên)?|văn phòng|pv|ctv|btv|phóng viên|t/h"
    r"|nhóm (?:phóng viên|pv|tác giả|ctv)|tổ biên tập|tổng hợp|sưu tầm|tòa soạn|toà soạn)\.?$",
    re.IGNORECASE,
)
INITIALS = re.compile(r"^[A-ZĐ](?:\.?\s?[A-ZĐ]){0,3}\.?$")
SHORT_NAME = re.compile(r"^[A-ZĐ](?:h|g|r)?[.'’]\s?[^\W\d_a-z]\w+$")  # "Th.Hà", "K'Brểu"
DOMAIN = re.compile(r"^(?:[\w-]+\.)+[a-z]{2,}$", re.IGNORECASE)
# The end of a letter: on whose behalf, by which office, and that it was signed.
OFFICE = re.compile(
    r"^(?:TM|T/M|KT|K/T|TL|T/L|TUQ)\s*\.|^T/M\s|^\(?\s*[đĐ][ãÃ] [kK][ýÝ]"
    r"|^(?:Q\.\s*|PHÓ |QUYỀN )?(?:CHỦ TỊCH|BÍ THƯ|TRƯỞNG|CHỦ NHIỆM|GIÁM ĐỐC|HIỆU TRƯỞNG|CHÁNH|CỤC"
    r" TRƯỞNG|CHI CỤC TRƯỞNG|TỔNG|CHỦ TỌA|CHỦ TOẠ|THƯ KÝ|THỦ TRƯỞNG|VIỆN TRƯỞNG)\b"
)
# Written small, these make a sentence; large, they may belong to a name ("Ban Tổ chức").
VERBS = re.compile(
    r"(?<!\w)(phát biểu|tổ chức|tham dự|dự|chủ trì|trao|tặng|kiểm tra|diễn ra|được|đã|sẽ|là|có|của"
    r"|thăm|đạt|khai mạc|bế mạc|chụp|trình bày|trong|tại|về|cho|với|kết thúc|triển khai|tiếp tục"
    r"|thông báo|kính mời|xin|gồm|như|này|các|những|một|nghị|kế hoạch|chống|hành|cáo|thảo|kết"
    r"|tham gia|biểu diễn|đón|nhận|ra quân|hướng dẫn|giao lưu|làm việc|làm|tiếp|trồng|khám|tư vấn"
    r"|cắt|dâng|viếng|chúc|họp|ký|tuyên truyền|hỗ trợ|vệ sinh|phối hợp|ủng hộ|bàn giao|thi|đến|đi"
    r"|quy định|chỉ đạo|vào|lên|trước|sau|khi|để|và các)(?!\w)"
)
# What stands alone on a last line and is no name although it is written like one.
NO_NAME = re.compile(
    r"trân trọng|cảm ơn|kính (?:mời|báo)|thông báo|chúc mừng|năm mới|hết|kinh tế|văn hóa|văn hoá"
    r"|xã hội|chính trị|thể thao|giáo dục|y tế|an ninh|quốc phòng|tin tức|sự kiện|du lịch|nơi nhận"
    r"|^việt nam$|dân chủ|kỷ cương|kỉ cương|trách nhiệm|hiệu quả|phát triển|sáng tạo|đổi mới"
    r"|đoàn kết|dân giàu|nước mạnh|công bằng|an toàn|tiết kiệm|chất lượng|bền vững|trí tuệ|gương"
    r" mẫu|nghĩa tình|hội nhập"
    r"|chuyên nghiệp"
    r"|hiện đại|vững mạnh|thắng lợi|kỷ luật|nhân ái|minh bạch|thân thiện|văn minh|hạnh phúc|độc"
    r" lập|ấm no|giàu mạnh|kết luận|phụ lục|hình ảnh",
    re.IGNORECASE,
)
NO_PERSON = frozenset("Ông Bà Các Những Thứ Một Đồng Theo Với Về Tại Vì".split())
