"""svdocs reads bids and case studies and keeps every social value commitment with its place on the page."""

__version__ = "0.1.0"
