"""What the server does for whoever asks: traces, pictures, networks, explanations, and what they rest on."""
