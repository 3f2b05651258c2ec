"""One page in, one Reading out. Pure: no network, no database, no clock."""

from crawler.reader.model import Attachment, Citation, Image, Link, Page, Reading
from crawler.reader.reading import read

__all__ = ["Attachment", "Citation", "Image", "Link", "Page", "Reading", "read"]
