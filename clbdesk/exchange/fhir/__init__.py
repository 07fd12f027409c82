"""FHIR R4 resources with the Belgian profiles, as plain values (handbook 2 §6)."""
