"""Growth chart and audiogram as lists of primitives in millimetres, for screen and paper alike."""
