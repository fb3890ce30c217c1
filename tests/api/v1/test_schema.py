"""The OpenAPI document is kept: whatever may be asked by it, and whatever may not, is answered as it says."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from api.app import create_api
from api.settings import ApiSettings

# A document cannot say that latitude goes with longitude, or which month is held: what fits it may still be refused,
# with a problem; and what publishes is refused to whoever has no token.
SEED = 20260322
CONFIG = {
    "seed": SEED,
    "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 400, 401, 404, 410, 414, 422]}},
}
schemathesis.serializer.alias("application/zip", "application/octet-stream")  # any bytes: what is no zip is refused


@pytest.fixture(scope="module")
def document(land, serving):
    with serving(create_api(ApiSettings(data_dir=land.root))) as server:
        yield schemathesis.openapi.from_url(
            f"http://127.0.0.1:{server.port}/v1/openapi.json", config=SchemathesisConfig.from_dict(CONFIG)
        )


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_nothing_is_found(document, mode):
    for found in document.get_all_operations():
        operation = found.ok()
        told = [one for one in operation.iter_parameters() if one.location != "path"]
        if mode is GenerationMode.NEGATIVE and not (operation.body or told):
            continue  # there is nothing about it that could be wrong: an id may be any text

        @seed(SEED)
        @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def asked(case):
            case.call_and_validate()

        asked()
