"""What a host name alone says about its portal: level, province, administrative unit.

The shapes are those of local government in Vietnam: {province}.gov.vn, {district}.{province},
{commune}.{district}.{province}, congan.{province}, {district}.{province}.dcs.vn and so on. Equal
labels do not mean equal bodies (sonduong.tuyenquang is the former district or the commune of
after July 2025), so a guess holds every body that fits and is certain only when there is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from crawler.portals.model import Level, host_key
from crawler.portals.provinces import Province, load_provinces
from crawler.portals.units import COMMUNE_DIGITS, DISTRICT_DIGITS, Unit, label, unit_index

# The labels that departments use before their province. A prefix rule ("so", "s") would take
# districts such as Sơn Dương and Sông Hinh for departments.
_DEPARTMENTS = {
    "bandantoc": "Ban Dân tộc",
    "bdt": "Ban Dân tộc",
    "congan": "Công an",
    "hoinongdan": "Hội Nông dân",
    "mattran": "Ủy ban Mặt trận Tổ quốc Việt Nam",
    "mttq": "Ủy ban Mặt trận Tổ quốc Việt Nam",
    "sct": "Sở Công Thương",
    "sgd": "Sở Giáo dục và Đào tạo",
    "sgddt": "Sở Giáo dục và Đào tạo",
    "sgtvt": "Sở Giao thông vận tải",
    "skhcn": "Sở Khoa học và Công nghệ",
    "skhdt": "Sở Kế hoạch và Đầu tư",
    "sldtbxh": "Sở Lao động - Thương binh và Xã hội",
    "snnptnt": "Sở Nông nghiệp và Phát triển nông thôn",
    "snv": "Sở Nội vụ",
    "socongthuong": "Sở Công Thương",
    "sogtvt": "Sở Giao thông vận tải",
    "sokhcn": "Sở Khoa học và Công nghệ",
    "songoaivu": "Sở Ngoại vụ",
    "sonoivu": "Sở Nội vụ",
    "sonongnghiep": "Sở Nông nghiệp và Phát triển nông thôn",
    "sotttt": "Sở Thông tin và Truyền thông",
    "sovhtt": "Sở Văn hóa và Thể thao",
    "soxaydung": "Sở Xây dựng",
    "soyte": "Sở Y tế",
    "stc": "Sở Tài chính",
    "stnmt": "Sở Tài nguyên và Môi trường",
    "stp": "Sở Tư pháp",
    "stttt": "Sở Thông tin và Truyền thông",
    "svhttdl": "Sở Văn hóa, Thể thao và Du lịch",
    "sxd": "Sở Xây dựng",
    "syt": "Sở Y tế",
    "ubmttq": "Ủy ban Mặt trận Tổ quốc Việt Nam",
}
_ASSEMBLIES = {
    "hdnd": "Hội đồng nhân dân",
    "dbnd": "Đoàn đại biểu Quốc hội và Hội đồng nhân dân",
}
_PARTY = {"tuyengiao": "Ban Tuyên giáo Tỉnh ủy", "tinhuy": "Tỉnh ủy"}
_SHORT_TYPES = {"thành phố": "tp", "thị xã": "tx", "thị trấn": "tt"}
_COMMUNE_TYPES = ("xa", "phuong", "thitran")


@dataclass(frozen=True, slots=True)
class Body:
    """One body that a host name fits. `unit` is None where no list of units has it."""

    level: Level
    province: str
    name: str | None = None
    unit: Unit | None = None

    def __str__(self) -> str:
        where = unit_index().path(self.unit) if self.unit else self.name or self.province
        return f"{where} (--level {self.level})"


def bodies(host: str) -> list[Body]:
    """Every body that the host name fits, none when its shape is not known."""
    labels = host_key(host).split(".")
    found: Iterable[Body] = ()
    if labels[-2:] == ["gov", "vn"]:
        found = _government(labels[:-2])
    elif labels[-2:] == ["dcs", "vn"]:
        found = _party_site(labels[:-2])
    elif labels[-2:] == ["org", "vn"] and len(labels) == 3:
        found = _glued(labels[0], _PARTY, "party")
    elif labels[-1] == "vn" and len(labels) == 2:
        found = [*_glued(labels[0], _PARTY, "party"), *_district_party(labels[0])]
    return list(dict.fromkeys(found))


def _government(labels: list[str]) -> Iterator[Body]:
    province = _by_label().get(labels[-1]) if labels else None
    if province is None:
        yield from _second_level(labels)
    elif len(labels) == 1:
        yield Body("province", province.name, unit=unit_index().by_id[province.unit_id])
    elif len(labels) == 2:
        yield from _below_province(labels[0], labels[1], province)
    elif len(labels) == 3:
        for district in _fitting(unit_index().children(province.unit_id), labels[1]):
            yield from _communes(unit_index().children(district.id), labels[0], province.name)


def _below_province(text: str, parent: str, province: Province) -> Iterator[Body]:
    for table, level in _OFFICES:
        if text in table:
            yield Body(level, province.name, f"{table[text]} {_rank(province)}")
            return
    yield from _districts(unit_index().children(province.unit_id), text, province.name)
    yield from _new_communes(text, parent)
    commune, _, district = text.partition("-")
    if district:  # phuong1-govap.hochiminhcity, {commune}-{district}.thudo
        for unit in _fitting(unit_index().children(province.unit_id), district):
            yield from _communes(unit_index().children(unit.id), commune, province.name)
    elif text.startswith(_COMMUNE_TYPES):  # xagiapho.hatinh
        communes = unit_index().communes(province.unit_id)
        yield from _communes(
            [unit for unit in communes if label(unit.name, with_type=True) == text],
            text,
            province.name,
        )


def _new_communes(text: str, parent: str) -> Iterator[Body]:
    """Communes of after July 2025 on the host of their new province."""
    index = unit_index()
    for province in index.by_id.values():
        if province.id.startswith("new:") and province.parent_id is None:
            if label(province.name) != parent:
                continue
            for unit in _fitting(index.children(province.id), text):
                came_from = {
                    index.province_of(old).id
                    for old in index.predecessors(unit.id)
                    if len(old.code) == COMMUNE_DIGITS
                }
                if len(came_from) == 1:
                    yield Body("commune", _by_unit()[came_from.pop()].name, unit=unit)


def _second_level(labels: list[str]) -> Iterator[Body]:
    """tuangiao.gov.vn, chora.babe.gov.vn, congansonla.gov.vn: no province at the end."""
    if len(labels) == 1:
        for table, level in _OFFICES:
            yield from _glued(labels[0], table, level)
    if len(labels) in (1, 2):
        for province in load_provinces():
            districts = _fitting(unit_index().children(province.unit_id), labels[-1])
            if len(labels) == 1:
                yield from _districts(districts, labels[-1], province.name)
            for district in districts if len(labels) == 2 else ():
                yield from _communes(unit_index().children(district.id), labels[0], province.name)


def _party_site(labels: list[str]) -> Iterator[Body]:
    province = _by_label().get(labels[-1]) if labels else None
    if province is None or len(labels) > 2:
        return
    if len(labels) == 1:
        unit = unit_index().by_id[province.unit_id]
        yield Body("party", province.name, f"Đảng bộ {_rank(province)}", unit)
    else:
        yield from _committees(unit_index().children(province.unit_id), labels[0], province)


def _district_party(text: str) -> Iterator[Body]:
    """huyenuybudop.vn: the committee of a district, of whichever province."""
    if text.startswith("huyenuy"):
        for province in load_provinces():
            yield from _committees(
                unit_index().children(province.unit_id), text.removeprefix("huyenuy"), province
            )


def _committees(units: Iterable[Unit], text: str, province: Province) -> Iterator[Body]:
    kinds = {"huyện": "Huyện ủy", "quận": "Quận ủy", "thị xã": "Thị ủy", "thành phố": "Thành ủy"}
    for unit in _fitting(units, text):
        name = f"{kinds[unit.type]} {unit.name.removeprefix(unit.type.capitalize()).strip()}"
        yield Body("party", province.name, name, unit)


def _glued(text: str, table: dict[str, str], level: Level) -> Iterator[Body]:
    """Office and province in one label: congansonla, dbndhanoi, tuyengiaobinhphuoc."""
    for office, name in table.items():
        province = _by_label().get(text.removeprefix(office)) if text.startswith(office) else None
        if province is not None:
            rank = _rank(province)
            if "Tỉnh ủy" in name:
                rank = rank.removeprefix("tỉnh ")
            yield Body(level, province.name, f"{name} {rank}")


def _districts(units: Iterable[Unit], text: str, province: str) -> Iterator[Body]:
    for unit in _fitting(units, text):
        if len(unit.code) == DISTRICT_DIGITS:
            yield Body("district", province, unit=unit)


def _communes(units: Iterable[Unit], text: str, province: str) -> Iterator[Body]:
    for unit in _fitting(units, text):
        yield Body("commune", province, unit=unit)


def _fitting(units: Iterable[Unit], text: str) -> list[Unit]:
    return [unit for unit in units if text in _labels(unit)]


def _labels(unit: Unit) -> tuple[str, ...]:
    """bachthong, huyenbachthong; tplaocai beside laocai."""
    short = label(unit.name)
    kind = _SHORT_TYPES.get(unit.type)
    return (short, label(unit.name, with_type=True), *((f"{kind}{short}",) if kind else ()))


def _rank(province: Province) -> str:
    """The province within a name: "tỉnh Thanh Hóa", "thành phố Hà Nội"."""
    unit = unit_index().by_id[province.unit_id]
    if province.name.startswith("Thành phố") or unit.name.endswith(f" {province.name}"):
        return unit.name[0].lower() + unit.name[1:]
    return f"tỉnh {province.name}"


@cache
def _by_label() -> dict[str, Province]:
    return {text: province for province in load_provinces() for text in province.labels}


@cache
def _by_unit() -> dict[str, Province]:
    return {province.unit_id: province for province in load_provinces()}


_OFFICES: tuple[tuple[dict[str, str], Level], ...] = (
    (_DEPARTMENTS, "department"),
    (_ASSEMBLIES, "assembly"),
    (_PARTY, "party"),
)
