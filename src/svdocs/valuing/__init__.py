"""Arithmetic on values: proxies, deadweight, attribution, marks and weightings. Knows no database."""
