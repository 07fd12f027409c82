"""The window of clbdesk, in PySide6: screens ask services, draw answers and hold no truth."""
