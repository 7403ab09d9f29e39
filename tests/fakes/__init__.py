"""Hand-written fakes that implement the Protocols of core."""
