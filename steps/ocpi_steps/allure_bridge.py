"""The bridge from scenarios to Allure: Gherkin steps as Allure steps, labels by chapter and requirement."""

from collections.abc import Generator
from typing import Any
from uuid import uuid4

import allure_commons
import pytest
from allure_pytest.listener import AllureListener

from ocpi_schemas.requirement import load_catalogue
from ocpi_steps.session import RunSession


class _QuietListener(AllureListener):  # type: ignore[misc]
    """Allure's own listener, but for fixtures: each step of pytest-bdd is one, and as set-up they are only noise."""

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self) -> Generator[None, Any, Any]:
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_post_finalizer(self) -> Generator[None, Any, Any]:
        return (yield)

    def _update_fixtures_children(self, item: pytest.Item) -> None:
        """Groups the fixtures of a test; there are none to group."""


class AllureBridge:
    """One instance for one pytest run."""

    def __init__(self, session: RunSession) -> None:
        self._session = session
        self._open: str | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Quieten Allure's listener: the same object, since Allure has it registered on its side too."""
        listener = config.pluginmanager.unregister(name="allure_listener")
        if listener is not None:
            listener.__class__ = _QuietListener
            config.pluginmanager.register(listener, "allure_listener")

    def pytest_bdd_before_scenario(self, feature: Any, scenario: Any) -> None:
        version = self._session.dialect.version
        chapter = feature.rel_filename.replace("\\", "/").rpartition("features/")[2].partition("/")[0]
        allure_commons.plugin_manager.hook.add_title(test_title=scenario.name)
        for label, value in (("epic", f"OCPI {version}"), ("feature", chapter.replace("_", " "))):
            allure_commons.plugin_manager.hook.add_label(label_type=label, labels=(value,))
        catalogue = load_catalogue()
        for tag in sorted(scenario.tags):
            if catalogue.applies(tag, version):
                allure_commons.plugin_manager.hook.add_label(label_type="story", labels=(tag,))

    def pytest_bdd_before_step(self, step: Any) -> None:
        self._open = str(uuid4())
        allure_commons.plugin_manager.hook.start_step(
            uuid=self._open, title=f"{step.keyword.strip()} {step.name}", params={}
        )

    def _close(self, kind: type[BaseException] | None, error: BaseException | None) -> None:
        if self._open is not None:
            shown = None if error is None else RuntimeError(self._session.redactor.text(str(error)))
            allure_commons.plugin_manager.hook.stop_step(uuid=self._open, exc_type=kind, exc_val=shown, exc_tb=None)
            self._open = None

    def pytest_bdd_after_step(self) -> None:
        self._close(None, None)

    def pytest_bdd_step_error(self, exception: BaseException) -> None:
        self._close(type(exception), exception)

    def pytest_bdd_step_func_lookup_error(self, exception: BaseException) -> None:
        self._close(type(exception), exception)
