"""A folder with portal records in which commands are run as people run them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.cli import main
from tests.support.crawling import FAST, ROOT
from tests.support.news import news_site
from tests.support.site import Site

LIMIT_S = 90
RECORD = """
[[portal]]
id = "{id}"
name = "Cổng {id}"
level = "district"
platform = "generic"
{fields}
"""


class Workplace:
    """A folder with portal records, in which commands are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.records = ['province = "Thanh Hóa"\n']
        self.db = folder / "archive.db"

    @classmethod
    def with_news(cls, folder: Path, site: Site, articles: int, per_page: int) -> Workplace:
        """One with a portal "nho" of so many articles on the site."""
        made = cls(folder)
        news_site(site, articles, per_page)
        made.add("nho", f'url = "{site.listen("127.0.0.2")}/"')
        return made

    def add(self, id_: str, *fields: str) -> None:
        self.records.append(RECORD.format(id=id_, fields="\n".join(fields)))

    def write(self) -> Path:
        folder = self.folder / "records"
        folder.mkdir(exist_ok=True)
        (folder / "thanh-hoa.toml").write_text("".join(self.records), encoding="utf-8")
        return folder

    def start(self, *words: str, **settings: Any) -> subprocess.Popen[str]:
        folder = self.write()
        values = {name: str(value) for name, value in {**FAST, **settings}.items()}
        return subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env={**os.environ, **values, "KHOTIN_RECORDS": str(folder), "COLUMNS": "200"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def refused(self, *words: str) -> tuple[int, str]:
        """Exit status and message of a `khotin crawl` that is refused before it begins."""
        folder = self.write()
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KHOTIN_RECORDS", str(folder))
            result = CliRunner().invoke(main, ["crawl", "--db", str(self.db), *words])
        assert not isinstance(result.exception, Exception), result.exception
        return result.exit_code, result.stderr

    def khotin(self, *words: str, **settings: Any) -> tuple[int, str, str]:
        """Exit status, stdout, stderr of `khotin crawl`."""
        process = self.start("crawler.cli", "crawl", "--db", str(self.db), *words, **settings)
        out, err = process.communicate(timeout=LIMIT_S)
        return process.returncode, out, err
