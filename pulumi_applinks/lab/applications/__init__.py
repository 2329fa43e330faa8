"""Applications that speak the applinks protocol on loopback."""
