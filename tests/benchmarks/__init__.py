"""Benchmarks: `python -m tests.benchmarks NAME [ROWS]`. Medians and ratios within one run; nothing here is a test."""
