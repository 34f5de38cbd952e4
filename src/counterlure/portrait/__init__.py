"""Pictures as numbers: decoded under limits, hashed in many views, compared with each other, never recognised."""
