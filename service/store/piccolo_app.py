"""The one Piccolo app: its tables and where its migrations are."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="alliance",
    migrations_folder_path=str(Path(__file__).parent / "migrations"),
    table_classes=table_finder(
        modules=[
            f"service.store.{name}"
            for name in (
                *("tables", "account_tables", "queue_tables"),
                *("exchanges", "sharing", "inquiring", "experts", "marks", "disposal", "steering"),
                *("tallies", "planned", "interests", "sitting_tables", "pilot_tables"),
            )
        ],
        exclude_imported=True,
    ),
)
