"""What tests put in: values (`make_...`), stored things, and requests.

A function `send_...` returns the reply, whatever it is. The plain verb beside it checks that the request
succeeds: `report_usage` beside `send_report`.
"""
