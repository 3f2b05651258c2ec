"""`python -m bench`: the whole benchmark, or one part of it."""

from __future__ import annotations

from pathlib import Path

import click

from bench import (
    crawling,
    fuzzing,
    killing,
    load,
    load_pages,
    portal,
    reading,
    reliability,
    repetition,
    scheduling,
    worst,
)

LONG = frozenset(("reliability", "load", "pages", "fuzz", "worst"))  # by name only


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Measure reading, crawling and recovery on this machine; docs/measuring.md explains."""
    if context.invoked_subcommand is None:
        for name, command in main.commands.items():
            if name not in LONG:
                context.invoke(command)


@main.command("reader")
@click.option("--rounds", default=3, show_default=True, help="Passes over all pages.")
@click.option("--pages", type=int, help="Only so many pages.")
@click.option("--failures", default=0, show_default=True, help="Failures to print, of each kind.")
def reader_command(rounds: int, pages: int | None, failures: int) -> None:
    """CPU time and accuracy of one page: ours, trafilatura and the parser's floor."""
    reading.run(rounds, pages, failures)


@main.command("portal")
@click.option("--failures", default=0, show_default=True, help="Failures to print, of each kind.")
def portal_command(failures: int) -> None:
    """The captured portal crawled with its profile, recognised, and without a profile."""
    portal.run(failures)


@main.command("repetition")
@click.option("--articles", default=60, show_default=True, help="Articles of each demo portal.")
def repetition_command(articles: int) -> None:
    """Reading by structure with and without what was learned to repeat, and when it helps."""
    repetition.run(articles)


@main.command("schedule")
def schedule_command() -> None:
    """A year of visits on real stamps: requests spent and delays, beside fixed schedules."""
    scheduling.run()


@main.command("crawl")
@click.option("--rounds", default=3, show_default=True, help="Crawls of all portals.")
@click.option("--articles", default=200, show_default=True, help="Articles of each demo portal.")
def crawl_command(rounds: int, articles: int) -> None:
    """Pages per second, beside a Scrapy spider that only fetches the same pages."""
    crawling.run(rounds, articles)


@main.command("kill")
@click.option("--articles", default=40, show_default=True, help="Articles of each demo portal.")
def kill_command(articles: int) -> None:
    """What kill -9 loses, doubles or fetches again, after a resume."""
    killing.run(articles)


@main.command("reliability")
@click.option("--seed", default=1, show_default=True, help="Of the points; the same, the same.")
@click.option("--kills", default=50, show_default=True, help="Points at which the crawl is killed.")
@click.option("--articles", default=100, show_default=True, help="Articles of each of 10 portals.")
@click.option("--disks", default=12, show_default=True, help="Small disks to crawl onto.")
def reliability_command(seed: int, kills: int, articles: int, disks: int) -> None:
    """Crawls killed or out of disk at seeded points, and resumed until they are done."""
    reliability.run(seed, kills, articles, disks)


@main.command("load")
@click.option("--minutes", default=30.0, show_default=True, help="How long it is crawled.")
@click.option("--portals", default=100, show_default=True, help="Portals, an address each.")
@click.option("--articles", default=1_000, show_default=True, help="Articles of each at the start.")
@click.option("--faults", default=0.05, show_default=True, help="Share of answers with a fault.")
@click.option("--seed", default=1, show_default=True, help="Of pages and faults.")
@click.option(
    "--keep", type=click.Path(path_type=Path), help="A new folder to leave the archive in."
)
@click.option("--stored", default=0, show_default=True, help="Articles there from the start.")
def load_command(
    minutes: float,
    portals: int,
    articles: int,
    faults: float,
    seed: int,
    keep: Path | None,
    stored: int,
) -> None:
    """A long crawl of many portals with faults, the archive being read: what grows or breaks."""
    load.run(minutes, portals, articles, faults, seed, keep, stored)


@main.command("pages")
@click.option("--articles", default=100_000, show_default=True, help="Articles in the archive.")
@click.option("--rounds", default=20, show_default=True, help="Pages of each kind.")
@click.option("--seed", default=1, show_default=True, help="Of articles and pages.")
@click.option("--db", type=click.Path(path_type=Path), help="Where it is made, and left.")
def pages_command(articles: int, rounds: int, seed: int, db: Path | None) -> None:
    """What each kind of page costs on a large archive that nobody writes to."""
    load_pages.run(articles, rounds, seed, db)


@main.command("worst")
@click.option("--size", default=100_000, show_default=True, help="Elements or levels of a page.")
def worst_command(size: int) -> None:
    """The worst pages in the worker pool: how they end, and whether others are held up."""
    worst.run(size)


@main.command("fuzz")
@click.option("--pages", default=2_000, show_default=True, help="Mutated pages to read.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same pages.")
@click.option("--replay", type=click.Path(path_type=Path), help="Read one written page again.")
def fuzz_command(pages: int, seed: int, replay: Path | None) -> None:
    """Damaged pages in the worker pool: exceptions, time-outs, the slowest page."""
    if replay is not None:
        fuzzing.replay(replay)
    else:
        fuzzing.run(pages, seed)


if __name__ == "__main__":
    main()
