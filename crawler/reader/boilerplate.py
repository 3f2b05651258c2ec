"""Lines that no portal means as article text: counters, pagers, tools, forms, footers.

A check on text that was found by container and position, not the way text is found: a portal's
own menu names and banners are unknowable, and short words may be text. So what is here are
mechanisms: word lists (VOCABULARY) and the shapes they come in (FAMILIES), whatever the number.
"""

from __future__ import annotations

import re

from crawler.text import squeeze

MAX_CHARS = 320  # the longest known line is a slogan of 200; what is longer is text
MAX_CRUMB_WORDS = 6  # of one step of a breadcrumb
SLOGAN_WORDS = 15  # titles in capitals are shorter

# Notation of both tables: regular expressions in which every "(" is a group that captures
# nothing, a blank is a blank, and {name} stands for a vocabulary entry. All in lower case: the
# line is lowered, since a search that ignores case tries every branch in full (twice the time).
VOCABULARY: dict[str, str] = {
    "n": r"\d[\d.,]*",  # thousands separated by dot, comma or nothing
    "end": r" ?(\(\d*\))?[ :»>…]*",
    "period": "(ngày|hôm|tuần|tháng|quý|năm)( (này|nay|qua|trước|hiện tại|hôm nay|hôm qua))?",
    "visit": "(truy cập|viếng thăm|ghé thăm|thăm|truy nhập|vào xem)",
    "totals": (
        "hôm (nay|qua)|ngày hôm (nay|qua)|(tuần|tháng|quý|năm) (này|nay|qua|trước|hiện tại)"
        "|trong {period}|tất cả|tổng( (số|cộng|lượng))?( (số )?(lượt|người|khách))?"
        "( (đã )?{visit})?( (trong )?{period})?|bộ đếm( truy cập)?|th[ốô]ng kê( lượt)?( {visit})"
    ),
    "visits": (
        "(số )?(lượt|lượng|người|khách) (đã )?{visit}( (trong )?{period}| thứ| hiện tại)?"
        "|đã {visit}|{visit} (trong )?{period}|(all|total)( (visits?|visitors?|hits))?"
        "|(this|last) (week|month|year)|visitors?( today)?"
    ),
    "online": (
        "(hiện )?đang (truy cập|online|trực tuyến|xem)|(hiện )?(trực tuyến|online)( now)?"
        "|(số )?(người|khách|thành viên)( (đang|vãng lai))* (online|trực tuyến|{visit}|xem)"
        "|khách vãng lai|máy chủ tìm kiếm|(visitors?|users?|guests?|members?) online"
    ),
    "views": (
        "(tổng )?(số )?(lượt|lần) (người )?(xem|đọc|view|click|tải|nghe|thích)( (bài|tin)( viết)?)?"
        "|((bài viết|tin) )?đã (xem|đọc)|view count|page ?views?|hits?|views?"
        "|(số )?(phản hồi|bình luận|comments?)"
    ),
    "counted": "({views}|{online}|{visits}|{totals})",
    "unit": "(lượt|lần|người|khách|views?)( (xem|đọc|truy cập))?",
    "amount": r"[ :=(-]*({n}( ?{unit}(?![ :]*\d))?)?[ ).]*",
    "network": (
        r"(facebook|zalo|twitter|tweet|google ?(\+|plus)?|linkedin|pinterest|youtube|messenger"
        "|tiktok|instagram|e-?mail|gmail|print|like|share|rss|telegram|viber|blogger)"
    ),
    "piece": (
        "(bản tin|tin( tức| bài)?|bài( viết| báo)?|trang|nội dung( (bài( viết)?|tin))?"
        "|văn bản|thông tin)( này)?"
    ),
    "item": (
        "(bản tin|tin( tức| bài| ảnh| đã)?|bài( viết| báo| đăng)?|thông tin|sự kiện|chủ đề"
        "|nội dung|video"
        "|ảnh|album)"
    ),
    "which": (
        "(khác|(có )?liên quan|cũ( hơn)?|mới( (hơn|nhất|đăng|đưa|cập nhật))?|nổi bật|nóng|tiêu điểm"
        "|cùng (chuyên mục|chuyên đề|thể loại|danh mục|loại|chủ đề|mục|sự kiện|lĩnh vực)|đưa"
        "|(đã|vừa) (đưa|đăng|đọc|xem)( (ngày|trước))?|trước( đó)?|sau|tiếp( theo)?|kế tiếp|hot"
        "|(được )?(đọc|xem|quan tâm) nhiều( nhất)?)"
    ),
    "opinion": "(ý kiến|phản hồi|bình luận|góp ý|nhận xét|comments?)",
    "site": "(website|trang (web|tin|thông tin)|cổng thông tin|giao diện|trang)",
    "file": "(tài liệu|files?|tệp( tin)?|tập tin|văn bản|phụ lục)",
    "contact": (
        "(điện thoại|số điện thoại|tổng đài( hỗ trợ)?|ban biên tập|đt|tel|phone|hotline"
        "|đường dây nóng|fax|e-?mail|website)"
    ),
    "reach": r"([\d .()+/-]*\d[\d .()+/-]*|[\w.+-]+@[\w.-]+|(https?://|www\.)\S+)",
    "pageno": r"\[?\d{1,4}\]?",
    "pageword": (
        r"(\.{2,}|…|[«»‹›<>|]+|trang ?:?|đầu|cuối|trước|sau|tiếp|prev(ious)?|next|first|last)"
    ),
    "weekday": "(thứ (hai|ba|tư|bốn|năm|sáu|bảy|[2-7])|chủ nhật|cn)",
    "dmy": r"\d{1,2} ?[/.-] ?\d{1,2} ?[/.-] ?\d{4}",
    "clock": r"\d{1,2}:\d{2}(:\d{2})?( ?[ap]m)?",
}

