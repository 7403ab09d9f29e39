"""Corpora, the training loop, recipes, personal fine-tuning, evaluation. torch, no Qt."""
