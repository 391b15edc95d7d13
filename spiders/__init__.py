"""Crawling simple sites: the only importer of scrapy. Empty until a connector needs it."""
