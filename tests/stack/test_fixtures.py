"""What the fixtures promise to every other test."""

from service.settings import Settings
from service.store.database import value


async def test_a_worker_has_a_migrated_database_of_its_own(settings: Settings, database: None) -> None:
    assert await value("SELECT current_database()") == settings.database_url.rpartition("/")[2]
    assert await value("SELECT count(*) FROM proposal") == 0
    assert await value("SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
