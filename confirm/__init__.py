"""`make confirm`: holds what is known of the interface against two real applications. Nothing of it is part of the product."""
