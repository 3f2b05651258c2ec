"""Every Scrapy setting we change, grouped, each with its reason. docs/crawling.md lists them.

khotin's own settings (KHOTIN_*) have their defaults, units and reasons in crawler/fetch/limits.py;
any of them can be overridden here or with `scrapy crawl portal -s NAME=VALUE`.
"""

from crawler import __version__
from crawler.fetch.decoding import ACCEPTED
from crawler.fetch.limits import defaults

BOT_NAME = "khotin"
SPIDER_MODULES = ["spiders"]

# -- khotin's own: KHOTIN_CONTACT, KHOTIN_DELAY_PUBLIC_S and so on ------------------------------
globals().update(defaults())

# -- who we are ---------------------------------------------------------------------------------
USER_AGENT = f"khotin/{__version__}"  # with " (+<contact>)" when KHOTIN_CONTACT is set
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": ACCEPTED,  # what crawler/fetch/decoding.py undoes, no more
    "Accept-Language": "vi,en;q=0.5",  # some portals answer in English to Scrapy's default "en"
}

# -- doors that Scrapy opens by default, shut ---------------------------------------------------
TELNETCONSOLE_ENABLED = False  # a Python prompt on a port of every crawling machine
REMOTE_CONTROL_ENABLED = False  # an HTTP server that runs code, on by default since 2.19
DOWNLOAD_HANDLERS = {
    # Header cap, raw header block, no hidden second request, verified TLS.
    "http": "crawler.fetch.handler.KhotinDownloadHandler",
    "https": "crawler.fetch.handler.KhotinDownloadHandler",
    # A link on a page must not read files of this machine or reach other services.
    "file": None,
    "data": None,
    "ftp": None,
    "s3": None,
}
DOWNLOAD_VERIFY_CERTIFICATES = True  # off by default; exceptions are per portal and recorded
TWISTED_DNS_RESOLVER = "crawler.fetch.resolver.GuardedResolver"  # refuses private addresses
HTTPPROXY_ENABLED = False  # an http_proxy variable would bypass the guard on addresses
HTTPCACHE_ENABLED = False  # the archive is the cache; a second one would hide changes

# -- what waits where ---------------------------------------------------------------------------
SCHEDULER = "crawler.fetch.scheduler.FrontierScheduler"  # the frontier is a table in archive.db
CONCURRENT_REQUESTS = 0  # no limit: the scheduler hands out only what may start now
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # one outstanding request per address (slots are addresses)
DOWNLOAD_DELAY = 0  # spacing is the scheduler's, counted from the end of the last request
DOWNLOAD_DELAY_JITTER = 0  # Scrapy's 0.5 makes 1.25 s of 2.5 s
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # the frontier's key is the filter
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 64 * 1024 * 1024  # bytes in flight; at 5 MB one page stops all hosts
CONCURRENT_ITEMS = 1  # no items are yielded, yet Scrapy starts this many tasks for each response
REACTOR_THREADPOOL_MAXSIZE = 4  # name resolution has its own threads

# -- what one response may cost -----------------------------------------------------------------
DOWNLOAD_TIMEOUT = 30  # of what is not ours; each request has KHOTIN_ANSWER_TIMEOUT_S
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024  # the same; the handler goes by KHOTIN_BODY_MAX_BYTES
DOWNLOAD_WARNSIZE = 0  # the limit is recorded as a problem, a warning before it says nothing
DOWNLOAD_FAIL_ON_DATALOSS = True  # half a page is no evidence
COMPRESSION_ENABLED = False  # the capture keeps the body as received; we decode after it
URLLENGTH_LIMIT = 4096  # the same as crawler.urls

# -- middlewares whose work the frontier does ---------------------------------------------------
RETRY_ENABLED = False  # a retry is a row with a due time; Scrapy's ignores Retry-After
REDIRECT_ENABLED = False  # a redirect is a capture and a link; Scrapy's loses claim and spacing
METAREFRESH_ENABLED = False  # parses HTML in the main process; the reader tells of a refresh
HTTPERROR_ALLOW_ALL = True  # every status is captured and decided on in one place
ROBOTSTXT_OBEY = False  # Scrapy's goes when in doubt; crawler/fetch/robots.py does not
COOKIES_ENABLED = False  # ours keeps one jar per portal, without theme cookies
REFERER_ENABLED = False  # requests do not come from responses here
DOWNLOADER_MIDDLEWARES = {
    "crawler.fetch.cookies.PortalCookies": 700,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # links are checked when stored
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,  # no portal is logged in to
    "scrapy.downloadermiddlewares.stats.DownloaderStats": None,  # portal_runs counts what matters
}
SPIDER_MIDDLEWARES = {
    # The callbacks yield nothing: links are rows, and every answer is ended in one place.
    "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
}
EXTENSIONS = {
    "scrapy.extensions.feedexport.FeedExporter": None,  # `khotin export` reads the archive
    "scrapy.extensions.throttle.AutoThrottle": None,  # spacing is fixed and promised
    "scrapy.extensions.spiderstate.SpiderState": None,  # no JOBDIR: the frontier survives kill -9
    "scrapy.extensions.closespider.CloseSpider": None,  # budgets are the scheduler's
}

# -- reactor and log ----------------------------------------------------------------------------
# The pipeline awaits the reader processes' futures, which asyncio can and other reactors cannot.
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"  # Scrapy's default
LOG_LEVEL = "WARNING"  # `khotin crawl` reports by itself; -s LOG_LEVEL=DEBUG shows the engine
LOG_VERSIONS: list[str] = []  # the run's row in archive.db has ours
LOGSTATS_INTERVAL = 0  # the progress view says how it goes
STATS_DUMP = False  # the report is ours
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads the spider's source again for each response
