"""The policy for what runs: every service is there, started rightly, watched, and kept small."""

import re
from collections.abc import Iterator

from daybook.cli.listening import GRACE_SECONDS

from .code import LIBRARIES, Code
from .rendered import COMPONENT, NAME, Doc, Docs, is_settings, labels, our_containers, pod, title

ENDING_SECONDS = 20
"""What a relay and a consumer may need to hand over, beside the requests under way."""


def every_service_is_there(docs: Docs, code: Code) -> Iterator[str]:
    """An api, a worker, a migration and the rest for each service, and for nothing else."""
    wanted = {
        ("Deployment", "{}-api"),
        ("Deployment", "{}-worker"),
        ("Service", "{}-api"),
        ("Service", "{}-worker"),
        ("PodDisruptionBudget", "{}-api"),
        ("PodDisruptionBudget", "{}-worker"),
        ("ScaledObject", "{}-worker"),
        ("KafkaUser", "{}"),
    }
    for service in code.paths:
        for kind, name in wanted:
            if not docs.named(kind, name.format(service)):
                yield f"{service} has no {kind} {name.format(service)}"
        if not any(name.startswith(f"{service}-migrate-") for name in docs.names("Job")):
            yield f"{service} has no migration"
    for doc in docs.of("Deployment", "Job"):
        if labels(doc).get(NAME) not in code.paths:
            yield f"{title(doc)} is of no service"


def commands_are_ours(docs: Docs, code: Code) -> Iterator[str]:
    """Arguments name their service, roles that exist (all of them in the end), real options."""
    for doc in docs.of("Deployment", "Job"):
        for container in our_containers(doc):
            program, verb, *words = container["args"]
            if program != "daybook" or verb not in code.options:
                yield f"{title(doc)} runs {program} {verb}"
                continue
            for option in (word for word in words if word.startswith("--")):
                if option not in code.options[verb]:
                    yield f"{title(doc)} gives {verb} the option {option}, which it has not"
            if labels(doc)[NAME] not in words:
                yield f"{title(doc)} runs another service than its own"
    for service in code.paths:
        played = _roles(docs, service)
        if unknown := sorted(played - code.roles):
            yield f"{service} plays {', '.join(unknown)}, which is no role"
        if missing := sorted(code.roles - played):
            yield f"nobody plays {', '.join(missing)} for {service}"
    for doc in docs.of("Deployment"):
        if labels(doc)[COMPONENT] == "worker" and "$(POD)" not in pod(doc)["containers"][0]["args"]:
            yield f"{title(doc)} gives its pods no name in their group"
        if not any("--wait" in one["args"] for one in pod(doc).get("initContainers", [])):
            yield f"{title(doc)} does not wait for its migration"


def _roles(docs: Docs, service: str) -> set[str]:
    found: set[str] = set()
    for doc in docs.of("Deployment"):
        arguments = pod(doc)["containers"][0]["args"]
        if labels(doc).get(NAME) == service and "--role" in arguments:
            found.update(arguments[arguments.index("--role") + 1].split(","))
    return found


def probes_are_true(docs: Docs, code: Code) -> Iterator[str]:
    """Each probe asks a path that the service answers, at the port it listens at."""
    for doc in docs.of("Deployment"):
        (container,) = pod(doc)["containers"]
        ports = {port["name"]: port["containerPort"] for port in container.get("ports", [])}
        for name in ("startupProbe", "livenessProbe", "readinessProbe"):
            asked = container.get(name, {}).get("httpGet", {})
            if asked.get("path") not in code.paths.get(labels(doc).get(NAME, ""), ()):
                yield f"{title(doc)}: {name} asks {asked.get('path')}, which is not there"
            if ports.get(asked.get("port")) != code.port:
                yield f"{title(doc)}: {name} asks another port than {code.port}"


def variables_are_read(docs: Docs, code: Code) -> Iterator[str]:
    """Every variable is one that our code reads, or a library of ours, or the arguments."""
    for name in sorted(docs.settings):
        if not _read(name, code):
            yield f"the settings have {name}, which the code does not read"
    for name in sorted(code.needed - set(docs.settings)):
        yield f"the settings lack {name}"
    for doc in docs.of("Deployment", "Job"):
        for container in our_containers(doc):
            used = set(re.findall(r"\$\((\w+)\)", " ".join(container["args"])))
            for one in container.get("env", []):
                if not _read(one["name"], code) and one["name"] not in used:
                    yield f"{title(doc)} has {one['name']}, which the code does not read"
            sources = [one.get("configMapRef", {}).get("name", "") for one in container["envFrom"]]
            if not all(map(is_settings, sources)):
                yield f"{title(doc)} takes variables from elsewhere: {', '.join(sources)}"


