"""Tests mirror the code: every module of app/ and model/ has a test module of its name, at the mirrored path."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# It starts the command line and has nothing to test.
_NOTHING_TO_TEST = {Path("app/__main__.py")}


def modules() -> list[Path]:
    """Every module that says more than a docstring and what it re-exports, relative to the repository."""
    paths = (
        path.relative_to(ROOT) for top in ("app", "model") for path in sorted((ROOT / top).rglob("*.py"))
    )
    return [
        path
        for path in paths
        if path not in _NOTHING_TO_TEST
        and not (path.name == "__init__.py" and "\ndef " not in (ROOT / path).read_text("utf-8"))
    ]


def mirror(path: Path) -> Path:
    """Return where the tests of a module are; those of a package stand beside its folder."""
    package = path.name == "__init__.py"
    folder, name = (path.parent.parent, path.parent.name) if package else (path.parent, path.stem)
    return Path("tests") / folder / f"test_{name}.py"


@pytest.mark.parametrize("path", modules(), ids=str)
def test_every_module_has_its_test_module(path: Path) -> None:
    # A large one's tests may stand in several modules that begin with its name.
    expected = ROOT / mirror(path)
    assert expected.is_file() or list(expected.parent.glob(f"{expected.stem}_*.py")), (
        f"{mirror(path)} is lacking"
    )


def test_every_router_is_named_where_imports_are_forbidden() -> None:
    routers = {
        f"app.api.{path.stem}"
        for path in (ROOT / "app" / "api").glob("*.py")
        if "= APIRouter(" in path.read_text("utf-8") and path.name != "__init__.py"
    }
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    by_id = {contract["id"]: contract for contract in settings["contracts"]}
    assert len(routers) > 10
    assert set(by_id["routers"]["modules"]) == routers
    assert set(by_id["pages"]["forbidden_modules"]) == routers | {"app.api.dependencies"}


def test_no_test_module_is_of_a_module_that_is_gone() -> None:
    """Tests of several modules at once, or of what is no module, are listed here with what they are of."""
    others = {
        "tests/app/api/test_contract.py": "the OpenAPI document against the server",
        "tests/app/api/test_values.py": "every way to a value, against a plain forward pass",
    }
    expected = {str(mirror(path)) for path in modules()}
    for path in sorted(
        [*(ROOT / "tests" / "app").rglob("test_*.py"), *(ROOT / "tests" / "model").rglob("test_*.py")]
    ):
        name = str(path.relative_to(ROOT))
        if name in others:
            continue
        stem = path.with_suffix("").name
        assert name in expected or any(
            Path(one).parent == Path(name).parent and stem.startswith(f"{Path(one).stem}_")
            for one in expected
        ), name
