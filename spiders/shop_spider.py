"""The spider: Scrapy's downloader driven by one site's crawl, a page after the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Self

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler

from spiders.site import SiteCrawl


class ShopSpider(scrapy.Spider):
    """One job. The order of pages is the frontier's, so nothing goes through Scrapy's scheduler."""

    name = "shop"

    def __init__(self, site: SiteCrawl) -> None:
        super().__init__()
        self._site = site

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider._site.headed, signals.headers_received)
        crawler.signals.connect(spider._site.came, signals.bytes_received)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """The whole crawl; yields nothing."""
        await self._site.run(self.crawler.engine.download_async)
        nothing: tuple[Any, ...] = ()
        for item in nothing:
            yield item