def _read(name: str, code: Code) -> bool:
    if name in LIBRARIES:
        source = LIBRARIES[name].__file__ or ""
        with open(source, encoding="utf-8") as file:
            return name in file.read()
    return name in code.variables


def secrets_are_references(docs: Docs, code: Code) -> Iterator[str]:
    """No secret is in the files, and the owner's password is for migrations alone."""
    for doc in docs.of("Secret"):
        yield f"{title(doc)} does not belong into the files"
    for name, value in docs.settings.items():
        if re.search("PASSWORD|SECRET|TOKEN", name) or re.search(r"://[^{/@]+:[^{/@]+@", value):
            yield f"the settings say {name} to everybody"
    for doc in docs.of("Deployment", "Job"):
        for container in our_containers(doc):
            for one in container.get("env", []):
                if "value" in one:
                    yield f"{title(doc)} says {one['name']} in the open"
                if one["name"].endswith("_OWNER") and doc["kind"] != "Job":
                    yield f"{title(doc)} has the password of the owner"


def containers_are_confined(docs: Docs, code: Code) -> Iterator[str]:
    """Nobody is root, writes to the image, gains rights, or takes memory without end."""
    for doc in docs.of("Deployment", "Job"):
        if pod(doc).get("automountServiceAccountToken") is not False:
            yield f"{title(doc)} may talk to the cluster"
        if pod(doc).get("securityContext", {}).get("runAsNonRoot") is not True:
            yield f"{title(doc)} may run as root"
        for container in our_containers(doc):
            confined = container.get("securityContext", {})
            if confined.get("readOnlyRootFilesystem") is not True:
                yield f"{title(doc)} may write to its image"
            if confined.get("allowPrivilegeEscalation") is not False:
                yield f"{title(doc)} may gain rights"
            if confined.get("capabilities", {}).get("drop") != ["ALL"]:
                yield f"{title(doc)} keeps capabilities"
            resources = container.get("resources", {})
            if not {"cpu", "memory"} <= set(resources.get("requests", {})):
                yield f"{title(doc)} asks for no resources"
            if "memory" not in resources.get("limits", {}):
                yield f"{title(doc)} may take all memory"
            _, _, tag = container["image"].rpartition("/")[2].partition(":")
            if tag in ("", "latest"):
                yield f"{title(doc)} runs {container['image']}, which is another image every day"


def pods_end_in_order(docs: Docs, code: Code) -> Iterator[str]:
    """A pod is out of the way before it is stopped, has the time to hand over, and is replaced."""
    for doc in docs.of("Deployment"):
        (container,) = pod(doc)["containers"]
        first = container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        if not first:
            yield f"{title(doc)} is stopped while proxies still send to it"
        needed = first + GRACE_SECONDS + ENDING_SECONDS
        if pod(doc).get("terminationGracePeriodSeconds", 30) < needed:
            yield f"{title(doc)} is killed before it has handed over ({needed} s)"
        if doc["spec"].get("strategy", {}).get("rollingUpdate", {}).get("maxUnavailable") != 0:
            yield f"{title(doc)} is stopped before its successor is ready"


def selectors_find(docs: Docs, code: Code) -> Iterator[str]:
    """Services, budgets and scalers point at pods that there are."""
    pods = [doc["spec"]["template"]["metadata"]["labels"] for doc in docs.of("Deployment")]
    for doc in docs.of("Service", "PodDisruptionBudget", "Deployment"):
        selector = doc["spec"]["selector"]
        wanted = selector if doc["kind"] == "Service" else selector["matchLabels"]
        if sum(wanted.items() <= one.items() for one in pods) != 1:
            yield f"{title(doc)} selects no pods, or those of several"
        if wanted.get(NAME) != labels(doc).get(NAME):
            yield f"{title(doc)} selects another service's pods"


def target_of(doc: Doc) -> str:
    """What a ScaledObject scales."""
    return str(doc["spec"]["scaleTargetRef"]["name"])
