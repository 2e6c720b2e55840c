from hypothesis import settings

# A busy machine pauses a test now and then, which says nothing about a pure rule.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
