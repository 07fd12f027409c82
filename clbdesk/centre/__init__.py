"""The centre: its records, who may push and pull them, and the server that laptops talk to."""
