"""Observation as a researcher would have it: who was asked when, what was on record, and who left afterwards."""
