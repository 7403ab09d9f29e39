"""Chat exports: known by their content, read, cleaned, masked and cut into talks."""
