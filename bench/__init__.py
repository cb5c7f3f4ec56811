"""Benchmarks. Each command module prints its tables and compares its figures with its aims."""
