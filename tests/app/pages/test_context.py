"""What every page has: its language, its theme, its words and its style sheets."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.pages import context


@pytest.mark.parametrize(
    ("query", "cookie", "accept", "expected"),
    [
        ("ko", "en", "en", "ko"),
        (None, "ko", "en", "ko"),
        (None, None, "ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        (None, None, "fr, en;q=0.3, ko;q=0.7", "ko"),
        (None, None, "ko;q=0, fr", "en"),
        ("fr", "xx", "de;q=much", "en"),
        (None, None, None, "en"),
    ],
)
def test_the_language_is_the_urls_then_the_cookies_then_the_browsers(
    query: str | None, cookie: str | None, accept: str | None, expected: str
) -> None:
    assert context.choose_language(query, cookie, accept) == expected


def test_the_theme_is_the_urls_then_the_cookies_then_the_systems() -> None:
    assert context.choose_theme("dark", "light") == "dark"
    assert context.choose_theme("pink", "light") == "light"
    assert context.choose_theme(None, None) == "auto"


def test_a_key_that_two_files_define_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for lang in context.LANGUAGES:
        (tmp_path / "locales" / lang).mkdir(parents=True)
    (tmp_path / "locales" / "en" / "a.json").write_text('{"one": "1", "two": "2"}')
    (tmp_path / "locales" / "ko" / "a.json").write_text('{"one": "하나"}')
    monkeypatch.setattr(context.resources, "static_dir", lambda: tmp_path)
    context.strings.cache_clear()
    try:
        assert context.strings("ko") == {"one": "하나", "two": "2"}
        (tmp_path / "locales" / "en" / "b.json").write_text('{"two": "II"}')
        context.strings.cache_clear()
        with pytest.raises(ValueError, match=r"b\.json defines again: two"):
            context.strings("en")
    finally:
        context.strings.cache_clear()


def test_a_room_carries_neither_the_words_nor_the_styles_of_another() -> None:
    everything = context.strings("en")
    lessons = {key for key in everything if key.startswith("learn.")}
    assert lessons
    assert not lessons & context.strings("en", "explore").keys()
    assert context.strings("en", "learn") == everything
    assert any(sheet.startswith("css/learn/") for sheet in context.styles("learn"))
    assert not any(sheet.startswith("css/learn/") for sheet in context.styles("explore"))
    assert context.styles("explore")[:2] == ("css/tokens.css", "css/base.css")
