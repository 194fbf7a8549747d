"""In which worlds is the truth known? What the simulated worlds of all families share."""