FAMILIES: dict[str, tuple[str, ...]] = {
    "visit, online and view counters": (
        # (?>…) and *+ never go back: what is a counter once is one, and junk fails at once.
        r"\(?(?>{counted}{amount})(?>[ •|,;/-]*{counted}{amount})*+( ?về (trang trước|đầu trang))*",
        "((đã|hiện|đang) )?(có )?{n} (lượt|lần) (xem|đọc|truy cập|thích)",
        "{n} (views?|hits?|reads?)",
        "{n} (bình luận|phản hồi|comments?)",
        "(bài viết |tin )?(đã )?(được )?(xem|đọc) ?:? {n}( (lần|lượt))?",
        "((hiện|đang) )?(có )?{n} (người|khách|thành viên|users?|guests?)( đang)? {online_verb}",
        "((số )?(khách|thành viên)|bots?|hiện tại|tổng cộng"
        "|visits?) ?:? ?{n}( ?[-|,;/]? ?(khách|thành viên) ?:? ?{n})*",
        r"thống kê( (website|online))?|{opinion} ?\(\d+\)",
        r"(đang|hiện) có .{1,60} (online|trực tuyến|truy cập)\.?",
        "(your ip|ip của bạn|địa chỉ ip( của bạn)?) ?:?.{0,40}",
        "bạn là (người|khách|vị khách|lượt)( truy cập| viếng thăm| ghé thăm)? thứ.{0,40}",
    ),
    "navigation, skip links and pager": (
        "skip (to )?(main |ribbon )?(content|navigation|menu|commands)( links?)?"
        "|toggle (navigation|menu)",
        "trang chủ( tin tức.{0,60})?|home|((đóng|mở) )?(menu|trình đơn)( chính)?"
        "|search( for)?[ :.…]*",
        "tìm kiếm( nâng cao)?[ :.…]*|nhập từ khóa( tìm kiếm)?[ .…]*|(bản đồ|sơ đồ) (trang"
        "|cổng)|tiếp theo",
        "turn (on|off) (more accessible mode|animations)|site ?map|sơ đồ {site}",
        "(truy cập|bỏ qua|chuyển (đến|tới)|nhảy (đến|tới)|đi (đến|tới))( (phần|trang|liên kết))?"
        "( (để )?(đến|tới))? (nội dung|menu|dẫn hướng|điều hướng)( (luôn|chính))?",
        "đi (đến|tới) trang",
        "((về|lên|trở (về|lại)|quay( trở)? (lại|về)|back to) ?"
        "(trang (trước|chủ|đầu)|đầu trang|top|home)? ?)"
        "{1,3}",
        "(trang (trước|sau|tiếp( theo)?|kế( tiếp)?|đầu|cuối) ?)+|(next|previous)( page)?|read more",
        "(xem|đọc) (tiếp|thêm|chi tiết|tất cả|toàn bộ)[ .…»>]*|liên kết (website|web|site)( khác)?",
        "(bạn đang (ở|xem|truy cập)( đây)?|you are here) ?:.{0,120}",
        r"(trang ?:?|page) \d+ ?(/|of|trên|trong)( tổng( số)?)? ?\d+( trang)?",
        r"(?={pageno}|{pageword})(?=.{0,60}{pageword})(?=.{0,60}\d)"
        "(?>{pageno}|{pageword})(?>[ ,-]*({pageno}|{pageword}))++",
    ),
    "share, print and QR": (
        "(chia sẻ|share)( {piece}| liên kết)?( (lên|qua|trên|với|tới|on|via|cho))?"
        r"([ ,&/]*({network}|mạng xã hội|bạn bè|và))*{end}",
        r"{network}([ ,|/•&-]+{network})*|(thích|like|{network}) ?\d+",
        "(gửi|mail) (e-?mail|mail|(cho )?bạn bè|{piece})( (này|qua .{1,20}|cho bạn( bè)?))*",
        "in {piece}|in (ấn|ra)|xem bản in|tải ảnh|(bản|phiên bản) (in|để in)|print( (page"
        "|this))?|(lưu|save) {piece}",
        "(sao chép|copy) (liên kết|link|đường dẫn|địa chỉ)|(quét )?mã qr.{0,60}|qr ?code.{0,40}",
        "(theo dõi|kết nối|follow) (chúng tôi|us|với chúng tôi|trên|tại|qua).{0,40}",
        "print .{0,30}{dmy}.{0,20}",
    ),
    "zoom, contrast and reading aloud": (
        r"(xem (với|theo) )?(cỡ|kích (thước|cỡ)|kiểu|font|phông) (chữ|size)[ :a+\d%|/()-]*"
        "((mặc định|nhỏ|lớn|vừa|to) ?)*",
        r"a ?-[ |/]*a?[ |/]*a ?\+.{0,20}|a ?\+[ |/]*a?[ |/]*a ?-|\[?[+-]\]? ?a ?\[?[+-]\]?"
        r"|100%|(a ?){2,5}|a ?[+-]",
        "(tăng|giảm|phóng to|thu nhỏ|đổi|chọn|đặt lại)( (cỡ|kích (cỡ|thước)))?( (chữ|ảnh"
        "|hình))?( mặc định)?",
        "((chế )?độ )?tương phản( (cao|thấp|đảo màu|mặc định))?|màu (chữ|nền)[ :a]*"
        "|text size|chế độ ban (đêm|ngày)",
        "(nghe|đọc|phát) (đọc )?({piece}|báo nói|audio)( (bằng|tự động).{0,30})?",
        "(tạm )?dừng( (đọc|phát))?|đọc to|giọng (đọc|nam|nữ|miền)[ -]*((nam|nữ|miền|bắc"
        "|trung)[ -]*)*",
        "tốc độ đọc.{0,20}",
    ),
    "weather": (
        r"(?=[^°]{0,60}°)({sky})?([^\W\d_]+\.?[ ,:]+){0,5}-?{degrees}( ?[-~/] ?{degrees})?",
        r"(dự báo )?thời tiết( (hôm nay|(các )?(tỉnh|vùng|địa phương).{0,20}))?|độ ẩm ?:? ?\d+ ?%",
    ),
    "log-in and idle messages": (
        "(thành viên )?đăng (nhập|xuất)( (hệ thống|thành viên|tài khoản|quản trị))?",
        r"đăng (nhập|ký)( ?[|/] ?| )?(đăng (nhập|ký))?|thoát|đổi mật khẩu|xin chào,? (khách"
        r"|bạn)|register",
        r"đăng nhập (bằng|qua|để) .{1,40}|phiên (làm việc|đăng nhập).{0,40}hết hạn.{0,60}"
        r"|nhập mật khẩu",
        r"đăng ký (thành viên|tài khoản|nhận (bản )?(tin|email).{0,20})",
        r"quên mật khẩu ?\??|(ghi )?nhớ (mật khẩu|đăng nhập|tôi)|mật khẩu ?[:*]*|log ?(in|out)",
        r"tên (đăng nhập|tài khoản|truy cập) ?[:*]*|sign (out|up)|remember me",
        "(bạn|quý (vị|khách)|vui lòng|xin|hãy)( (vui lòng|cần|phải|hãy|chưa|đã))* "
        "(không sử dụng (site|trang)|đăng nhập).{0,140}",
    ),
    "comment forms": (
        r"(các )?{opinion} (của )?(bạn( đọc)?|độc giả|bài viết|mới( nhất)?){end}",
        r"((gửi|viết|thêm|để lại|đăng|hủy|xem|mời bạn|nhập|nội dung) ?){1,3}( ?(một|các|tất cả))? ?"
        r"({opinion}|trả lời|đánh giá)( (của bạn|mới|khác|bằng facebook))?[ :*.…]*",
        "(facebook|post|add|write) (a )?comments?|{opinion} (phản hồi|bằng facebook|đang bị tắt)",
        "(bạn đọc|độc giả) {opinion}|(bạn )?vui lòng nhập tiếng việt.{0,20}|hủy bỏ",
        "(chưa|không) có {opinion}.{0,60}|hãy (là người đầu tiên|để lại).{0,60}{opinion}.{0,20}",
        "email của bạn sẽ không.{0,120}",
        "(các )?(trường|ô|mục) (bắt buộc|có dấu|được đánh dấu).{0,80}",
        "your email address will not.{0,100}|leave a (reply|comment)|no (image|comments?)",
        "(nhập )?mã (bảo mật|xác (nhận|thực|minh)|kiểm tra|an toàn|captcha)[ :*]*|captcha",
        "(thay|đổi|lấy) mã (mới|khác)|(lưu tên của tôi|save my name).{0,140}",
        r"((họ (và )?)?tên|e-?mail|tiêu đề|điện thoại|nội dung|địa chỉ|website)"
        r"( (của bạn|bình luận|góp ý|người gửi))?( ?:)?( ?\( ?(\*|bắt buộc) ?\)| ?\*):?",
        "((gửi đi|nhập lại|làm lại|xóa trắng) ?)+",
    ),
    "related news": (
        "((những|các|danh sách|xem|xem thêm|một số) )*{item}( ?[,/] ?{item}| hoạt động)? {which}"
        "( (khác|nhất|trong (chuyên mục|ngày|tuần)))?{end}",
        "(được )?(xem|đọc|quan tâm) nhiều( nhất)?{end}|(được quan tâm|mới) nhất|nổi bật"
        "|tiêu điểm|tin vắn",
        "{item} được quan tâm( nhất)?|(có )?liên quan{end}|(newer|older) (news|articles?"
        "|posts?)( items)?",
        "(previous|next) (post|article)|(có thể )?bạn (có thể )?(quan tâm|chưa biết){end}",
        "related (posts?|news|articles?)|(latest|most read|popular|recent) (news|posts?|articles?)",
        "cùng (chuyên mục|chủ đề|danh mục|thể loại){end}|xem (tin|bài) (theo ngày|khác|cũ).{0,30}",
    ),
    "polls and ratings": (
        "(thăm dò|trưng cầu)( (ý kiến|dư luận).{0,20})?|xem kết quả",
        "(kết quả )?(bình chọn|biểu quyết)( (của bạn|ngay))?{end}|hãy bình chọn.{0,40}",
        "(click|nhấn|bấm|kích).{0,12} để (đánh giá|bình chọn).{0,40}",
        "(hãy |bạn )?(đánh giá|xếp hạng|chấm điểm) (cho )?{piece}( (như )?thế nào)?[ ?]*{end}",
        "(gửi|chọn|chưa có) đánh giá|đánh giá của bạn|bầu chọn|please rate"
        "|điểm (của )?bài viết.{0,30}",
        "hãy cho (chúng tôi|biết).{0,60}{site}.{0,20}",
        "tổng (số )?điểm (của )?bài viết.{0,60}|{n} (đánh giá|phiếu( bầu)?|votes?|sao)",
        r"((user )?rating|average|xếp hạng|đánh giá|điểm) ?:? ?\d[\d.,]* ?(/|-|trên|out of"
        r"|\() ?\d+.{0,40}",
        r"(theo|xin ý kiến|ý kiến|bạn|quý vị).{0,60}{site}.{0,60}\?",
    ),
    "footer: address, copyright, licence": (
        r"{contact} ?[:.] ?({reach})?(?>[ ;,|-]*{contact} ?[:.]? ?({reach})?)*+[ ;,|-]*",
        r"(địa chỉ|trụ sở( chính)?|address) ?:.{3,140}{contact} ?[:.].{0,120}",
        r"(bản quyền|copyright|©|\(c\))([ :]*(©|\(c\)|thuộc|by|bởi|của|\d{4}|-)| ?:).{0,200}"
        r"|©.{0,200}",
        "(số )?giấy phép ?(:|số|thiết lập|xuất bản|hoạt động|trang|cung cấp|tttđt|icp).{0,240}",
        "(® ?)?(mọi .{0,40})?((đề nghị|yêu cầu|vui lòng|xin|phải) )?ghi rõ (nguồn|xuất xứ).{0,160}",
        "(® )?khi (sử dụng|phát hành|trích dẫn|đăng)( lại)?.{0,60}(ghi rõ|trích dẫn) nguồn.{0,80}",
        "(người )?chịu trách nhiệm( (chính|nội dung|xuất bản|quản lý|thông tin|về))* ?:.{0,140}",
        "(cơ quan (chủ quản|thường trực)|đơn vị (chủ quản|quản lý|vận hành|thiết kế)|"
        "|(phó )?trưởng ban biên tập|tổng biên tập|phụ trách {site}) ?:.{0,140}",
        "(thiết kế|phát triển|xây dựng|vận hành|designe?d?|developed|powered)"
        "( (và|web|website|&|and|thiết kế|phát triển|vận hành))* (bởi|by)[ :].{0,80}",
        "all rights reserved.{0,40}|(best viewed|xem tốt nhất|{site} hiển thị tốt).{0,100}",
    ),
    "site names and slogans": (
        r"(cổng|trang|website) (thông tin|tttđt|ttđt) ?(điện tử ?)?(tổng hợp "
        r"|thành phần )?{name}|cổng thành phần|website (huyện|xã|tỉnh|ubnd|đảng) ?{name}",
        "(nhiệt liệt )?(chào mừng|kính chào) (quý (vị|khách|độc giả)|các bạn|bạn)( đã)? "
        "(đến|ghé|truy cập).{0,120}",
        "hệ thống (tổng hợp )?(thông tin|tra cứu|quản lý).{0,20}một cửa.{0,40}",
    ),
    "template and portlet residue": (
        "xuất bản (thông tin|nội dung|tin tức)|(your website|site|page) title|untitled( document)?",
        "please wait|vui lòng (đợi|chờ).{0,20}|đang cập nhật[ .…]*|(không (có|tìm thấy)"
        "|chưa có) dữ liệu.{0,20}|có lỗi xảy ra.{0,20}",
        "loading( (the player|content))?[ .…]*|đang (tải|xử lý)( (dữ liệu|nội dung|trang))?[ .…]*",
        "(xem )?chi tiết( (bài viết|bài|tin|tin tức|tin bài|sự kiện|nội dung|video))*|chitiettin",
        "(tin|bài( viết)?|nội dung|thông tin) chi tiết|article detail|nội dung tin",
        "hiển thị (nội dung( (web|tin))?|tin( (bài|tức))?|bài viết)",
        "hoi dap|tin tuc|trang chu|lien he|gioi thieu",
        "web content (viewer|display)|asset publisher|nested portlets|content editor|page content",
        r"null|undefined|nan|\[object object\]|\{\{.{1,60}\}\}|%[a-z_]{2,30}%|lorem ipsum.{0,200}",
        "(it looks like your browser|this page uses javascript|trình duyệt của bạn|your browser"
        "|please enable javascript|javascript (is|must)).{0,200}",
    ),
    "images and players": (
        r"[\w.() -]{1,100}\.(jpe?g|png|gif|webp|bmp|svg|tiff?|mp[34]|flv|avi|wmv|mov|swf"
        r"|docx?|xlsx?|pptx?|pdf|rar|zip)"
        r"( ?\( ?[\d.,]+ ?[km]?b ?\))?",
        r"responsive image|image description|anh tin bai|(left|center|right|del){2,}",
        "no[- ]image.{0,12}",
        r"(image|img|dsc|photo|screenshot)[_-]\d[\w-]*|z\d{9,}_\w*",
        "(play|pause|mute|unmute|fullscreen|replay)( (video|mute|fullscreen))*",
        "(video|audio) player|trình phát (video|nhạc)",
        r"(current|remaining) time .{0,40}|{clock} ?/ ?{clock}|advertisement|quảng cáo",
        "click (để|vào) (phóng to|xem ảnh).{0,20}|ảnh đại diện|thumbnail|avatar|hinh anh"
        "|(xem|phóng to|click (để )?xem) (ảnh|hình) (lớn|gốc|cỡ lớn|phóng to)",
    ),
    "attachment headings": (
        r"((các|danh sách|xem|tải) )*{file} (đính kèm|kèm theo|gốc){end}|(đính kèm|kèm theo){end}",
        "(tải|download|xem) ({file}|về máy|xuống)( (đính kèm|về|gốc|tại đây))*{end}|download",
        "attachments?{end}",
    ),
    "page clocks": (
        r"(mon|tue|wed|thu|fri|sat|sun)((s|nes|rs|ur)?day)?,? ({dmy}"
        r"|{month}[a-z]* \d{1,2},? \d{4})[ ,|-]*({clock})?",
        r"{weekday}[ ,.-]*ngày ({dmy}|\d{1,2} tháng \d{1,2} năm \d{4})[ ,|-]*({clock})?",
        r"(hôm nay|bây giờ|hiện tại)( là)?[ ,:]*(ngày|{weekday}|\d{1,2}[:/]\d).{0,50}",
        r"\d{1,2}:\d{2}:\d{2}( ?[ap]m)?",
    ),
}
VOCABULARY |= {
    "month": "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    "degrees": r"\d{1,2} ?°?( ?[cf])?",
    "online_verb": "(online|trực tuyến|truy cập|xem)( (trang|website))?",
    "sky": "cloud|clouds|cloudy|sun|sunny|rain|clear|nắng|mưa|mây|nhiều mây|có mây",
    # A name, not a sentence about it.
    "name": "(?!.* (đã|đang|là|được|vừa|phát|thông báo|đăng|có|cung cấp) )[^.;:!?]{0,80}(?<![,.])",
}

