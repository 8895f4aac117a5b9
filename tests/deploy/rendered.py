"""The Kubernetes overlays, rendered as `kubectl apply -k` would send them."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

import pytest
import yaml

from ..composed import ROOT

OVERLAYS = ("dev", "production")
Doc = Mapping[str, Any]
NAME, COMPONENT = "app.kubernetes.io/name", "app.kubernetes.io/component"


@dataclass(frozen=True, slots=True)
class Docs:
    """Everything an overlay renders to."""

    all: tuple[dict[str, Any], ...]

    def of(self, *kinds: str) -> Iterator[dict[str, Any]]:
        """The documents of some kinds."""
        return (doc for doc in self.all if doc["kind"] in kinds)

    def named(self, kind: str, name: str) -> dict[str, Any]:
        """One document; empty if it is not there."""
        return next((doc for doc in self.of(kind) if doc["metadata"]["name"] == name), {})

    def names(self, kind: str) -> set[str]:
        """The names of a kind."""
        return {doc["metadata"]["name"] for doc in self.of(kind)}

    @property
    def settings_doc(self) -> dict[str, str]:
        """The variables every container of ours is given, in the document itself."""
        (found,) = (
            doc["data"] for doc in self.of("ConfigMap") if is_settings(doc["metadata"]["name"])
        )
        return cast(dict[str, str], found)

    @property
    def settings(self) -> Mapping[str, str]:
        """The same, to be read."""
        return self.settings_doc


def is_settings(name: str) -> bool:
    """Whether a ConfigMap has the settings; kustomize ends its name with a hash."""
    return name.rpartition("-")[0] == "daybook"


def pod(doc: Doc) -> dict[str, Any]:
    """The pod of a Deployment or Job."""
    found: dict[str, Any] = doc["spec"]["template"]["spec"]
    return found


def our_containers(doc: Doc) -> list[dict[str, Any]]:
    """The containers of a Deployment or Job, those that run first among them."""
    return [*pod(doc).get("initContainers", []), *pod(doc)["containers"]]


def title(doc: Doc) -> str:
    """How a failure names a document."""
    return f"{doc['kind']} {doc['metadata']['name']}"


def labels(doc: Doc) -> Mapping[str, str]:
    """The labels of a document."""
    found: Mapping[str, str] = doc["metadata"].get("labels", {})
    return found


def render(overlay: str) -> Docs:
    """Renders an overlay with kubectl or kustomize; skips where neither is, but for CI."""
    if kubectl := shutil.which("kubectl"):
        command = [kubectl, "kustomize"]
    elif kustomize := shutil.which("kustomize"):
        command = [kustomize, "build"]
    elif os.environ.get("CI"):
        pytest.fail("make k8s-check needs kubectl or kustomize: install one of them")
    else:
        pytest.skip("make k8s-check needs kubectl or kustomize: install one of them")
    done = subprocess.run(
        [*command, str(ROOT / "deploy/k8s/overlays" / overlay)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return Docs(tuple(yaml.safe_load_all(done.stdout)))
