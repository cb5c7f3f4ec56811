"""How one cell of any layer was computed, term by term."""
