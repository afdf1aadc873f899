"""Queries as sqlglot trees: group by, sum, count, min, max, comparisons and arithmetic only."""
