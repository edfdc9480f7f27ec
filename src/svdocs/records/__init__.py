"""What is kept: tables, store and migrations."""
