"""What the process tells those who run it: logs and figures."""
