"""What have open data and other studies said, and what do they come to together?"""
