"""How are notebooks run: one, all of a collection, or a batch?"""
