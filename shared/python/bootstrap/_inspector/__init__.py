"""What the console's Python modules stand on: threads that take turns, waiting, streams, and the network."""
