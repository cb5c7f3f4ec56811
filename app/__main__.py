"""`python -m app` is `convscope`."""

from app.cli import main

main()
