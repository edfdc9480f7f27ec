"""Corpus, training and evaluation; never used at run time."""
