"""What `docker-compose.yml` and `Dockerfile` promise, read from the files: no container engine is needed for it.

Where a Docker Compose is installed, it reads the file too.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.settings import SECRETS, Settings
from tests.support.up import ROOT

COMPOSE = ROOT / "docker-compose.yml"
# What whoever installs it decides, as the file's own head says.
DECIDED = {
    "ALLIANCE_ADDRESS": "https://alliance.example",
    "ALLIANCE_MAIL_FROM": "ne-pas-repondre@alliance.example",
    "PROXY_IMAGE": "proxy@sha256:1",
    "POSTGRES_IMAGE": "postgres@sha256:2",
    "TEMPORAL_TOOLS_IMAGE": "tools@sha256:3",
    "TEMPORAL_IMAGE": "temporal@sha256:4",
    "MINIO_IMAGE": "minio@sha256:5",
}
VALUES = {
    "database_url": "postgresql://alliance:p@database:5432/alliance",
    "smtp_url": "smtp://relay.example:587",
    "secret": "s" * 40,
    "s3_access_key": "key",
    "s3_secret_key": "secret",
}
OURS = ("web", "worker", "migrate")
ONCE = {"migrate", "temporal-schema", "namespace"}  # they end when their work is done


def interpolated(text: str) -> str:
    """With the variables of whoever installs it; an unknown one is a KeyError."""
    return re.sub(r"(?<!\$)\$\{(\w+)[^}]*\}", lambda found: DECIDED[found[1]], text)


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(interpolated(COMPOSE.read_text(encoding="utf-8")))["services"]
    return found


@pytest.mark.parametrize("name", OURS)
def test_our_containers_start_with_complete_settings(services: dict[str, Any], tmp_path: Path, name: str) -> None:
    given = dict(services[name]["environment"])
    for field in SECRETS:
        secret = tmp_path / field
        secret.write_text(VALUES[field], encoding="utf-8")
        assert given[f"ALLIANCE_{field.upper()}_FILE"].startswith("/run/secrets/")
        given[f"ALLIANCE_{field.upper()}_FILE"] = str(secret)
    read = Settings.read(given)
    assert (read.address, read.secure) == (DECIDED["ALLIANCE_ADDRESS"], True)
    assert {field: getattr(read, field) for field in SECRETS} == VALUES


@pytest.mark.parametrize("name", OURS)
def test_our_containers_can_do_little(services: dict[str, Any], name: str) -> None:
    service = services[name]
    assert (service["read_only"], service["cap_drop"], service["security_opt"]) == (
        True,
        ["ALL"],
        ["no-new-privileges:true"],
    )
    assert not {"user", "privileged", "ports", "volumes"} & set(service)


def test_two_webs_and_two_workers_behind_one_proxy(services: dict[str, Any]) -> None:
    assert {name: services[name]["deploy"]["replicas"] for name in ("web", "worker")} == {"web": 2, "worker": 2}
    assert {name for name, service in services.items() if "ports" in service} == {"proxy"}
    proxy = yaml.safe_load(interpolated(COMPOSE.read_text(encoding="utf-8")))["configs"]["proxy"]["content"]
    for limit in ("client_header_timeout", "client_body_timeout", "send_timeout", "proxy_read_timeout"):
        assert re.search(rf"^\s*{limit} \d+s;", proxy, re.MULTILINE), limit
    for limit in ("limit_conn people", "limit_req zone=requests"):
        assert re.search(rf"^\s*{limit} ", proxy, re.MULTILINE), limit
    # Whoever voted in secret, and links that serve once, are in no log of addresses.
    assert re.search(r"^\s*access_log off;", proxy, re.MULTILINE)
    # The image's own nginx.conf, which includes ours, says it for all servers already: twice is a fault.
    assert "keepalive_timeout" not in re.sub(r"(?s)server \{.*", "", proxy)


def test_every_lasting_container_says_whether_it_works(services: dict[str, Any]) -> None:
    in_image = {"web"}  # the Dockerfile's own check
    silent = {name for name, service in services.items() if "healthcheck" not in service} - in_image
    assert silent == ONCE - {"migrate"}
    for name, service in services.items():
        for other, wanted in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert wanted == {"condition": expected}, f"{name} on {other}"


def test_no_secret_stands_in_the_files(services: dict[str, Any]) -> None:
    for name, service in services.items():
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|PWD|SECRET|_KEY|DATABASE_URL|SMTP_URL", variable):
                assert value.startswith("/run/secrets/"), f"{name}: {variable}"
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^USER (.+)$", dockerfile, re.MULTILINE) == ["10001:10001"]
    assert not re.search(r"secret|password|token", dockerfile.replace("It holds no secret", ""), re.IGNORECASE)


def compose() -> list[str] | None:
    """The command of an installed Docker Compose, if any."""
    for words in (["docker", "compose"], ["docker-compose"]):
        if (
            shutil.which(words[0])
            and subprocess.run([*words, "version"], capture_output=True, check=False).returncode == 0
        ):
            return words
    return None


def test_docker_compose_takes_the_file() -> None:
    words = compose()
    if words is None:
        pytest.skip("no Docker Compose is installed")
    asked = subprocess.run(
        [*words, "-f", str(COMPOSE), "config", "--quiet"],
        env=os.environ | DECIDED, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (asked.returncode, asked.stdout, asked.stderr) == (0, "", "")
