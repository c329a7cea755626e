"""The catalogue as a file: `make catalog-pull` and `make catalog-push` (docs/catalogue-file.md)."""
