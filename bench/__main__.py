"""`python -m bench`: the whole benchmark, or one part of it."""

from __future__ import annotations

import click

from bench import reading


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Measure reading, crawling and recovery on this machine; docs/measuring.md explains."""
    if context.invoked_subcommand is None:
        for command in main.commands.values():
            context.invoke(command)


@main.command()
@click.option("--rounds", default=3, show_default=True, help="passes over all pages")
@click.option("--pages", type=int, help="only so many pages")
@click.option("--failures", default=0, show_default=True, help="how many failures to print")
def reader(rounds: int, pages: int | None, failures: int) -> None:
    """CPU time and accuracy of one page: ours, trafilatura and the parser's floor."""
    reading.run(rounds, pages, failures)


if __name__ == "__main__":
    main()
