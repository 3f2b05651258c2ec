from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import warc
from crawler.archive.captures import CaptureRef, WarcWriter, read_capture, repair
from crawler.errors import ArchiveError
from tests.archive.conftest import HOME, MakeResponse


def write(writer: WarcWriter, make: MakeResponse, *bodies: bytes) -> list[CaptureRef]:
    return [writer.write(make(f"{HOME}{number}", body)) for number, body in enumerate(bodies)]


def types(path: Path) -> list[str]:
    with path.open("rb") as stream:
        return [record.rec_type for record in ArchiveIterator(stream, check_digests="raise")]


def test_records_stand_where_the_reference_says(
    tmp_path: Path, make_response: MakeResponse
) -> None:
    with WarcWriter(tmp_path / "warcs") as writer:
        refs = write(writer, make_response, b"one", b"two" * 9999, b"")
    assert [read_capture(tmp_path / "warcs", ref).body for ref in refs] == [
        b"one",
        b"two" * 9999,
        b"",
    ]


def test_a_file_begins_with_what_wrote_it(tmp_path: Path, make_response: MakeResponse) -> None:
    with WarcWriter(tmp_path) as writer:
        [ref] = write(writer, make_response, b"one")
    assert re.fullmatch(r"khotin-\d{14}-00000\.warc\.gz", ref.file)
    with (tmp_path / ref.file).open("rb") as stream:
        info = next(iter(ArchiveIterator(stream)))
        text = info.raw_stream.read().decode()
    assert info.rec_type == "warcinfo"
    assert "software: khotin/" in text
    assert types(tmp_path / ref.file) == ["warcinfo", "response"]


def test_nothing_is_made_before_the_first_record(tmp_path: Path) -> None:
    WarcWriter(tmp_path / "warcs").close()
    assert list(tmp_path.iterdir()) == []


def test_a_request_record_comes_before_its_response(
    tmp_path: Path, make_response: MakeResponse
) -> None:
    with WarcWriter(tmp_path) as writer:
        ref = writer.write(make_response(method="POST", request_body="a=1", body=b"answer"))
    assert types(tmp_path / ref.file) == ["warcinfo", "request", "response"]
    assert read_capture(tmp_path, ref).body == b"answer"
    assert ref.offset + ref.length == (tmp_path / ref.file).stat().st_size


def test_files_are_rotated_by_size(tmp_path: Path, make_response: MakeResponse) -> None:
    with WarcWriter(tmp_path, max_bytes=3000) as writer:
        refs = write(writer, make_response, *(os.urandom(900) for _ in range(8)))
    files = sorted(tmp_path.iterdir())
    assert len(files) == len({ref.file for ref in refs}) > 2
    assert all(path.stat().st_size <= 3000 for path in files)
    assert all(read_capture(tmp_path, ref) for ref in refs)


def test_a_record_larger_than_a_file_gets_a_file_of_its_own(
    tmp_path: Path, make_response: MakeResponse
) -> None:
    with WarcWriter(tmp_path, max_bytes=1000) as writer:
        refs = write(writer, make_response, b"a", os.urandom(5000), b"b")
    assert len({ref.file for ref in refs}) == 3


def test_a_file_that_exists_is_never_overwritten_nor_continued(
    tmp_path: Path, make_response: MakeResponse
) -> None:
    with WarcWriter(tmp_path) as writer:
        [first] = write(writer, make_response, b"one")
    stamp = first.file[len("khotin-") :][:14]

    class Frozen:
        def __format__(self, spec: str) -> str:
            return stamp

    taken = tmp_path / f"khotin-{stamp}-00001.warc.gz"
    taken.write_bytes(b"somebody else's")
    before = (tmp_path / first.file).read_bytes()
    fd, name = warc._open_free_name(tmp_path, Frozen(), ())  # type: ignore[arg-type]
    os.close(fd)
    assert name == f"khotin-{stamp}-00002.warc.gz"
    assert taken.read_bytes() == b"somebody else's"
    assert (tmp_path / first.file).read_bytes() == before


