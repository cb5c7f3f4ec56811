"""ConvScope, the web application. Nothing in here knows how a network was trained."""
