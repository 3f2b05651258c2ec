"""The `khotin` command: one group, one module per command, one place for exit statuses."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from crawler import __version__
from crawler.commands.streams import open_missing, unheard
from crawler.errors import KhotinError
from crawler.exits import Exit

COMMANDS = (
    "demo", "crawl", "schedule", "status", "read", "export", "serve", "portals", "upgrade",
)  # fmt: skip


class LazyGroup(click.Group):
    """Loads a command's module when it is asked for: `khotin read` need not import Scrapy."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(importlib.import_module(f"crawler.commands.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        open_missing()
        try:
            return super().invoke(ctx)
        except KhotinError as error:
            with unheard():
                click.secho(f"khotin: {error}", fg="red", err=True)
            ctx.exit(int(error.exit_status))
        except KeyboardInterrupt:
            with unheard():
                click.secho("khotin: interrupted", fg="yellow", err=True)
            ctx.exit(int(Exit.INTERRUPTED))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="khotin")
def main() -> None:
    """A store of the news that Vietnamese local government publishes (kho tin)."""


if __name__ == "__main__":
    sys.exit(main())
