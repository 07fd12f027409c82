"""Bringing the day home: push, pull, verify, release, each step resumable and idempotent."""
