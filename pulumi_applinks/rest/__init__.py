"""One application's REST interface: the only room that speaks HTTP to an application."""
