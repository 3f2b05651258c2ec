"""Scrapy settings."""
