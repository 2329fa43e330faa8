"""`make confirm`: compares what is known about the interface with two real applications. Nothing of it is part of the product."""
