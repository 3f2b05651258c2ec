"""The words and shapes of lines that no portal means as article text.

VOCABULARY names what offices call their counters, tools and lists; FAMILIES are the shapes such
words come in. What a line must look like is said by grammar (a label, a number, a unit), so that
any phrasing of the same thing is met.
"""

from __future__ import annotations

# Notation of both tables: regular expressions in which every "(" is a group that captures
# nothing, a blank is a blank, and {name} stands for a vocabulary entry. All in lower case: the
# line is lowered, since a search that ignores case tries every branch in full (twice the time).
VOCABULARY: dict[str, str] = {
    "n": r"\d[\d.,]*",  # thousands separated by dot, comma or nothing
    "end": r" ?(\(\d*\))?(\.{2,}|[ :»>…])*",
    "period": "(ngày|hôm|tuần|tháng|quý|năm)( (này|nay|qua|trước|hiện tại|hôm nay|hôm qua))?",
    "visit": "(truy cập|viếng thăm|ghé thăm|thăm|truy nhập|vào xem)",
    "totals": (
        "hôm (nay|qua)|ngày hôm (nay|qua)|(tuần|tháng|quý|năm) (này|nay|qua|trước|hiện tại)"
        "|trong {period}|tất cả|tổng( (số|cộng|lượng))?( (số )?(lượt|người|khách))?"
        "( (đã )?{visit})?( (trong )?{period})?|bộ đếm( truy cập)?"
        "|(th[ốô]ng kê|số liệu|biểu đồ)( lượt)?( ({visit}|người dùng|trực tuyến))( (website"
        "|trang( web)?|cổng))?"
    ),
    "visits": (
        "(số )?(lượt|lượng|người|khách) (đã )?{visit}( (vào )?(website|trang( web)?|cổng))?"
        "( (trong )?{period}| thứ| hiện tại)?"
        "|đã {visit}|{visit} (trong )?{period}|(all|total)( (visits?|visitors?|hits))?"
        "|(this|last) (week|month|year)|visitors?( today)?"
    ),
    "online": (
        "(hiện )?đang (truy cập|online|trực tuyến|xem)|(hiện )?(trực tuyến|online)( now)?"
        "|(số )?(người|khách|thành viên)( (đang|vãng lai))* (online|trực tuyến|{visit}|xem)"
        "|khách vãng lai|máy chủ tìm kiếm|(visitors?|users?|guests?|members?) online"
    ),
    "views": (
        "(tổng )?(số )?(lượt|lần) ((người|được) )?(xem|đọc|view|click|tải( về)?|nghe|thích|chia sẻ"
        "|bình luận|phản hồi)( (bài|tin)( viết)?)?"
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
    "reuse": (
        "((tự ý |việc )?(sao chép|đăng (tải )?lại|phát hành lại|trích dẫn( lại)?|tái bản|copy"
        "|(sử dụng|khai thác|đăng tải|in)( lại)? (các |mọi )?(thông tin|nội dung|tin|bài|hình ảnh"
        "|dữ liệu)))"
    ),
    "opinion": "(ý kiến|phản hồi|bình luận|góp ý|nhận xét|comments?)",
    "site": "(website|trang (web|tin|thông tin)|cổng thông tin|giao diện|trang)",
    "file": "(tài liệu|files?|tệp( tin)?|tập tin|văn bản|phụ lục)",
    "contact": (
        "((điện thoại|số (điện thoại|fax)|tổng đài( hỗ trợ)?|ban biên tập|đt|tel|phone|hotline|sđt"
        "|đường dây nóng|fax|e-?mail|thư điện tử|website)( (liên hệ|trực( ban)?|cơ quan|hỗ trợ))?"
        "( ?/ ?(fax|zalo|hotline))?)"
    ),
    "reach": r"([\d .()+/-]*\d[\d .()+/-]*|[\w.+-]+@[\w.-]+|(https?://|www\.)\S+"
    r"|[\w-]+(\.[\w-]+)*\.(vn|com|net|org))",
    "pageno": r"\[?\d{1,4}\]?",
    "pageword": (
        r"(\.{2,}|…|[«»‹›<>|]+|trang ?:?|đầu|cuối|trước|sau|tiếp( theo)?|kế tiếp|prev(ious)?|next"
        "|first|last)"
    ),
    "weekday": "(thứ (hai|ba|tư|bốn|năm|sáu|bảy|[2-7])|chủ nhật|cn)",
    "dmy": r"\d{1,2} ?[/.-] ?\d{1,2} ?[/.-] ?\d{4}",
    "clock": r"\d{1,2}:\d{2}(:\d{2})?( ?[ap]m)?( ?\(?gmt ?\+? ?\d+\)?)?",
}

FAMILIES: dict[str, tuple[str, ...]] = {
    "visit, online and view counters": (
        # (?>…) and *+ never go back: what is a counter once is one, and junk fails at once.
        r"\(?(?>{counted}{amount})(?>[ •|,;/-]*{counted}{amount})*+( ?về (trang trước|đầu trang))*",
        "((đã|hiện|đang) )?(có )?{n} (lượt|lần) (xem|đọc|truy cập|thích)",
        "{n} (views?|hits?|reads?)",
        "(có )?{n} (bình luận|phản hồi|comments?)",
        "(truy cập|today|yesterday|total|all days?) ?:? ?{n}",
        "(bài( viết| này)*|tin( này)?) (đã |hiện )?có {n} lượt (xem|đọc)",
        "((hiện|đang|chúng ta) )*có {n} khách( (và|,) {n} thành viên)?( {online_verb})?",
        "we have {n} guests?.{0,40} online",
        "(bài viết |tin )?(đã )?(được )?(xem|đọc) ?:? {n}( (lần|lượt))?",
        "((hiện|đang) )?(có )?{n} (người|khách|thành viên|users?|guests?)( đang)? {online_verb}",
        "((số )?(khách|thành viên)|bots?|hiện tại|tổng cộng"
        "|visits?) ?:? ?{n}( ?[-|,;/]? ?(khách|thành viên) ?:? ?{n})*",
        r"thống kê( (website|online))?|thành viên mới nhất ?: ?[a-z0-9_.]+|{opinion} ?\(\d+\)",
        r"(đang|hiện) có {n} (khách|người|thành viên|bots?|lượt)( [^ ]+){0,10} (online|trực tuyến"
        r"|truy cập)\.?",
        r"((your|địa chỉ) )?ip( của bạn)? ?:? ?[\da-f.:]{3,40}",
        r"((ngày|tuần|tháng|quý|năm|tổng) ?: ?{n}[ ,;|/-]*){2,}|trả lời ?: ?{n}",
        "(bạn|quý (khách|vị)) là (người|khách|vị khách|lượt)( {visit})? thứ.{0,40}",
    ),
    "navigation, skip links and pager": (
        "skip (to )?(main |ribbon )?(content|navigation|menu|commands)( links?)?"
        "|toggle (navigation|menu)",
        "trang chủ( tin tức.{0,60})?|home|((đóng|mở) )?(menu|trình đơn)( chính)?"
        "|search( for)?[ :.…]*",
        "tìm kiếm( (nâng cao|tin tức|văn bản|bài viết))?[ :.…]*|(nhập )?từ (khóa|khoá)( cần)?"
        " tìm( kiếm)?"
        "[ :.…]*|nhập (từ khóa|từ khoá|nội dung)( (cần )?tìm( kiếm)?)[ .…]*|nhập từ kho[áa][ .…]*"
        "|nhập từ khóa[ .…]*|(đến|tới) nội dung chính|(bản đồ|sơ đồ) (trang"
        "|cổng)|tiếp theo|theo dòng (sự kiện|thời sự)|(kênh|danh mục|nguồn)( tin)? rss|web ?links?",
        "turn (on|off) (more accessible mode|animations)|site ?map|sơ đồ ({site}|site)",
        "(truy cập|bỏ qua|chuyển (đến|tới)|nhảy (đến|tới)|đi (đến|tới))( (phần|trang|liên kết))?"
        "( (để )?(đến|tới))? (nội dung|menu|dẫn hướng|điều hướng)( (luôn|chính))?",
        "trang nhất|cuối trang|(về|lên) đầu|mời xem thêm|((xem|tin|bài|tin tức) )+theo ngày|chọn"
        " ngày|(chọn )?ngày"
        " tháng năm( xem)?"
        "|đi (đến|tới) trang|(chuyển (sang|về) |xem )?(giao diện|phiên bản|bản) (di động|mobile"
        "|máy tính"
        "|đầy đủ)|đặt làm trang chủ|thêm vào (ưa thích|yêu thích|bookmarks?)|lên trên( cùng)?"
        "|đầu trang|kế tiếp",
        "{tongue}([ |/,-]+{tongue})+|(((thay )?đổi|chọn|chuyển) )?(ngôn ngữ|language) ?:("
        " ?{tongue})?|chọn ngôn ngữ",
        "(chuyển (đến|tới|sang) ?: ?)?-* ?chọn (chuyên mục|danh mục|ngôn ngữ|đơn vị|cơ quan"
        "|lĩnh vực|năm|tháng|địa phương|website|trang)( liên kết)? ?-*|sắp xếp( theo)? ?:?"
        " ?((bình luận|bài"
        "|tin|ngày) )?(mới|cũ|đăng)( (nhất|hơn))?|website các {unsaid}[^.:;!?]{3,40}",
        "((trang )?(trước|sau|tiếp( theo)?|đầu|cuối|next|prev(ious)?) ?[|/-]? ?){2,4}",
        r"(\[\d{1,3}\] ?){2,}|(chuyên mục|danh mục|thể loại) ?: ?[^.;:!?\d]{2,60}",
        r"(từ khóa|từ khoá|tags?|hashtag|thẻ( tag)?) ?:.{0,200}",
        r"(hiển thị|tìm thấy|có|tổng( số)?|số)?[ :]*[\d -]*\d( (trên|trong|/|của)( tổng( số)?)?"
        r" ?\d+)?"
        r" ?(kết quả|bản ghi|/ ?trang)|(tổng )?số (bản ghi|kết quả) ?:? ?\d+",
        "((về|lên|trở (về|lại)|quay( trở)? (lại|về)|back to) ?"
        "(trang (trước|chủ|đầu)|đầu trang|top|home)? ?)"
        "{1,3}",
        "(trang (trước|sau|tiếp( theo)?|kế( tiếp)?|đầu|cuối) ?)+|(next|previous)( page)?|read more",
        "(xem|đọc) (tiếp|thêm|chi tiết|tất cả|toàn bộ|trước)[ .…»>]*|(chọn )?liên kết (website|web"
        "|site|nhanh|hữu ích)( khác)?|chọn (liên kết|website)|(các )?(website|trang( web)?) liên"
        " kết",
        "(bạn đang (ở|xem|truy cập)( (đây|trang|mục|chuyên mục))?|you are here|đường dẫn)"
        " ?:.{0,120}",
        r"(trang ?:?|page) \d+ ?(/|of|trên|trong)( tổng( số)?)? ?\d+( trang)?",
        r"(?={pageno}|{pageword})(?=.{0,60}{pageword})(?=.{0,60}\d)"
        "(?>{pageno}|{pageword})(?>[ ,-]*({pageno}|{pageword}))++",
    ),
    "share, print and QR": (
        "(chia sẻ|share)( ({piece}|liên kết|this( (article|page|post))?))?"
        "( (lên|qua|trên|với|tới|on|to|via|cho))?"
        r"([ ,&/]*({network}|mạng xã hội|bạn bè|và))*{end}",
        r"{network}([ ,|/•&-]+({network}|in))*|(thích|like|{network}) ?\d+|thích và chia sẻ"
        "|fanpage( {network})?|printer[- ]friendly( (version|page))?|chat (với chúng tôi|{network}"
        "|trực tuyến|online)|hỗ trợ trực tuyến|liên hệ quảng cáo|gửi (tới|đến) bạn bè",
        "(gửi|e?mail) (e-?mail|mail|(cho )?bạn bè|{piece})( (này|qua .{1,20}|cho bạn( bè)?))*",
        "in {piece}|in (ấn|ra)|xem bản in|tải ảnh|(bản|phiên bản) (in|để in)|print( (page"
        "|this))?|(lưu|save) ({piece}|lại)",
        "(đã )?(sao chép|copy) (liên kết|link|đường dẫn|địa chỉ)|(quét )?mã qr( (của )?({piece}"
        "|này|bên dưới|ở đây))?( (để|và) (xem|đọc|chia sẻ|truy cập|tải|mở|theo dõi|quan"
        " tâm).{0,40})?|qr ?code( .{0,20})?",
        "(kết nối|follow) ((us|với chúng tôi).{0,40}|(trên|qua) ({network}|mạng xã hội).{0,40})"
        "|(theo dõi|quan tâm) (trang |kênh |fanpage )?{network}( (oa|page))?( của (chúng tôi|cổng"
        "|trang|ubnd|ủy ban|xã|phường|huyện|tỉnh|đặc khu)( .{2,30})?)?|theo dõi (.{1,30} )?(trên"
        "|tại|qua)"
        " {network}"
        "( news)?|theo dõi chúng tôi.{0,40}",
        "print .{0,30}{dmy}.{0,20}",
    ),
    "zoom, contrast and reading aloud": (
        r"(xem (với|theo) )?(cỡ|kích (thước|cỡ)|kiểu|font|phông) (chữ|size|font)[ :a+\d%|/()-]*"
        "((mặc định|nhỏ|lớn|vừa|to) ?)*",
        r"a ?-[ |/]*a?[ |/]*a ?\+.{0,20}|a ?\+[ |/]*a?[ |/]*a ?-|\[?[+-]\]? ?a ?\[?[+-]\]?"
        r"|100%|(a ?[+-]? ?){2,6}|a ?[+-]",
        "((tăng|giảm|phóng to|thu nhỏ|đổi|chọn|đặt lại)( ?/ ?giảm)?( (cỡ|kích (cỡ|thước)))?("
        " (chữ|ảnh"
        "|hình))?( mặc định)?[ |/,-]*){1,4}",
        "( ?((chế )?độ )?tương phản( (cao|thấp|đảo màu|mặc định))?){1,3}|màu (chữ|nền)[ :a]*"
        "|text size[ :a+-]*|(chế độ|giao diện) (ban (đêm|ngày)|tối|sáng|đọc)",
        "{aloud}([ /|,-]+({aloud}|nghe|dừng|tạm dừng))*",
        "(tạm )?dừng( (đọc|phát))?|đọc to|giọng (đọc|nam|nữ|miền)[ :-]*((nam|nữ|miền|bắc"
        "|trung)[ -]*)*",
        "tốc độ đọc.{0,20}|trình đọc màn hình|(cỡ )?chữ (to|nhỏ|lớn|vừa|đậm)( hơn)?|(đọc|nghe)("
        " bài( viết)?)? tự động|((công cụ|tính năng|chế độ|menu) )?trợ năng|((nam"
        "|nữ) miền (bắc|trung|nam) ?){1,6}",
    ),
    "weather": (
        r"(?=[^°]{0,60}°)(({sky})([^\W\d_]+\.?[ ,:]+){0,5})?-?{degrees}( ?[-~/] ?{degrees})?",
        r"(dự báo )?thời tiết( (hôm nay|(các )?(tỉnh|vùng|địa phương).{0,20}))?|độ ẩm ?:? ?\d+ ?%"
        r"|((tốc độ|sức) )?gió ?: ?[\d.,]+ ?(km/h|m/s)",
    ),
    "exchange rates": (
        r"(giá )?(vàng|usd|ngoại tệ)?[^.;:]{0,20}[ :]*mua( vào)?[ :]*{n}[ ,;|/-]*bán( ra)?[ :]*{n}",
        r"{currency}[ :|/-]*([\d.,]+[ |/-]*){1,4}|{currency}([ ,|/-]+{currency})+",
        "t[ỷỉ] giá (ngoại tệ|hối đoái|vàng)|(giá vàng|tỷ giá)( ?[-,/&] ?(giá vàng|tỷ giá|chứng"
        " khoán))+",
        "(mã|loại) (nt|ngoại tệ)( mua.{0,30})?|mua( (vào|tiền mặt|ck|chuyển khoản))*[ /|-]+bán("
        " ra)?",
    ),
    "systems of electronic government": (
        "cổng (dịch vụ công|dvc)( (trực tuyến|quốc gia|(của )?(tỉnh|thành phố) .{2,30}))*",
        "(hệ thống |hộp )?thư (điện tử )?(công vụ)( .{0,4})?|thư điện tử công vụ|hệ thống thư"
        " điện tử",
        "(hệ thống |phần mềm )?(quản lý )?văn bản (và|&) (điều hành|hồ sơ công việc)|dịch vụ"
        " công trực tuyến",
        "webmail|hộp thư (điện tử|góp ý|công vụ)|hệ thống (một cửa|quản lý văn bản)",
        "(hệ thống )?(thông tin )?một cửa điện tử( liên thông)?|(hệ thống )?phản ánh,? kiến nghị"
        " trực tuyến",
    ),
    "log-in and idle messages": (
        "(thành viên )?đăng (nhập|xuất)[ :]*|đăng (nhập|xuất)( (hệ thống|thành viên|tài khoản"
        "|quản trị))?",
        r"đăng (nhập|ký)( ?[|/] ?| )?(đăng (nhập|ký))?|thoát|đổi mật khẩu|xin chào[,:]? (khách"
        r"|bạn)|register",
        r"đăng nhập (bằng|qua|với) ({network}|tài khoản( \w+)?|vneid|vnconnect)|phiên (làm việc"
        r"|đăng nhập).{0,40}hết hạn.{0,60}"
        r"|nhập mật khẩu",
        r"đăng ký (thành viên|tài khoản|nhận (bản )?(tin|email).{0,20})|nhận (bản )?tin( (mới"
        r"|tức))? qua"
        r" (e-?mail|zalo)"
        "|nhập (địa chỉ )?email( của bạn)?( để .{0,30})?",
        r"quên mật khẩu ?\??|(ghi )?nhớ (mật khẩu|đăng nhập|tôi)|mật khẩu ?[:*]*|log ?(in|out)",
        r"tên (đăng nhập|tài khoản|truy cập) ?[:*]*|sign (out|up)|remember me",
        "(bạn|quý (vị|khách)|vui lòng|xin|hãy)(?!.*(vneid|dịch vụ công|ứng dụng))( (vui lòng|cần"
        "|phải|hãy"
        "|chưa|đã))* (không sử dụng (site|trang)|đăng nhập).{0,140}",
    ),
    "comment forms": (
        r"(các )?{opinion} (của )?(bạn( đọc)?|độc giả|bài viết|mới( nhất)?){end}",
        r"((gửi|viết|thêm|để lại|đăng|hủy|xem|mời bạn|nhập|nội dung) ?){1,3}( ?(một|các|tất cả))? ?"
        r"({opinion}|trả lời|đánh giá)( (của bạn|mới|khác|bằng facebook))?( h[ủu][yỷ])?[ :*.…]*",
        "(facebook|post|add|write) (a )?comments?|{opinion} (phản hồi|bằng facebook|đang bị tắt)",
        "(bạn đọc|độc giả) {opinion}|(bạn )?vui lòng (nhập|gõ|viết|sử dụng) tiếng việt.{0,20}|hủy"
        " bỏ",
        "(hiện )?(chưa|không) có {opinion}.{0,60}|hãy (là người đầu tiên|để lại).{0,60}({opinion}"
        "|đánh giá).{0,20}",
        r"số k[ýí] tự (được (gõ|nhập|phép)|còn lại|tối đa|đã nhập)[^\d.]{0,20}\d*",
        "(thư điện tử|địa chỉ email|email|e-mail) của bạn sẽ không.{0,120}",
        "((vui lòng|xin|hãy)|bạn (chưa|cần|phải|hãy)) nhập (họ|tên|email|nội dung|mã|địa chỉ|đầy"
        " đủ|tiêu đề|từ"
        " khóa)(?!\\w).{0,60}",
        "(họ( và)? tên) ?:|((họ )?tên|e-?mail|(số )?điện thoại) (của bạn|người gửi)[ :*]*",
        "(các )?(trường|ô|mục) (bắt buộc|có dấu|được đánh dấu).{0,80}",
        "your email address will not.{0,100}|leave a (reply|comment)|no (image|comments?)",
        "(nhập )?mã (bảo (mật|vệ)|xác (nhận|thực|minh)|kiểm tra|an toàn|captcha)[ :*]*|captcha",
        "(thay|đổi|lấy|tải lại) mã( (mới|khác))?|(lưu tên của tôi|save my name).{0,140}",
        "(đăng nhập|đăng ký) để (bình luận|gửi|phản hồi|đánh giá|viết).{0,30}",
        "(tính năng |mục )?(bình luận|phản hồi)( này)? (đã )?(được |bị )?(đóng|khóa|tắt)[ .]*"
        "|comments are closed.?|ý kiến (bình luận|phản hồi){end}|bình luận {network}",
        "nhập (các )?ký tự.{0,40}|(bạn )?quên mật khẩu ?[?]?|chào mừng khách",
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
        "(previous|next) (post|article)|(có thể )?bạn (có thể )?(sẽ )?(quan tâm|thích|chưa (biết"
        "|xem)){end}",
        "văn bản (liên quan|khác|mới( (ban hành|nhất))?|cùng (loại|lĩnh vực|chuyên mục|cơ"
        " quan)){end}"
        "|you may (also )?(like|be interested in)",
        "related (posts?|news|articles?)|(latest|most read|popular|recent) (news|posts?|articles?)",
        "cùng (chuyên mục|chủ đề|danh mục|thể loại){end}|xem (tin|bài) (theo ngày|khác|cũ).{0,30}",
    ),
    "polls and ratings": (
        "(thăm dò|trưng cầu|khảo sát)( (ý kiến|dư luận)( (bạn đọc|độc giả|khách hàng|người dùng"
        "|trực tuyến|online))?)|thăm dò|xem kết quả",
        "(kết quả )?(bình chọn|biểu quyết)( (của bạn|ngay))?{end}|hãy bình chọn.{0,40}",
        "(click|nhấn|bấm|kích)( [^ ]+){0,4} để (đánh giá|bình chọn).{0,40}",
        "(hãy |bạn )?(đánh giá|xếp hạng|chấm điểm) (cho )?{piece}( (như )?thế nào)?[ ?]*{end}",
        "(gửi|chọn|chưa có) đánh giá|đánh giá của bạn|bầu chọn|please rate"
        "|điểm (của )?bài viết.{0,30}",
        "hãy cho (chúng tôi|biết).{0,60}{site}.{0,20}|rate this( (post|article|item))?",
        r"\d([.,]\d+)? ?/ ?\d+ ?-? ?\(? ?\d+ (lượt )?(bình chọn|đánh giá|phiếu( bầu)?|votes?)\)?",
        r"([1-5] ){3,5}sao|([1-5] ){3,5}\(?\d+ (lượt )?(đánh giá|bình chọn|votes?)\)?",
        "(((rất |chưa |không )?(tốt|hài lòng|hữu ích)|bình thường|trung bình|khá|kém|đẹp) ?){3,6}",
        r"{piece} có hữu ích( (với|cho) bạn)?( hay)? không ?\?|đánh giá của bạn[ :]*",
        r"(bạn|quý vị) có (hài lòng|thích|thấy hữu ích)( (với|về))? {piece}( này)?( (hay"
        r" )?không)? ?\?",
        r"bạn (thấy|đánh giá) {piece} (như )?thế nào ?\?",
        "tổng (số )?điểm (của )?bài viết.{0,60}|{n} (đánh giá|phiếu( bầu)?|votes?|sao)",
        r"((user )?rating|average|xếp hạng|đánh giá( {piece})?|điểm( (bình quân|trung bình|đánh"
        r" giá))?) ?:?"
        r" ?\d[\d.,]* ?(/|-|trên|out of|\() ?\d+[ )/-]*(\(?[\d.,]* ?(lượt|phiếu|bình chọn|đánh"
        r" giá|sao"
        r"|điểm|bầu|votes?|stars?|[ )/-])*)*",
        r"(theo|xin ý kiến|ý kiến|bạn|quý vị).{0,60} {site}(?= |\?)(?! trại| trí| thiết|"
        r" phục).{0,60}\?",
    ),
    "footer: address, copyright, licence": (
        r"{contact} ?[:.] ?({reach})?(?>[ ;,|-]*{contact} ?[:.]? ?({reach})?)*+[ ;,|-]*",
        r"(địa chỉ|trụ sở( chính)?|address) ?:.{3,140}{contact} ?[:.].{0,120}",
        "(toàn bộ |giữ )?bản quyền{unsaid} (nội dung )?(thuộc|trên|của).{0,120}|copyrights?(?! là"
        " ){unsaid}.{0,120}",
        r"\(c\) .{2,80}|(nghiêm cấm|không được) sao chép.{0,80}",
        "ghi nguồn(?! gốc)[^,;]{0,80} khi (đăng|sử dụng|trích|phát hành|sao chép|dẫn) .{0,80}",
        "((phụ trách|kiểm duyệt) nội dung|quản lý( và|,)? vận hành|phụ trách ban biên tập|cơ quan"
        " quản lý|cơ quan chủ trì)"
        " ?:.{0,140}",
        "(mọi )?(ý kiến|thông tin|thư từ)( đóng góp)?.{0,20}(gửi|liên hệ)( về)? ?:.{0,120}",
        r"(bản quyền{unsaid}|copyright|©|\(c\))([ :]*(©|\(c\)|thuộc|by|bởi|của|\d{4}|-)|"
        r" ?:).{0,200}"
        r"|©.{0,200}",
        "(số )?(giấy phép|gp){unsaid} ?(:|số|thiết lập|xuất bản|hoạt động|trang|cung cấp|tttđt"
        "|icp).{0,60}"
        r"\d.{0,200}",
        "(® ?)?(mọi .{0,40})?((đề nghị|yêu cầu|vui lòng|xin|phải) )?ghi rõ (nguồn(?! gốc)|xuất"
        " xứ).{0,160}",
        # Who must do it is the visitor and is not named: "…, người viết phải ghi rõ nguồn" tells.
        "(® )?khi (sử dụng|phát hành|trích dẫn|đăng)(?!.*, (?!đề nghị|yêu cầu|vui lòng|xin|phải"
        "|cần|quý |bạn )[^,]{2,40} (phải|cần|có trách nhiệm) )( lại)?.{0,60}(ghi rõ|trích dẫn)"
        " nguồn.{0,80}",
        # Whoever forbids or asks begins with it; a report of somebody's breach does not.
        "((chú ý|lưu ý|ghi chú|note) ?: ?)?((nghiêm )?cấm|không( được)?|(mọi|việc|các|tất cả)( hành"
        " vi| hình thức| trường hợp)?|(đề nghị|yêu cầu|vui lòng|xin)( không)?) {reuse}.{0,140}"
        "(rõ nguồn|(ghi|nêu|dẫn) nguồn|bản quyền|đồng ý|cho phép|chấp thuận|bằng văn bản).{0,80}",
        "(người )?chịu trách nhiệm( (chính|nội dung|xuất bản|quản lý|thông tin|về))* ?:.{0,140}",
        "(cơ quan (chủ quản|thường trực)|đơn vị (chủ quản|quản lý|vận hành|thiết kế|phát triển)"
        "|(phó )?trưởng ban biên tập|tổng biên tập|phụ trách {site}) ?:.{0,140}",
        "(được )?(thiết kế|phát triển|xây dựng|vận hành|designe?d?|developed|powered)"
        r"( (và|web|website|&|and|thiết kế|phát triển|vận hành))* (bởi|by)[ :][^,;\d]{0,80}",
        "(thiết kế|xây dựng|phát triển) (và|&) (thiết kế|xây dựng|phát triển|vận hành|quản trị)"
        r"( website)? ?: ?[^.,;\d]{2,60}",
        "chính sách (bảo mật|quyền riêng tư|cookies?)( thông tin)?|điều khoản (sử dụng|dịch vụ)"
        "|hòm thư góp ý"
        "|liên hệ ?[-/,|&] ?góp ý|((đã được )?chứng nhận )?tín nhiệm mạng|chung nhan tin nhiem mang"
        "|([^.,;:]{2,40} )?(xem|chạy|hiển thị|hoạt động) tốt( nhất)? (trên|với|bằng)( các)? trình"
        " duyệt.{0,80}",
        "(chúng tôi|(cổng|trang|website|site)( [^ ]+){0,8}?) (có )?(đang )?sử dụng( các)?( tệp|"
        " tập tin)? cookies?.{0,200}",
        "(chấp nhận|từ chối|đồng ý|cho phép|quản lý|tùy chọn|cài đặt)( (tất cả|các|sử dụng|với))*"
        " cookies?",
        "(this|our|we)( [a-z]+){0,2} uses? cookies.{0,120}",
        "all rights reserved.{0,40}|(best viewed|xem tốt nhất|{site} hiển thị tốt).{0,100}",
    ),
    "site names and slogans": (
        r"(cổng|trang|website) (thông tin|tttđt|ttđt|tin|giao tiếp) ?(điện tử ?)?(tổng hợp "
        r"|thành phần )?{name}|cổng thành phần|website (huyện|xã|tỉnh|ubnd|đảng|chính thức)"
        r" ?{name}",
        "(nhiệt liệt )?(chào mừng|kính chào) (quý (vị|khách|độc giả)|các bạn|bạn)( đã)? "
        "(đến|ghé|truy cập).{0,120}",
        "hệ thống{unsaid}(?!.* (được|giúp|là) ) (tổng hợp )?(thông tin|tra cứu|quản lý).{0,20}một"
        " cửa.{0,40}",
    ),
    "template and portlet residue": (
        "xuất bản (thông tin|nội dung|tin tức)|(your website|site|page) title|untitled( document)?",
        "(hiện |bài viết (này )?)?(không|chưa) (có|tìm thấy) (bài viết|bình luận|phản hồi|thông"
        " tin|kết quả"
        "|trang|nội dung|tin( tức)?|video|ý kiến|đánh giá)( nào| này)?[ .!]*|lỗi 404|404 not found"
        "|trang (bạn )?(tìm kiếm|yêu cầu) không (tồn tại|tìm thấy).{0,20}",
        "(nội dung|dữ liệu|thông tin) (này )?đang( được)? cập nhật[ .…]*|đang (tải|cập nhật|xử lý)"
        " (dữ liệu|nội dung|thông tin|trang|video|ảnh)[ .…]*",
        "please wait|(xin )?(vui lòng|hãy) (đợi|chờ).{0,20}|(nội dung|dữ liệu) (này )?đang("
        " được)? cập nhật[ .…]*|đang cập nhật[ .…]*|(không (có|tìm thấy)"
        "|chưa có) (dữ liệu|bản ghi)( nào)?[ .!]*|có lỗi xảy ra.{0,20}",
        "loading( (the player|content))?[ .…]*|(loading|đang tải).{0,20}?(please wait"
        "|vui lòng.{1,20})[ .…]*|đang (tải|xử lý)( (dữ liệu|nội dung|trang))?[ .…]*",
        "(xem )?chi tiết( (bài viết|bài|tin|tin tức|tin bài|bản tin|sự kiện|nội dung|video))*"
        "|chitiettin",
        "(tin|bài( viết)?|nội dung|thông tin) chi tiết|article detail|nội dung tin",
        "hiển thị (nội dung( (web|tin))?|tin( (bài|tức))?|bài viết)",
        "hoi dap|tin tuc|trang chu|lien he|gioi thieu",
        "web content (viewer|display)|asset publisher|nested portlets|content editor|page content",
        r"null|undefined|nan|\[object object\]|\{\{.{1,60}\}\}|%[a-z_]{2,30}%|lorem ipsum.{0,200}",
        "(it looks like your browser|this page uses javascript|trình duyệt( (của bạn|này))?"
        " không hỗ trợ|trình duyệt của bạn|your browser"
        "|please enable javascript|javascript (is|must)|(vui lòng|hãy|bạn cần) (bật|kích hoạt)"
        " javascript).{0,200}",
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
        r"(current|remaining) time .{0,40}|{clock} ?/ ?{clock}|0?0:00|advertisement|banner("
        r" (quảng cáo|trái|phải|trên|dưới|giữa|top|footer)){0,2}|quảng cáo",
        "use (up/down|left/right) arrow keys?.{0,120}|[×✕] ?(đóng|close)?|đóng (lại|cửa sổ)",
        "click (để|vào) (phóng to|xem ảnh).{0,20}|(ảnh|hình) đại diện|thumbnail|avatar|hinh anh"
        "|(xem|phóng to|click (để )?xem) (ảnh|hình) (lớn|gốc|cỡ lớn|phóng to)",
    ),
    "attachment headings": (
        r"((các|danh sách|xem|tải) )*{file} (đính kèm|kèm theo|gốc){end}|(đính kèm|kèm theo){end}",
        "(tải|download|xem) ({file}|về máy|về tại đây|xuống)( (đính kèm|về|gốc|tại đây))*{end}"
        "|download",
        "attachments?{end}",
    ),
    "page clocks": (
        r"(mon|tue|wed|thu|fri|sat|sun)((s|nes|rs|ur)?day)?,? ({dmy}"
        r"|{month}[a-z]* \d{1,2},? \d{4}|\d{1,2} {month}[a-z]* \d{4})[ ,|-]*({clock})?",
        r"{weekday}[ ,.-]*(ngày )?({dmy}|\d{1,2} tháng \d{1,2} năm \d{4})[ ,|-]*({clock})?",
        r"(hôm nay|bây giờ|hiện tại)( là)?[ ,:]*(?=ngày|{weekday}|\d)"
        r"({weekday}[ ,.-]*)?(ngày )?({dmy}|\d{1,2} tháng \d{1,2}( năm \d{4})?)?[ ,|-]*({clock})?",
        r"((hôm nay|bây giờ|hiện tại)( là)?[ ,:]*)?\d{1,2}:\d{2}:\d{2}( ?[ap]m)?[ ,|-]*((ngày"
        r" )?{dmy})?",
    ),
}
VOCABULARY |= {
    "tongue": "(tiếng (việt|anh|trung|lào|khmer)|vietnamese|english|vie?|vn|eng?)",
    "aloud": (
        "((nghe|đọc|phát) (đọc )?({piece}|báo nói|audio|âm thanh|nội dung)( (bằng|tự"
        " động).{0,30})?)"
    ),
    "currency": (
        "(usd|eur|gbp|jpy|cny|aud|cad|sgd|krw|thb|chf|hkd|rub|inr|myr|sek|nok|dkk|kwd|sar|lak)"
    ),
    "unsaid": "(?!.* (đã|đang|sẽ|bị|nên|phải|vừa|không|hết) )",
    "month": "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    "degrees": r"\d{1,2} ?°?( ?[cf])?",
    "online_verb": "(online|trực tuyến|truy cập|xem)( (trang|website|tin|bài)( (viết|web))?("
    " này)?)?",
    "sky": "cloud|clouds|cloudy|sun|sunny|rain|clear|nắng|mưa|mây|nhiều mây|có mây",
    # A name, not a sentence about it.
    "name": "(?!.* (đã|đang|là|được|vừa|phát|thông báo|đăng|có|cung cấp|đạt|phục vụ|giúp|sẽ|cần"
    "|trở thành|tiếp tục|ra mắt|chính thức|phải|bị|tạm|góp phần) )[^.;:!?]{0,80}(?<![,.])",
}
