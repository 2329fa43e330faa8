"""The life of a link: observe both ends, decide the steps, run them, undo them. Knows no HTTP."""
