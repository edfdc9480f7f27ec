"""A statement finds its themes and measures."""
