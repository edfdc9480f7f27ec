"""A file becomes one text whose every character knows its place."""
