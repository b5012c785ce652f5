"""What cannot be built here is read with care: Makefile, scripts, Dockerfile, compose file, requirements."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
ROLES = {"app", "schema", "sweeper", "worker-cpu", "worker-documents", "worker-gpu", "worker-interactive"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# --- make ------------------------------------------------------------------------------------------------------------


def test_make_help_lists_every_target_that_people_type() -> None:
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    targets = {line.split()[1] for line in listed.splitlines()}
    phony = " ".join(re.findall(r"^\.PHONY: ((?:.*\\\n)*.*)$", read("Makefile"), re.MULTILINE)).replace("\\", " ")
    assert targets == {target for target in phony.split() if not target.startswith("setup-")}
    assert {"run", "test", "lint", "types", "unit", "integration", "e2e", "bench", "worker", "docs"} <= targets


@pytest.mark.parametrize("name", ["run", "setup", "system-packages"])
def test_scripts_are_executable_and_parse_as_posix_shell(name: str) -> None:
    script = ROOT / ".ci" / name
    assert os.access(script, os.X_OK)
    assert subprocess.run(["sh", "-n", script], capture_output=True, check=False).returncode == 0


class Checkout:
    """A folder with the set-up script and programs of the test's own choosing on PATH."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs = folder / "bin"
        self.programs.mkdir()
        for name in ("awk", "cat", "cksum", "dirname", "rm", "sh"):
            found = shutil.which(name)
            assert found
            (self.programs / name).symlink_to(found)
        self.write_program("df", "echo header; echo disk 9 9 ${FREE_KB:-9000000} 9 /")
        (folder / ".ci").mkdir()
        shutil.copy(ROOT / ".ci" / "setup", folder / ".ci" / "setup")
        (folder / "requirements.txt").write_text("one==1\n", encoding="utf-8")

    def write_program(self, name: str, body: str, *, folder: Path | None = None) -> None:
        path = (folder or self.programs) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)

    def set_up(self, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.folder / ".ci" / "setup", "run"],
            env={"PATH": str(self.programs), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def install_python(self, *, pip_exit_code: int = 0) -> None:
        """A python3 whose environments log each call of pip."""
        installed = f'case "$*" in *"-m pip"*) echo "$*" >> pip.log; exit {pip_exit_code} ;; esac'
        self.write_program("python", installed, folder=self.folder / "template")
        make = "mkdir -p .venv/bin && cp template/python .venv/bin/python"
        for name in ("mkdir", "cp"):
            found = shutil.which(name)
            assert found
            (self.programs / name).symlink_to(found)
        self.write_program("python3", f'case "$*" in *"-m venv"*) {make} ;; *--version*) echo Python 3.11.7 ;; esac')

    @property
    def pip_calls(self) -> int:
        log = self.folder / "pip.log"
        return len(log.read_text(encoding="utf-8").splitlines()) if log.exists() else 0


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_a_machine_without_a_new_enough_python_is_told_so(checkout: Checkout) -> None:
    checkout.write_program("python3", "exit 1")  # too old, or a version manager's launcher without a version
    done = checkout.set_up()
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Praxis needs Python 3.11 or later, and there is none on PATH.\n"
        "Install it with your package manager or from python.org, then try again.\n"
    )


def test_a_python_without_venv_is_told_apart(checkout: Checkout) -> None:
    checkout.write_program("python3", 'case "$*" in *ensurepip*) exit 1 ;; esac')
    done = checkout.set_up()
    assert done.returncode == 1
    assert done.stderr.startswith("python3 cannot make virtual environments.\n")


def test_a_full_disk_is_noticed_before_anything_is_made(checkout: Checkout) -> None:
    checkout.install_python()
    done = checkout.set_up(FREE_KB="2000000")
    assert done.returncode == 1
    assert done.stderr.startswith(
        "There is not enough room for the Python packages: 2000 MB are free, 5000 MB are needed.\n"
    )
    assert not (checkout.folder / ".venv").exists()


def test_packages_are_installed_once_and_again_when_requirements_change(checkout: Checkout) -> None:
    checkout.install_python()
    first = checkout.set_up()
    assert first.stdout.splitlines() == [
        "Making the Python environment .venv with Python 3.11.7.",
        "Installing Python packages (about 3 minutes, once).",
        "Python packages are installed.",
    ]
    second = checkout.set_up()
    assert (second.returncode, second.stdout, checkout.pip_calls) == (0, "", 1)
    (checkout.folder / "requirements.txt").write_text("one==2\n", encoding="utf-8")
    assert checkout.set_up().returncode == 0
    assert checkout.pip_calls == 2


def test_a_failed_installation_is_not_taken_for_a_finished_one(checkout: Checkout) -> None:
    checkout.install_python(pip_exit_code=1)
    assert checkout.set_up().returncode == 1
    again = checkout.set_up()
    assert again.returncode == 1
    assert again.stderr.startswith("pip could not install the packages of requirements.txt; the lines above say why.\n")


def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Checkout) -> None:
    checkout.install_python()
    broken = checkout.folder / ".venv" / "bin"
    broken.mkdir(parents=True)
    (broken / "python").symlink_to("/nonexistent/python3.11")
    done = checkout.set_up()
    assert done.returncode == 0
    assert done.stdout.startswith("The environment in .venv does not run any more (its Python is gone)")


