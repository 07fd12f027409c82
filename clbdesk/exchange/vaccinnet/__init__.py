"""Vaccinnet, the register of vaccinations: KMEHR messages out, answers and history back."""
