"""Judgements: pure functions over the tables of resources/standards; each names rule and source."""
