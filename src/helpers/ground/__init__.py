"""What does the machinery stand on: private folders, names of files, harmless markup, freshness, progress?"""
