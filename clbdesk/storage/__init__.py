"""The vault: encrypted SQLite files, their keys, and everything that is kept in them."""
