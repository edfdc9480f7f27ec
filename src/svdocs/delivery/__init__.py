"""Contracts, case studies and badges: what was promised, delivered and evidenced."""
