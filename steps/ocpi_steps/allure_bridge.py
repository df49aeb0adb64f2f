"""The bridge from scenarios to Allure: Gherkin steps as Allure steps, labels by chapter and requirement."""

from typing import Any
from uuid import uuid4

import allure_commons

from ocpi_schemas.requirement import load_catalogue
from ocpi_steps.session import RunSession


class AllureBridge:
    """One instance for one pytest run."""

    def __init__(self, session: RunSession) -> None:
        self._session = session
        self._open: str | None = None

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
