"""E-mail addresses: one spelling each."""

from email_validator import EmailNotValidError, validate_email

LONGEST_TYPED = 1000  # characters; an address has 254 at most


def normalised(text: str) -> str | None:
    """The address in lower case, an international domain in its ASCII form; None where it is not one.

    Syntax only, no network: the confirmation mail is the proof.
    """
    if len(text) > LONGEST_TYPED:  # the library takes seconds to refuse megabytes
        return None
    try:
        found = validate_email(
            text.strip(),
            check_deliverability=False,
            # Domains such as .test are good ones for a demonstration and for tests.
            globally_deliverable=False,
            test_environment=True,
            strict=True,
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
        )
    except EmailNotValidError:
        return None
    address = (found.ascii_email or "").lower()
    return address if "." in address.rpartition("@")[2] and len(address) <= 254 else None
