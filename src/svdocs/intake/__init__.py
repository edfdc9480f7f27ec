"""A stranger's file becomes a file that may be read."""
