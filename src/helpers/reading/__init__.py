"""How do data come in, from where they lie?"""
