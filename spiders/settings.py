"""Scrapy's settings for one job: its downloader and nothing of what would act on its own.

Redirects, robots.txt, delays and retries are `spiders.guest`'s; proxies of the environment, cookies, the telnet
console and the handlers for file, ftp, s3 and data addresses are off.
"""

from __future__ import annotations

from typing import Any, Final

from connectors.crawl import CrawlJob

REACTOR: Final = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
_HANDLER = "spiders.download.ShopDownloadHandler"
_COMPRESSION = "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware"


def crawler_settings(job: CrawlJob) -> dict[str, Any]:
    """What a job's crawler is made with. Everything that is not named here is off or Scrapy's default."""
    return {
        "TWISTED_REACTOR": REACTOR,
        "DOWNLOAD_HANDLERS_BASE": {"http": _HANDLER, "https": _HANDLER},
        "DOWNLOADER_MIDDLEWARES_BASE": {_COMPRESSION: 590},
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {},
        "TELNETCONSOLE_ENABLED": False,
        "COOKIES_ENABLED": False,
        "CONCURRENT_REQUESTS": 1,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_TIMEOUT": job.budget.request_seconds,
        "DOWNLOAD_MAXSIZE": job.budget.page_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "LOG_ENABLED": False,
    }
