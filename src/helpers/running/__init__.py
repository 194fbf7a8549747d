"""How are notebooks run: one, all of a collection in a run, or many runs in a batch?"""
