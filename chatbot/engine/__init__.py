"""The language model: cells, network, stepping, tokenizer, sampling, ranking, state, reply. torch, no Qt, no SQLite."""
