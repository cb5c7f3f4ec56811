"""From a module to a layer graph, and from a layer graph and a picture to every layer's output."""
