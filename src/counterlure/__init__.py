"""counterlure finds hostile approaches on professional networks and warns the people approached."""

__version__ = "0.1.0"
