"""The pages that people use, as HTML; they work without script."""