def test_a_file_of_ours_is_continued(tmp_path: Path, make_response: MakeResponse) -> None:
    with WarcWriter(tmp_path) as writer:
        [first] = write(writer, make_response, b"one")
    end = first.offset + first.length
    with WarcWriter(tmp_path, append_to=(first.file, end)) as writer:
        [second] = write(writer, make_response, b"two")
    assert (second.file, second.offset) == (first.file, end)
    assert types(tmp_path / first.file) == ["warcinfo", "response", "response"]


@pytest.mark.parametrize("change", ["grown", "shrunk", "gone", "full"])
def test_a_file_that_is_not_as_it_was_left_is_not_continued(
    tmp_path: Path, make_response: MakeResponse, change: str
) -> None:
    with WarcWriter(tmp_path) as writer:
        [first] = write(writer, make_response, b"one")
    end, path = first.offset + first.length, tmp_path / first.file
    if change == "grown":
        path.write_bytes(path.read_bytes() + b"torn")
    elif change == "shrunk":
        path.write_bytes(path.read_bytes()[:-1])
    elif change == "gone":
        path.rename(tmp_path / "moved.warc.gz")
    before = {item.name: item.read_bytes() for item in tmp_path.iterdir()}
    size = end + 10 if change == "full" else 10**9
    with WarcWriter(tmp_path, size, append_to=(first.file, end)) as writer:
        [second] = write(writer, make_response, b"two")
    assert second.file not in before
    assert {name: (tmp_path / name).read_bytes() for name in before} == before


def test_a_file_changed_by_another_program_stops_the_writer(
    tmp_path: Path, make_response: MakeResponse
) -> None:
    with WarcWriter(tmp_path) as writer:
        [ref] = write(writer, make_response, b"one")
        with (tmp_path / ref.file).open("ab") as other:
            other.write(b"intruder")
        with pytest.raises(ArchiveError, match="changed by another program"):
            write(writer, make_response, b"two")


def test_a_full_disk_leaves_whole_records_only(
    tmpfs: Callable[..., Path], make_response: MakeResponse
) -> None:
    folder = tmpfs("size=64k")
    filler = folder / "filler"
    filler.write_bytes(bytes(8192))
    with WarcWriter(folder) as writer:
        refs = []
        with pytest.raises(ArchiveError, match=r"is full.*free some space"):
            for _ in range(50):
                refs += write(writer, make_response, os.urandom(6000))
        end = refs[-1].offset + refs[-1].length
        assert (folder / refs[-1].file).stat().st_size == end
        filler.unlink()
        refs += write(writer, make_response, b"fits now that there is space")
    assert len(refs) > 5
    assert all(read_capture(folder, ref) for ref in refs)


def test_a_readonly_folder_is_an_archive_error(
    tmpfs: Callable[..., Path], make_response: MakeResponse
) -> None:
    folder = tmpfs("size=64k,ro")
    with WarcWriter(folder / "warcs") as writer, pytest.raises(ArchiveError, match="rights"):
        write(writer, make_response, b"one")


