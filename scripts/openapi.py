"""Print what the REST interface's OpenAPI document says of requests and answers, for `scripts/generate`."""

from __future__ import annotations

import json
import sys
from typing import Any

from app.main import create_app


def without_titles(schema: Any) -> Any:
    """Return a schema without its titles, which only say a field's name again."""
    if isinstance(schema, dict):
        return {
            key: without_titles(value)
            for key, value in schema.items()
            if not (key == "title" and isinstance(value, str))
        }
    return [without_titles(item) for item in schema] if isinstance(schema, list) else schema


def main() -> None:
    """Write the document to standard output, without the paths: a client builds addresses from links."""
    document = create_app().openapi()
    components = {"schemas": without_titles(document["components"]["schemas"])}
    json.dump({**document, "paths": {}, "components": components}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