_GROUP = re.compile(r"(?<!\\)\((?!\?)")
_ENTRY = re.compile(r"\{([a-z_]+)\}")


def _expand(pattern: str) -> str:
    while entry := _ENTRY.search(pattern):
        pattern = f"{pattern[: entry.start()]}({VOCABULARY[entry[1]]}){pattern[entry.end() :]}"
    return _GROUP.sub("(?:", pattern)


_LINE = re.compile(
    "|".join(f"(?:{_expand(pattern)})" for family in FAMILIES.values() for pattern in family)
)
_BULLETS = " •·●▪◦■□*»›>+|-"
_ARROWS = " |•·«‹»›<>…"  # at the end of a link; in a pager they are what tells it from numbers
_DASHES = str.maketrans("–—‐‑：", "----:")
_CRUMB = re.compile(r" [/»›>]+ | ?[»›] ?")
_HOME = re.compile(r"(?:trang chủ|home|trang nhất)\s*[/»›>|-]", re.IGNORECASE)
_SLOGAN = re.compile(r"\b(?:PHẤN ĐẤU|QUYẾT TÂM|RA SỨC|CHUNG SỨC|THI ĐUA)\b")


def is_boilerplate_line(line: str) -> bool:
    """True when a line is chrome wherever it stands, whatever numbers it carries.

    False says nothing: menu names, bare numbers and banners need position to be recognised.
    """
    text = squeeze(line)
    if not text or len(text) > MAX_CHARS:
        return False
    text = _half(text.translate(_DASHES))
    text = text.lstrip(_BULLETS) or text
    if text[0] == "(" and text[-1] == ")":
        text = text[1:-1].strip() or text
    lowered = text.lower()
    inner = lowered.strip(_ARROWS)
    return (
        _LINE.fullmatch(lowered) is not None
        or (inner != lowered and _LINE.fullmatch(inner) is not None)
        or _is_breadcrumb(text)
        or _is_slogan(text)
    )


def _half(text: str) -> str:
    """A line that is the same words twice, once: link and heading printed in one."""
    middle = len(text) // 2
    doubled = len(text) % 2 == 1 and text[middle] == " " and text[:middle] == text[middle + 1 :]
    return text[:middle] if doubled else text


def _is_breadcrumb(text: str) -> bool:
    if not any(mark in text for mark in "/»›>|-"):
        return False
    steps = _CRUMB.split(text)
    if any(not step or len(step.split()) > MAX_CRUMB_WORDS for step in steps):
        return False
    if text[-1] in ".;:,!?" or any(char.isdigit() for char in text):
        return False
    return len(steps) > 2 or _HOME.match(text) is not None


def _is_slogan(text: str) -> bool:
    capitals = text.isupper() and len(text.split()) >= SLOGAN_WORDS
    return capitals and _SLOGAN.search(text) is not None