# --- requirements ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["requirements.txt", "tests/requirements.txt"])
def test_direct_dependencies_have_exact_versions(name: str) -> None:
    lines = [line.split("#")[0].strip() for line in read(name).splitlines()]
    loose = [line for line in lines if line and not line.startswith("-r ") and not re.search(r"==\d", line)]
    assert loose == []


# --- image -----------------------------------------------------------------------------------------------------------


def test_the_image_copies_every_package_of_ours_and_nothing_that_is_missing() -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+) \S+$", read("Dockerfile"), re.MULTILINE)
    packages = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["root_packages"]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert set(packages) <= set(copied)


def test_what_the_image_copies_passes_dockerignore_and_secrets_do_not() -> None:
    lines = [line for line in read(".dockerignore").splitlines() if line and not line.startswith("#")]
    copied = re.findall(r"^COPY (?!--from)(\S+) \S+$", read("Dockerfile"), re.MULTILINE)
    assert lines[0] == "*"
    assert {f"!{name}" for name in copied} <= set(lines)
    assert lines.index("**/.env") > max(number for number, line in enumerate(lines) if line.startswith("!"))


def test_the_image_runs_as_a_user_of_its_own() -> None:
    instructions = [line.split(maxsplit=1) for line in read("Dockerfile").splitlines() if re.match(r"[A-Z]+ ", line)]
    users = [argument for name, argument in instructions if name == "USER"]
    assert users == ["praxis"]
    after_user = [name for name, _ in instructions[instructions.index(["USER", "praxis"]) :]]
    assert set(after_user) <= {"USER", "HEALTHCHECK", "ENTRYPOINT", "CMD"}


def test_base_images_name_a_version() -> None:
    images = re.findall(r"^FROM (\S+:\S+)", read("Dockerfile"), re.MULTILINE)
    images += [service["image"] for service in compose()["services"].values() if not is_ours(service)]
    assert len(images) == 5
    assert [image for image in images if not re.search(r":\d", image)] == []


# --- compose ---------------------------------------------------------------------------------------------------------


def compose() -> Any:
    return yaml.safe_load(read("docker-compose.yml"))


def is_ours(service: dict[str, Any]) -> bool:
    return "build" in service


def test_the_services_are_the_roles_and_what_they_need() -> None:
    services = compose()["services"]
    assert set(services) == ROLES | {"postgres", "redis", "chroma"}
    assert {name for name, service in services.items() if is_ours(service)} == ROLES
    profiles = {name: service["profiles"] for name, service in services.items() if "profiles" in service}
    assert profiles == {"worker-gpu": ["gpu"], "worker-documents": ["knowledge"], "chroma": ["knowledge"]}


@pytest.mark.parametrize("name", sorted(ROLES))
def test_every_role_is_a_command_and_shares_files_and_environment(name: str) -> None:
    from typer.main import get_command

    from app.cli import application

    services = compose()["services"]
    service = services[name]
    assert service["command"][0] in get_command(application).commands  # type: ignore[attr-defined]
    assert service["environment"] == services["app"]["environment"]
    assert service["volumes"] == ["home:/data", "artifacts:/artifacts"]
    assert (service["init"], service["read_only"], service["cap_drop"]) == (True, True, ["ALL"])


def test_roles_wait_for_the_schema_and_the_schema_for_postgres() -> None:
    services = compose()["services"]
    assert services["schema"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in ROLES - {"schema"}:
        assert services[name]["depends_on"] == {
            "schema": {"condition": "service_completed_successfully"},
            "redis": {"condition": "service_healthy"},
        }


def test_every_service_has_a_health_check_or_says_that_it_has_none() -> None:
    services = compose()["services"]
    disabled = {name for name, service in services.items() if service["healthcheck"].get("disable")}
    assert disabled == ROLES - {"app"}
    assert all("test" in service["healthcheck"] for name, service in services.items() if name not in disabled)


def test_volumes_are_declared_and_secrets_are_required() -> None:
    text = read("docker-compose.yml")
    declared = compose()
    used = {volume.split(":")[0] for service in declared["services"].values() for volume in service.get("volumes", [])}
    assert used == set(declared["volumes"])
    for secret in ("PRAXIS_ACCESS_TOKEN", "POSTGRES_PASSWORD"):
        references = re.findall(rf"\$\{{{secret}([^A-Z_][^}}]*)?\}}", text)
        assert references
        assert all(reference.startswith(":?") for reference in references)


def test_only_the_pages_are_published_and_only_here() -> None:
    published = {name: service["ports"] for name, service in compose()["services"].items() if "ports" in service}
    assert published == {"app": ["${PRAXIS_PUBLISH:-127.0.0.1:8501}:8501"]}


def test_settings_that_are_passed_on_exist() -> None:
    known = {f"PRAXIS_{name.upper()}" for name in Settings.model_fields}
    passed = {name for name in compose()["services"]["app"]["environment"] if name.startswith("PRAXIS_")}
    example = set(re.findall(r"^#?(PRAXIS_[A-Z_]+)=", read(".env.example"), re.MULTILINE))
    assert passed - known == set()
    assert example - known == {"PRAXIS_PUBLISH"}


def test_the_example_of_env_carries_no_secret() -> None:
    filled = re.findall(r"^([A-Z_]*(?:TOKEN|PASSWORD|SECRET|KEY)[A-Z_]*)=(.+)$", read(".env.example"), re.MULTILINE)
    assert filled == []
