"""The pages of the window: each asks services, shows plain views and emits intents."""
