"""For HTTP clients of tests, all of which speak without TLS: reading the authorities that nobody asks takes each client
thirty milliseconds of a processor, and the tests make thousands of clients."""

import ssl

PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
