"""Pictures for the browser tests, and ways to hand them to a page as a person would."""

from __future__ import annotations

import base64
import io

from PIL import Image, ImageDraw
from playwright.sync_api import Page

_DISPATCH = """([type, name, kind, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, {type: kind}));
  const options = {bubbles: true, cancelable: true};
  document.body.dispatchEvent(type === "paste"
    ? new ClipboardEvent(type, {...options, clipboardData: transfer})
    : new DragEvent(type, {...options, dataTransfer: transfer}));
}"""


def png(width: int = 64, height: int = 48, colour: str = "#c03020") -> bytes:
    """Return a PNG of that size: a disc of the colour on grey."""
    image = Image.new("RGB", (width, height), "#808080")
    ImageDraw.Draw(image).ellipse((4, 4, width - 4, height - 4), fill=colour)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def choose(page: Page, data: bytes, name: str = "mine.png", kind: str = "image/png") -> None:
    """Choose a file with the first button of the picture column."""
    with page.expect_file_chooser() as chooser:
        page.locator("picture-column .picture-actions button").first.click()
    chooser.value.set_files({"name": name, "mimeType": kind, "buffer": data})


def dispatch(page: Page, event: str, data: bytes, name: str = "mine.png", kind: str = "image/png") -> None:
    """Let the page have a ``dragenter``, ``dragover``, ``drop`` or ``paste`` that carries a file."""
    page.evaluate(_DISPATCH, [event, name, kind, base64.b64encode(data).decode()])
