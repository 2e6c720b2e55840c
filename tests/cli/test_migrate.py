from tests.cli.commands import environment, run

from ticketdesk.repositories import migrations


def test_migrates_once_and_says_where_it_got(unmigrated_env: dict[str, str]) -> None:
    for _ in range(2):
        done = run("migrate", env=unmigrated_env)
        assert (done.returncode, done.stdout) == (0, f"The database is at {migrations.head()}.\n")


def test_without_a_database_it_is_one_line() -> None:
    done = run("migrate", env=environment(DATABASE_URL="postgresql://desk@127.0.0.1:9/desk"))
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (1, 1, "")
    assert done.stderr.startswith("Error: ")
