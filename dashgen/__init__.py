"""Dashboards as code for LLM API usage."""
