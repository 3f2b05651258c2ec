"""The accuracy gate: what every corpus is read at, held by floors that only a reason can lower."""
