"""Who and what the story is about: a lender whose loan officers publish, the desk that reads along, and its clients.

The people are invented, and their addresses lead nowhere (RFC 2606); the regulations are real.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

PASSWORD = "harbor-lantern-demo"  # noqa: S105 - of a desk that lives in this process, printed for whoever tries it
COMPANY = "Harborview"
DESK = f"{COMPANY} Compliance"
TEAM = "Compliance"
MONITOR = "social-monitor"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the desk."""

    name: str
    role: str

    @property
    def email(self) -> str:
        """The address they sign in with."""
        return _address(self.name)

    @property
    def first_name(self) -> str:
        """What the story calls them."""
        return self.name.split()[0]


def _address(name: str) -> str:
    return f"{name.lower().replace(' ', '.')}@harborview.example"


ADMIN = Person("Priya Raman", "admin")
LEAD = Person("Lena Fischer", "lead")
AGENT = Person("Tom Becker", "agent")
COLLEAGUE = Person("Ines Duarte", "agent")
AUDITOR = Person("Oskar Lind", "auditor")
STAFF = (LEAD, AGENT, COLLEAGUE, AUDITOR)
TEAM_MEMBERS = (LEAD, AGENT, COLLEAGUE)
WORKER, ABSENTEE = Person("Felix Hart", "agent"), Person("Noor Haddad", "agent")
SUPPORT_STAFF = (WORKER, ABSENTEE)
EVERYBODY = (ADMIN, *STAFF, *SUPPORT_STAFF)

MAYA, JONAS = "maya.torres@harborview.example", "jonas.weber@harborview.example"
AMELIA, SAMUEL = "amelia.brooks@harborview.example", "samuel.okafor@harborview.example"
CHLOE, DANIEL = "chloe.martin@harborview.example", "daniel.kim@harborview.example"
ROSA = "rosa.delgado@harborview.example"

CONTACTS = f"""\
name,email,account,job_title,external_id
Maya Torres,{MAYA},Harborview Chicago,Loan officer,HR-1041
Jonas Weber,{JONAS},Harborview Austin,Loan officer,HR-1057
Amelia Brooks,{AMELIA},Harborview Chicago,Investment adviser,HR-1022
Samuel Okafor,{SAMUEL},Harborview Austin,Loan officer,HR-1063
Chloe Martin,{CHLOE},Harborview Chicago,Loan officer,HR-1019
Daniel Kim,{DANIEL},Harborview Austin,Registered representative,HR-1008
Rosa Delgado,{ROSA},Harborview Chicago,Loan officer,HR-1070
"""

PROMISE, TESTIMONIAL, RATE = "FINRA Rule 2210(d)(1)", "SEC Rule 206(4)-1", "Regulation Z, 12 CFR 1026.24"
LICENCE, MISLEADING, HOUSING = "12 CFR 1007.105", "Regulation N, 12 CFR 1014.3", "12 CFR 338.3"

# Name and regulation of each violation category.
CATEGORIES = (
    ("Promissory or exaggerated claim", PROMISE),
    ("Testimonial without disclosure", TESTIMONIAL),
    ("Rate advertised without APR", RATE),
    ("NMLS identifier missing", LICENCE),
    ("Misleading mortgage claim", MISLEADING),
    ("Equal Housing Lender notice missing", HOUSING),
)

# A client of the support desk, and its people by name and address.
ACCOUNT = "Lakeside Realty"
GRACE, OWEN = "grace.hall@lakeside.example", "owen.price@lakeside.example"
CLIENTS = (("Grace Hall", GRACE), ("Owen Price", OWEN))

# Those whom the privacy office asks: somebody of the house, a contact, a guest and whoever has an address.
COORDINATOR = Person("Vera Novak", "agent")
NADIA_NAME, DANA_NAME, KAI_NAME = "Nadia Petrov", "Dana Ode", "Kai Lund"
NADIA, DANA, KAI = "nadia.petrov@lakeside.example", "dana.ode@payworks.example", "kai.lund@vaultline.example"

PROFILE = "profile-2201"
RATE_POST, PROMISE_POST = "post-8812", "post-8820"
TESTIMONIAL_POST, EARLIER_RATE_POST = "post-8731", "post-8735"
EARLIER_PROFILE, EARLIER_PROMISE_POST, QUOTING_POST = "profile-2188", "post-8702", "post-8740"
NOT_FOUND_BY_THE_MONITOR = "Remove the old logo from your cover picture"

# External id, platform, whose it is, what it says, and per alert: code, what to do, regulation.
_FINDINGS: tuple[tuple[str, str, str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        PROFILE,
        "LinkedIn",
        MAYA,
        "Maya Torres · Loan officer at Harborview\nGuaranteed approval in 24 hours. Ask me how!",
        (
            ("nmls_id_missing", "Add your NMLS identifier to the profile.", LICENCE),
            ("guaranteed_approval", "Take “guaranteed approval” out of the headline.", MISLEADING),
            ("housing_notice_missing", "Add the words “Equal Housing Lender”.", HOUSING),
        ),
    ),
    (
        RATE_POST,
        "Facebook",
        MAYA,
        "Rates from 4.9 % this week only. Message me before Friday!",
        (("rate_without_apr", "State the APR beside the rate, or take the rate out.", RATE),),
    ),
    (
        PROMISE_POST,
        "Instagram",
        JONAS,
        "Buy now: prices in Austin can only go up. You cannot lose.",
        (("promissory_claim", "Delete the post, or take out “you cannot lose”.", PROMISE),),
    ),
    (
        TESTIMONIAL_POST,
        "LinkedIn",
        AMELIA,
        "“Amelia doubled my savings in a year.” Thank you, Peter!",
        (("testimonial", "Say whether Peter is a client and was paid, or delete the post.", TESTIMONIAL),),
    ),
    (
        EARLIER_RATE_POST,
        "Facebook",
        SAMUEL,
        "3.5 % down, 5.1 % fixed. It does not get better.",
        (("rate_without_apr", "State the APR beside the rate, or take the rate out.", RATE),),
    ),
    (
        EARLIER_PROFILE,
        "LinkedIn",
        CHLOE,
        "Chloe Martin · Home loans made simple",
        (("nmls_id_missing", "Add your NMLS identifier to the profile.", LICENCE),),
    ),
    (
        EARLIER_PROMISE_POST,
        "X",
        DANIEL,
        "This fund returns 9 % a year. Every year.",
        (("promissory_claim", "Delete the post.", PROMISE),),
    ),
    (
        QUOTING_POST,
        "Facebook",
        ROSA,
        "Seen elsewhere: “guaranteed approval”. Please never believe that.",
        (("guaranteed_approval", "Take “guaranteed approval” out of the post.", MISLEADING),),
    ),
)


def reports(now: datetime) -> list[dict[str, Any]]:
    """Return what the monitor reports at ``now``: each finding as it was captured a quarter of an hour before."""
    captured_at = (now - timedelta(minutes=15)).isoformat()
    return [
        {
            "source": MONITOR,
            "external_id": external_id,
            "kind": external_id.partition("-")[0],
            "platform": platform,
            "url": f"https://{platform.lower()}.example/{external_id}",
            "contact": {"name": address.partition("@")[0].replace(".", " ").title(), "email": address},
            "captured_text": text,
            "captured_at": captured_at,
            "alerts": [{"code": code, "text": words, "regulation": rule} for code, words, rule in alerts],
        }
        for external_id, platform, address, text, alerts in _FINDINGS
    ]
