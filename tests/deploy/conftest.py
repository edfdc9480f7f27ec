"""The application and records of the web's tests, for the service behind its proxy."""

from tests.web.conftest import made

__all__ = ["made"]
