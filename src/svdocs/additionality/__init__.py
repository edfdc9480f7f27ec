"""Would it have happened anyway?"""
