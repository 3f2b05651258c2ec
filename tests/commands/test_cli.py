"""The `khotin` command: every command has help, errors end with their exit status."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from crawler import __version__
from crawler.cli import COMMANDS, main
from crawler.exits import MEANINGS, Exit


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_says_what_it_does(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None and command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_help_lists_every_command() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert all(name in result.output for name in COMMANDS)


def test_the_version_is_printed() -> None:
    assert __version__ in CliRunner().invoke(main, ["--version"]).output


def test_an_unknown_command_is_a_usage_error() -> None:
    result = CliRunner().invoke(main, ["crwl"])
    assert result.exit_code == Exit.USAGE
    assert "No such command" in result.output


def test_an_error_of_khotins_own_is_one_line_with_its_exit_status() -> None:
    result = CliRunner().invoke(main, ["crawl", "no-such-portal"])
    assert result.exit_code == Exit.USAGE
    assert result.output.startswith("khotin: ")
    assert "Traceback" not in result.output


def test_ctrl_c_ends_with_the_status_of_an_interruption(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command()
    def stopped() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(main, "get_command", lambda context, name: stopped)
    result = CliRunner().invoke(main, ["crawl"])
    assert result.exit_code == Exit.INTERRUPTED


def test_every_exit_status_has_a_meaning() -> None:
    assert set(MEANINGS) == set(Exit)
