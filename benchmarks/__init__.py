"""How fast Firstsight is beside what people would use instead, in one run on one machine. Not part of the tests."""
