pytest_plugins = ["tests.database", "tests.application", "tests.mail"]
