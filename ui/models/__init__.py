"""Item models: Qt's view of plain rows."""
