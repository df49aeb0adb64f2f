"""The scenarios of the feature files as pytest tests; collected by a run of the suite only."""

from pytest_bdd import scenarios

from ocpi_steps.cases import features_folder

scenarios(str(features_folder()))
