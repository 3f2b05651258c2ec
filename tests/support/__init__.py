"""Helpers that several test files and the benchmark share: `from tests.support.x import y`."""
