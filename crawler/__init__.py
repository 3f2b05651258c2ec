"""khotin: a store of the news that Vietnamese local government publishes."""

__version__ = "0.1.0"
