"""Pure torch: a network as a graph of layers, and what every layer put out. No HTTP, no pictures."""
