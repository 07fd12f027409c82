"""clbdesk: the school visit of a Flemish CLB, offline, encrypted, and brought home with proof."""

__version__ = "0.1.0"
