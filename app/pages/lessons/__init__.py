"""The lecture as data: chapters and their questions, whose answers PyTorch computes."""
