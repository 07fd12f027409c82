"""One module per thing a user does. Each function that writes answers Outcome(value, ChangeSet)."""
