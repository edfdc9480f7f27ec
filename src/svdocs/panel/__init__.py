"""Evaluators mark, sealed from one another, then moderate; the award is explained from what they wrote."""
