"""docker-compose.yml keeps to its schema and to the policy, and each check of that can fail."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from daybook.cli.tokens import ROLES
from daybook.runtime.embedded.install import find_install
from daybook.runtime.kafka_local.jars import version as kafka_version

from ..composed import FILE, ROOT, document, dotenv, variables
from ..e2e.keycloak_local import version as keycloak_version
from .code import code
from .composition import POLICY, read
from .rendered import render

REALM = ROOT / "deploy/keycloak/realm.json"


def test_it_keeps_to_the_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*command, FILE], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("check", POLICY, ids=lambda check: check.__name__)
def test_the_policy_holds(check: Any) -> None:
    assert list(check(document(), code())) == []


def env(said: Any, name: str) -> Any:
    return said["services"][name]["environment"]


def alone(said: Any, name: str, key: str, value: Any) -> None:
    """Changes one container; what it shares with others through an anchor stays."""
    said["services"][name] = {**said["services"][name], key: value}


def also(said: Any, name: str, variable: str, value: str) -> None:
    alone(said, name, "environment", {**env(said, name), variable: value})


MUTATED: dict[str, Callable[[Any], Any]] = {
    "there is no container ehr-worker": lambda s: s["services"].pop("ehr-worker"),
    "payroll-api is of no service": lambda s: s["services"].update(
        {"payroll-api": s["services"]["ehr-api"]}
    ),
    "ehr-api does not serve ehr": lambda s: alone(
        s, "ehr-api", "command", ["daybook", "serve", "billing", "--role", "api"]
    ),
    "ehr plays api, relay": lambda s: alone(
        s, "ehr-worker", "command", ["daybook", "serve", "ehr", "--role", "relay"]
    ),
    "the image of ehr is built for another": lambda s: alone(
        s, "ehr-api", "build", {"args": {"SERVICE": "billing"}}
    ),
    "migrate leaves a service out": lambda s: s["services"]["migrate"]["command"].pop(),
    "other databases are made": lambda s: also(s, "postgres", "DAYBOOK_DATABASES", "keys"),
    "ehr-api does not wait": lambda s: alone(s, "ehr-api", "depends_on", {}),
    "ehr-api has DAYBOOK_DEBUG": lambda s: also(s, "ehr-api", "DAYBOOK_DEBUG", "1"),
    "ehr-api lacks DAYBOOK_JWKS": lambda s: alone(s, "ehr-api", "environment", {}),
    "ehr-api has the password of the owner": lambda s: also(
        s, "ehr-api", "DAYBOOK_POSTGRES_PASSWORD_OWNER", "${OWNER}"
    ),
    "says POSTGRES_PASSWORD in the file": lambda s: also(
        s, "postgres", "POSTGRES_PASSWORD", "secret"
    ),
    "the secret master-key lies in a file": lambda s: s["secrets"].update(
        {"master-key": {"file": "master.key"}}
    ),
    "the network inside is open": lambda s: s["networks"].update({"inside": {}}),
    "ehr-api answers everybody": lambda s: alone(s, "ehr-api", "ports", ["8005:8000"]),
    "kafka can be reached from outside": lambda s: alone(
        s, "kafka", "networks", ["inside", "outside"]
    ),
    "keycloak may write to the log": lambda s: alone(s, "keycloak", "networks", ["inside"]),
    "ehr-api is not confined": lambda s: alone(s, "ehr-api", "read_only", False),
    "kafka has no healthcheck": lambda s: s["services"]["kafka"].pop("healthcheck"),
    "kafka is another image every day": lambda s: alone(s, "kafka", "image", "apache/kafka:latest"),
}


@pytest.mark.parametrize("named", MUTATED)
def test_the_policy_names_the_fault(named: str) -> None:
    said = document()
    MUTATED[named](said)
    found = [fault for check in POLICY for fault in check(said, code())]
    assert any(named in fault for fault in found), found


def test_it_composes_what_is_tested_here() -> None:
    images = {name: one.image for name, one in read(document()).items()}
    assert images["kafka"] == f"apache/kafka:{kafka_version()}"
    assert images["keycloak"] == f"keycloak/keycloak:{keycloak_version()}"
    assert images["postgres"].startswith(f"postgres:{find_install().major}.")


def test_clusters_run_what_is_composed() -> None:
    images, docs = {n: one.image for n, one in read(document()).items()}, render("production")
    kafka = docs.named("Kafka", "kafka")["spec"]["kafka"]["version"]
    assert images["kafka"].endswith(f":{kafka}")
    postgres = docs.named("Cluster", "postgres")["spec"]["imageName"]
    assert postgres.rpartition(":")[2] == images["postgres"].rpartition(":")[2]
    on_cluster = {name.rpartition("-")[0] for name in docs.names("Deployment")}
    composed = {name.rpartition("-")[0] for name, one in read(document()).items() if one.ours}
    assert on_cluster == composed - {""}


def test_its_variables_are_made_for_development(tmp_path: Any) -> None:
    for _again in range(2):
        subprocess.run([ROOT / "deploy/development-secrets.sh", tmp_path], check=True)
    made = dotenv(tmp_path / ".env")
    assert set(made) == variables(document())
    assert len(made["DAYBOOK_DEVELOPMENT_MASTER_KEY"].encode()) == 32
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
    assert len(set(made.values())) == len(made)


def test_the_realm_knows_the_roles_and_keeps_no_secret() -> None:
    text = REALM.read_text("utf-8")
    realm = json.loads(text)
    assert {role["name"] for role in realm["roles"]["realm"]} == set(ROLES)
    (user,) = realm["users"]
    assert set(user["realmRoles"]) == set(ROLES)
    assert [one["value"] for one in user["credentials"]] == ["${DAYBOOK_DEVELOPMENT_PASSWORD}"]
    passwords = [client for client in realm["clients"] if client["directAccessGrantsEnabled"]]
    for development in (user, *passwords):
        assert development["enabled"] == "${DAYBOOK_DEVELOPMENT:false}"
    assert not any("secret" in client for client in realm["clients"])
