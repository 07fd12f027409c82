"""School vaccination in Flanders: which doses count, what is due, what may be given today.

Rules are rows of the vaccination_*.csv tables. A row that no doctor signed never validates a dose:
the answer is then "arts beslist". Sources: VWVJ, HGR, Flemish basic schedule (per row).
"""
