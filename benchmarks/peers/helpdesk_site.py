"""``python helpdesk_site.py seed COUNT FIELDS`` makes the tables and so many tickets, ``… serve PORT`` serves them.

Runs in an environment of its own (``requirements.txt``). FIELDS is a JSON object: the custom fields that the desk has,
each with the value that its tickets carry. Seeding prints a token, the queue's id and the tickets' ids as JSON. Served
by one synchronous gunicorn worker, as a plain Django project usually is.
"""

import json
import os
import sys

import django
from django.core.management import call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "helpdesk_settings"


def seed(count: int, fields: dict[str, str]) -> None:
    """Fill the empty database with ``count`` tickets that carry ``fields``."""
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("loaddata", "emailtemplate.json", verbosity=0)
    # Models can be imported only once Django is set up.
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - see above
    from helpdesk.models import CustomField, Queue, Ticket  # noqa: PLC0415 - see above
    from rest_framework.authtoken.models import Token  # noqa: PLC0415 - see above

    user = get_user_model().objects.create_superuser("staff", "staff@desk.example", None)
    queue = Queue.objects.create(title="Desk", slug="desk", email_address="desk@desk.example")
    for name in fields:
        CustomField.objects.create(name=name, label=name.title(), data_type="varchar", max_length=200)
    made = [
        Ticket.objects.create(
            queue=queue,
            title=f"Correct claim {number}",
            description="The yearly yield is stated without the disclosure that has to stand beside it.",
            submitter_email=f"p{number}@brightpath.example",
            assigned_to=user,
        )
        for number in range(count)
    ]
    for ticket in made:
        ticket.save_custom_field_values({f"custom_{name}": value for name, value in fields.items()})
    token = Token.objects.create(user=user).key
    print(json.dumps({"token": token, "queue": queue.pk, "tickets": [ticket.pk for ticket in made]}))


def serve(port: int) -> None:
    """Serve until a signal comes."""
    from gunicorn.app.wsgiapp import run  # noqa: PLC0415 - not needed to seed

    bind = f"--bind=127.0.0.1:{port}"
    sys.argv = ["gunicorn", "--workers=1", "--timeout=120", bind, "django.core.wsgi:get_wsgi_application()"]
    run()


if __name__ == "__main__":
    command, *words = sys.argv[1:]
    if command == "seed":
        seed(int(words[0]), json.loads(words[1]))
    else:
        serve(int(words[0]))
