"""Controls of the window; they know the theme and the key table, never a service or a page."""
