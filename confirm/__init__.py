"""`make confirm`: compares what is known about the interface with two real applications. It is not part of the product."""
