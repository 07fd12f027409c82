"""Documents on paper, made in memory as PDF."""
