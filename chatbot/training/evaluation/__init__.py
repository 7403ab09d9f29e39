"""Measuring a model against published and own yardsticks: one module per yardstick, each with source and formula."""
