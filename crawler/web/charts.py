"""Bar charts as inline SVG, drawn on the server: no script, no style attribute, no other host.

Widths are percentages and heights pixels, so that a chart fits a phone without shrinking its
letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from crawler.web.language import number

HEIGHT_PX = 190
TOP_PX = 18  # room for the figure over the highest column
BOTTOM_PX = 22  # room for the labels
MOST_YEARS = 60  # a wrong year far away must not flatten the rest into a line


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it stands for, how much, and where a click leads."""

    label: str
    value: int
    link: str


def with_gaps(years: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """(year, count) pairs with the empty years between them, where that stays readable."""
    counts = dict(years)
    if not counts or max(counts) - min(counts) >= MOST_YEARS:
        return sorted(counts.items())
    return [(year, counts.get(year, 0)) for year in range(min(counts), max(counts) + 1)]


def column_chart(bars: Sequence[Bar], title: str) -> Markup:
    """Upright bars with their figures above and labels below."""
    if not bars:
        return Markup("")
    highest = max(bar.value for bar in bars) or 1
    step = 100 / len(bars)
    parts = [_column(bar, index * step, step, highest, index) for index, bar in enumerate(bars)]
    crowd = "crowded" if len(bars) > 12 else "airy"
    return Markup(
        '<svg class="chart {}" role="img" aria-label="{}" width="100%" height="{}">{}</svg>'
    ).format(crowd, title, HEIGHT_PX, Markup("").join(parts))


def _column(bar: Bar, left: float, step: float, highest: int, index: int) -> Markup:
    room = HEIGHT_PX - TOP_PX - BOTTOM_PX
    height = room * bar.value / highest
    if bar.value:
        height = max(2.0, height)  # something is there, however little
    middle = f"{left + step / 2:.3f}%"
    top = HEIGHT_PX - BOTTOM_PX - height
    return Markup(
        '<a href="{}" class="{}"><title>{}: {}</title>'
        '<rect class="bar" x="{:.3f}%" y="{:.1f}" width="{:.3f}%" height="{:.1f}" rx="2"/>'
        '<text class="figure" x="{}" y="{:.1f}" text-anchor="middle">{}</text>'
        '<text class="label" x="{}" y="{}" text-anchor="middle">{}</text></a>'
    ).format(
        bar.link,
        "odd" if index % 2 else "even",
        bar.label,
        number(bar.value),
        left + step * 0.12,
        top,
        step * 0.76,
        height,
        middle,
        top - 5,
        number(bar.value) if bar.value else "",
        middle,
        HEIGHT_PX - 6,
        bar.label,
    )


def row_chart(bars: Sequence[Bar], title: str) -> Markup:
    """Lying bars as a table: name, bar, figure; long names wrap as text does."""
    if not bars:
        return Markup("")
    longest = max(bar.value for bar in bars) or 1
    rows = [
        Markup(
            '<tr><th scope="row"><a href="{}">{}</a></th><td class="bar-cell">'
            '<svg class="chart" aria-hidden="true" width="100%" height="14">'
            '<rect class="bar" width="{:.2f}%" height="14" rx="2"/></svg></td>'
            '<td class="figure">{}</td></tr>'
        ).format(bar.link, bar.label, max(0.5, 100 * bar.value / longest), number(bar.value))
        for bar in bars
    ]
    return Markup('<table class="bars"><caption class="unseen">{}</caption>{}</table>').format(
        escape(title), Markup("").join(rows)
    )
