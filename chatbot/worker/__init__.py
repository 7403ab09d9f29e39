"""The only door between window and engine: handles in the window's thread, workers in a thread of their own."""
