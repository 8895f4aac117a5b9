# An old Python must be able to read this, to say that it is too old.
# ruff: noqa: UP031, RUF005, S606
"""Makes .venv with everything Daybook needs, and makes it again only when what it needs changed.

`python3 tools/setup.py run` installs what the platform runs on, `python3 tools/setup.py` what its
development needs too. It takes Python 3.11 or newer with venv and pip, or uv; every package comes
as a wheel, so no compiler and no git is needed.
"""

import fcntl
import glob
import hashlib
import importlib.util
import os
import subprocess
import sys
import time

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOG = os.path.join(VENV, "daybook-setup.log")
LOCKS = {"run": "requirements.lock", "development": "requirements-dev.lock"}
MEMBERS = sorted(
    os.path.dirname(path)
    for part in ("libs", "services", "simulators", "apps")
    for path in glob.glob(os.path.join(ROOT, part, "*", "pyproject.toml"))
)


class Sorry(Exception):
    """What prevents the set-up, in one sentence that says what to do."""


def main(purpose):
    if sys.version_info < OLDEST:
        find_newer()
        raise Sorry(
            "Daybook needs Python 3.11 or newer and this is %d.%d: install a newer one, and name it"
            " if it is not on the PATH (make PYTHON=/path/to/python3.11)." % sys.version_info[:2]
        )
    with open(os.path.abspath(__file__)) as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # a second `make` waits for the first
        # What development needs includes what the platform runs on.
        if not any(done(enough) for enough in (purpose, "development")):
            began = time.time()
            install(LOCKS[purpose])
            with open(stamp(purpose), "w") as file:
                file.write(fingerprint(purpose))
            say("Set up in %.0f s." % (time.time() - began))


def stamp(purpose):
    return os.path.join(VENV, "daybook-setup-" + purpose)


def done(purpose):
    try:
        with open(stamp(purpose)) as file:
            return file.read() == fingerprint(purpose) and os.path.exists(PYTHON)
    except OSError:
        return False


def find_newer():
    """Goes on with a newer Python of the PATH; returns if there is none."""
    for minor in range(20, OLDEST[1] - 1, -1):
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            path = os.path.join(folder, "python3.%d" % minor)
            if os.access(path, os.X_OK):
                os.execv(path, [path] + sys.argv)


def fingerprint(purpose):
    """What the set-up depends on: the lock, the members, this file, the Python, the place."""
    found = hashlib.sha256(("%s\n%s\n" % (ROOT, sys.version)).encode())
    members = [os.path.join(member, "pyproject.toml") for member in MEMBERS]
    for path in [os.path.join(ROOT, LOCKS[purpose]), os.path.abspath(__file__)] + members:
        with open(path, "rb") as file:
            found.update(file.read())
    return found.hexdigest() + "\n"


def install(lock):
    uv, pip = program("uv"), []
    if uv:
        how = "uv"
        pip = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", PYTHON]
        create = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV]
    elif importlib.util.find_spec("ensurepip"):
        how = "pip"
        pip = [PYTHON, "-m", "pip", "install", "--quiet"]
        create = [sys.executable, "-m", "venv", "--clear", VENV]
    elif importlib.util.find_spec("pip"):
        how = "this machine's pip"
        pip = [sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet"]
        create = [sys.executable, "-m", "venv", "--clear", "--without-pip", VENV]
    else:
        raise Sorry(
            "This Python can make no environment with pip in it: install python3-venv"
            " (apt-get install python3-venv), or uv, and try again."
        )
    say("Setting up .venv with %s; this is done once." % how)
    if not healthy(how):
        run(create, log=False)
    editable = [word for member in MEMBERS for word in ("--editable", member)]
    run(pip + ["--require-hashes", "--requirement", lock])
    run(pip + ["--no-deps", "--no-build-isolation"] + editable)


def healthy(how):
    """Whether the environment that is there can be built upon."""
    tried = "import sys; sys.exit(sys.version != %r)" % sys.version
    if how == "pip":
        tried = "import pip; " + tried
    try:
        return subprocess.call([PYTHON, "-c", tried], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def run(command, log=True):
    """Runs it with what it says kept in a file, and the seconds shown to who watches."""
    began, watched = time.time(), sys.stdout.isatty()
    with open(LOG if log else os.devnull, "ab") as out:
        at = out.tell()
        done = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=ROOT)
        while done.poll() is None:
            time.sleep(0.05)
            if watched:
                sys.stdout.write("\r  %.0f s " % (time.time() - began))
                sys.stdout.flush()
    if watched:
        sys.stdout.write("\r          \r")
    if done.returncode:
        raise Sorry(
            '%s failed ("%s"): see %s, mend it and try again.'
            % (" ".join(command[:3]), complaint(LOG, at) if log else "", LOG)
        )


def complaint(log, at):
    """The line of a log that tells most."""
    with open(log, "rb") as said:
        said.seek(at)
        lines = [line.strip() for line in said.read().decode("utf-8", "replace").splitlines()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return (errors or [line for line in lines if line] or ["it said nothing"])[0].rstrip(".")


def program(name):
    """The path of a program that runs, or None."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, name)
        if os.access(path, os.X_OK) and os.path.isfile(path):
            try:
                with open(os.devnull, "w") as nowhere:
                    if subprocess.call([path, "--version"], stdout=nowhere, stderr=nowhere) == 0:
                        return path
            except OSError:
                continue
    return None


def say(text):
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main("run" if sys.argv[1:] == ["run"] else "development")
    except Sorry as sorry:
        sys.stderr.write("%s\n" % sorry)
        sys.exit(1)
    except OSError as error:
        sys.stderr.write(
            "%s cannot be used (%s): make room, or give this user the right to write there.\n"
            % (error.filename or VENV, error.strerror)
        )
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
