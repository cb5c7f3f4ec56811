"""ConvScope, the web application. Nothing in here knows how a network was trained."""

from importlib.metadata import version

__version__ = version("convscope")
