"""What each kind of layer is: one description a kind, all of them listed in `registry`.

A network may write ``nn.ReLU()``, ``F.relu(x)``, ``torch.relu(x)`` or ``x.relu()``; all are of one kind, ``relu``.
An operation that no kind describes is of kind ``other`` and keeps its own name. How to add a kind is in
docs/adding-a-layer-kind.md.
"""
