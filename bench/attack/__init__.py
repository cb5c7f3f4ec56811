"""Attacks by one hostile client on a server with little memory, and what they do to everybody else.

Each module has attacks of one kind; `client` is what they attack with, `probe` what a bystander sees meanwhile,
`target` the server, `__main__` plays them and prints the table.
"""
