"""What the rest of `app.tracing` speaks of: layers, windows, receptive fields, and the terms of a cell. Plain data."""
