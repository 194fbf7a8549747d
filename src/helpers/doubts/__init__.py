"""What else could have made a result: error, selection, a hidden cause, a cause that answers to its effect?"""
