"""Real bytes for pictures and files: small, valid enough to open, the same for the same name."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import lru_cache

_EPOCH = (2020, 1, 1, 0, 0, 0)  # zip members carry a time: a fixed one keeps the bytes equal
CONTENT_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@lru_cache(maxsize=256)
def png(name: str, width: int = 300, height: int = 180) -> bytes:
    """A landscape of two colours and a sun; the colours come from the name."""
    tone = zlib.crc32(name.encode())
    sky = bytes((120 + tone % 80, 170 + tone // 256 % 60, 230))
    field = bytes((60 + tone // 65536 % 60, 130 + tone % 70, 60))
    sun = bytes((250, 210, 70))
    middle, horizon = 40 + tone % (width - 80), height * 2 // 3
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        if y >= horizon:
            rows += field * width
        else:
            half = max(0, 400 - (y - 50) ** 2)
            half = int(half**0.5)
            rows += sky * (middle - half) + sun * (2 * half) + sky * (width - middle - half)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


@lru_cache(maxsize=256)
def pdf(title: str) -> bytes:
    """A one-page PDF with a line of ASCII text."""
    line = title.encode("ascii", "replace").replace(b"(", b"[").replace(b")", b"]")
    stream = b"BT /F1 14 Tf 60 760 Td (" + line + b") Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n"
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


@lru_cache(maxsize=64)
def office_file(name: str) -> bytes:
    """A zip in the layout of an Office file: enough to be recognised, not to be edited."""
    part = "xl/workbook.xml" if name.endswith("xlsx") else "word/document.xml"
    members = {
        "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.'
        'openxmlformats.org/package/2006/content-types"/>',
        part: f'<?xml version="1.0" encoding="UTF-8"?><document name="{name}"/>',
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in members.items():
            archive.writestr(zipfile.ZipInfo(member, _EPOCH), text)
    return buffer.getvalue()


def file_bytes(name: str) -> tuple[str, bytes]:
    """(content type, bytes) of a picture or file by the extension of its name."""
    extension = name.rsplit(".", 1)[-1].lower()
    if extension == "pdf":
        return CONTENT_TYPES["pdf"], pdf(name)
    if extension in ("xlsx", "docx"):
        return CONTENT_TYPES[extension], office_file(name)
    return CONTENT_TYPES["png"], png(name)