def test_reading_notices_a_missing_file_a_cut_and_a_flipped_bit(
    tmp_path: Path, make_response: MakeResponse
) -> None:
    with WarcWriter(tmp_path) as writer:
        [ref] = write(writer, make_response, b"one")
    path = tmp_path / ref.file
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[ref.offset + ref.length // 2] ^= 4
    for data, message in ((whole[:-3], "cut short"), (bytes(flipped), "damaged|no WARC record")):
        path.write_bytes(data)
        with pytest.raises(ArchiveError, match=message):
            read_capture(tmp_path, ref)
    path.unlink()
    with pytest.raises(ArchiveError, match="cannot be read"):
        read_capture(tmp_path, ref)


def test_reading_notices_that_another_record_stands_there(
    tmp_path: Path, make_response: MakeResponse
) -> None:
    with WarcWriter(tmp_path) as writer:
        one, two = write(writer, make_response, b"one", b"two")
    mixed = CaptureRef(two.file, two.offset, two.length, one.payload_digest)
    with pytest.raises(ArchiveError, match="another body"):
        read_capture(tmp_path, mixed)


# Repair


def torn(tmp_path: Path, make: MakeResponse, tail: bytes) -> tuple[Path, int, bytes]:
    """A file whose two records are committed, with a tail behind them: (path, end, content)."""
    with WarcWriter(tmp_path) as writer:
        refs = write(writer, make, b"one", b"two")
    path, end = tmp_path / refs[-1].file, refs[-1].offset + refs[-1].length
    content = path.read_bytes()
    path.write_bytes(content + tail)
    return path, end, content


def test_a_whole_file_is_left_alone(tmp_path: Path, make_response: MakeResponse) -> None:
    path, end, content = torn(tmp_path, make_response, b"")
    assert repair(tmp_path, {path.name: end}) == []
    assert path.read_bytes() == content


def test_a_torn_tail_is_cut_and_kept(tmp_path: Path, make_response: MakeResponse) -> None:
    path, end, content = torn(tmp_path, make_response, b"half a record")
    [found] = repair(tmp_path, {path.name: end})
    assert path.read_bytes() == content
    assert (found.kept_bytes, found.cut_bytes) == (end, 13)
    assert found.quarantined is not None
    assert found.quarantined.read_bytes() == b"half a record"
    assert found.quarantined.parent == tmp_path / "quarantine"
    assert "13 bytes of an unfinished write were moved to" in str(found)
    assert repair(tmp_path, {path.name: end}) == []


def test_a_whole_record_that_was_never_committed_is_cut_too(
    tmp_path: Path, make_response: MakeResponse
) -> None:
    with WarcWriter(tmp_path) as writer:
        one, two = write(writer, make_response, b"one", b"two")
    [found] = repair(tmp_path, {one.file: one.offset + one.length})
    assert found.cut_bytes == two.length
    assert types(tmp_path / one.file) == ["warcinfo", "response"]


def test_a_file_with_nothing_committed_is_moved_away(
    tmp_path: Path, make_response: MakeResponse
) -> None:
    path, _, content = torn(tmp_path, make_response, b"")
    [found] = repair(tmp_path, {path.name: 0})
    assert not path.exists()
    assert found.quarantined is not None
    assert found.quarantined.read_bytes() == content


def test_a_file_that_was_never_written_is_nothing_to_report(tmp_path: Path) -> None:
    assert repair(tmp_path, {"khotin-20260101000000-00000.warc.gz": 0}) == []


def test_files_that_are_not_ours_are_not_touched(
    tmp_path: Path, make_response: MakeResponse
) -> None:
    path, _, content = torn(tmp_path, make_response, b"tail")
    assert repair(tmp_path, {}) == []
    assert path.read_bytes() == content + b"tail"


def test_missing_bytes_are_reported(tmp_path: Path, make_response: MakeResponse) -> None:
    path, end, content = torn(tmp_path, make_response, b"")
    path.write_bytes(content[:-7])
    [found] = repair(tmp_path, {path.name: end, "gone.warc.gz": 10})[1:]
    assert (found.kept_bytes, found.missing_bytes, found.gone) == (end - 7, 7, False)
    [gone, _] = repair(tmp_path, {path.name: end, "gone.warc.gz": 10})
    assert (gone.file, gone.missing_bytes, gone.gone) == ("gone.warc.gz", 10, True)
    assert "put it back" in str(gone)


def test_a_repair_that_was_interrupted_can_be_run_again(
    tmp_path: Path, make_response: MakeResponse
) -> None:
    """Killed between the copy of the tail and the cut: the second repair keeps both copies."""
    path, end, content = torn(tmp_path, make_response, b"half a record")
    copy = tmp_path / "quarantine" / f"{path.name}.from-{end}"
    copy.parent.mkdir()
    copy.write_bytes(b"half a")
    [found] = repair(tmp_path, {path.name: end})
    assert path.read_bytes() == content
    assert found.quarantined is not None
    assert found.quarantined.read_bytes() == b"half a record"
    assert copy.read_bytes() == b"half a"


def test_records_appended_after_a_repair_can_be_read_in_sequence(
    tmp_path: Path, make_response: MakeResponse
) -> None:
    """Behind a torn member no reader finds what comes after it."""
    path, end, _ = torn(tmp_path, make_response, b"\x1f\x8b half a member")
    repair(tmp_path, {path.name: end})
    with WarcWriter(tmp_path, append_to=(path.name, end)) as writer:
        write(writer, make_response, b"three")
    assert types(path) == ["warcinfo", "response", "response", "response"]
