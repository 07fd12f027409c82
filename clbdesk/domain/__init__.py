"""What the field talks about: frozen typed records, and the rules of identity, age and rights."""
