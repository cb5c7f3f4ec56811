"""Plain data that the rest of `app.tracing` uses: layers, windows, receptive fields, and the terms of a cell."""
